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


def shown_with_version(device_type: DeviceType, language: Language) -> dict[str, Any]:
    """The fields, and which version of them they are."""
    return {"fields_version": device_type.fields_version, "fields": shown(device_type, language)}
