"""Fields as the contract shows them."""

from collections.abc import Iterable
from typing import Any

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Language


def shown(device_type: DeviceType, language: Language) -> list[dict[str, Any]]:
    """Those of a device type that are not hidden, labels in one language."""
    return listed(device_type.visible_fields, language)


def listed(fields: Iterable[Field], language: Language) -> list[dict[str, Any]]:
    """Some fields in their order, labels in one language."""
    return [
        {
            "name": field.name,
            "label": field.label.text(language),
            "unit": field.unit,
            "type": field.type,
            "order": order,
            "decimals": field.decimals,
        }
        for order, field in enumerate(fields, start=1)
    ]


def shown_with_version(device_type: DeviceType, language: Language) -> dict[str, Any]:
    """The fields, and which version of them they are."""
    return {"fields_version": device_type.fields_version, "fields": shown(device_type, language)}
