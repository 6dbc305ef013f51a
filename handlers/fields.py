"""Device types' fields as the contract shows them."""

from typing import Any

from arcbeat.domain.device_types import DeviceType, Language


def shown(device_type: DeviceType, language: Language) -> list[dict[str, Any]]:
    """The fields in their order, labels in one language."""
    return [
        {
            "name": field.name,
            "label": field.label.text(language),
            "unit": field.unit,
            "type": field.type,
            "order": order,
            "decimals": field.decimals,
        }
        for order, field in enumerate(device_type.visible_fields, start=1)
    ]
