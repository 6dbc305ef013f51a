"""The kinds of machines."""

from typing import Any

from arcbeat.domain.device_types import DeviceType, Language
from arcbeat.domain.ports import DeviceCatalogue
from handlers import fields, languages


async def list_types(
    catalogue: DeviceCatalogue, *, page: int, page_size: int, accept_language: str | None
) -> dict[str, Any]:
    """A page of device types."""
    language = languages.preferred(accept_language)
    types = await catalogue.list_types()
    items = types[(page - 1) * page_size : page * page_size]
    return {
        "items": [_shown(each, language) for each in items],
        "page": page,
        "page_size": page_size,
        "total": len(types),
    }


async def list_fields(catalogue: DeviceCatalogue, *, type_code: str, accept_language: str | None) -> dict[str, Any]:
    """The fields of one device type."""
    device_type = await catalogue.get_type(type_code)
    return {
        "type_code": device_type.type_code,
        "fields_version": device_type.fields_version,
        "fields": fields.shown(device_type, languages.preferred(accept_language)),
    }


def _shown(device_type: DeviceType, language: Language) -> dict[str, Any]:
    return {
        "type_code": device_type.type_code,
        "label": device_type.label.text(language),
        "aliases": device_type.aliases,
        "super_table": str(device_type.super_table),
        "late_after_seconds": device_type.thresholds.late_after_seconds,
        "stale_after_seconds": device_type.thresholds.stale_after_seconds,
        "fields_version": device_type.fields_version,
    }
