"""Fields of a device type as the contract describes them, with labels in one language."""

from collections.abc import Iterable, Sequence
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


def versioned_fields_body(device_type: DeviceType, language: Language, chosen: Sequence[Field] = ()) -> dict[str, Any]:
    """Return the bodies of the chosen fields, or of all fields that are not hidden, with the version of the fields."""
    fields = fields_body(chosen, language) if chosen else visible_fields_body(device_type, language)
    return {"fields_version": device_type.fields_version, "fields": fields}
