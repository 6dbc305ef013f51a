"""Fields of a device type as the contract describes them, with labels in one language."""

from collections.abc import Iterable
from typing import Any

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Language


def fields_body(fields: Iterable[Field], language: Language) -> list[dict[str, Any]]:
    """Return the bodies of some fields in the given order."""
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


def visible_fields_body(device_type: DeviceType, language: Language) -> list[dict[str, Any]]:
    """Return the bodies of a device type's fields that are not hidden."""
    return fields_body(device_type.visible_fields, language)


def versioned_fields_body(device_type: DeviceType, language: Language) -> dict[str, Any]:
    """Return the bodies of a device type's fields that are not hidden, with their version."""
    return {"fields_version": device_type.fields_version, "fields": visible_fields_body(device_type, language)}
