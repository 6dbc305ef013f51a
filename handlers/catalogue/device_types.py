"""The kinds of machines."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from arcbeat.domain.catalogue.device_type_rules import check_type
from arcbeat.domain.catalogue.device_types import DeviceType, FreshnessThresholds, Label, Language
from arcbeat.domain.catalogue.ports import CatalogueEditor, DeviceCatalogue
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import SuperTable
from arcbeat.domain.versions import check_expected, version_of
from arcbeat.services.super_tables import super_table_exists
from handlers._http import Answer, etag, expected_versions, location, preferred_language

DEFAULTS: Mapping[str, Any] = {
    "aliases": (),
    "late_after_seconds": 15.0,
    "stale_after_seconds": 60.0,
    "position": 0,
    "enabled": True,
    "state_field": "device_status",
    "states": (),
    "offline_states": (),
}
"""What a new type is like where its body says nothing; the contract says the same."""


async def list_types(
    catalogue: DeviceCatalogue, *, page: int, page_size: int, include_retired: bool, accept_language: str | None
) -> dict[str, Any]:
    """A page of device types."""
    language = preferred_language(accept_language)
    types = await catalogue.list_types(include_retired=include_retired)
    items = types[(page - 1) * page_size : page * page_size]
    return {
        "items": [_shown(each, language) for each in items],
        "page": page,
        "page_size": page_size,
        "total": len(types),
    }


async def get_type(catalogue: DeviceCatalogue, *, type_code: str, accept_language: str | None) -> Answer:
    """One device type, retired or not."""
    device_type = await catalogue.get_type(type_code, include_retired=True)
    return _shown(device_type, preferred_language(accept_language)), 200, etag(version_of(device_type))


async def create_type(
    catalogue_editor: CatalogueEditor,
    telemetry: TelemetryStore,
    *,
    body: dict[str, Any],
    validate: bool,
    accept_language: str | None,
) -> Answer:
    """A new device type, without fields."""
    device_type = _said_of(body["type_code"], {**DEFAULTS, **body})
    check_type(device_type)
    checked = validate and await super_table_exists(telemetry, device_type.super_table)
    await catalogue_editor.add_type(device_type)
    shown, _, version = _written(device_type, accept_language, super_table_checked=checked)
    return shown, 201, {**version, **location("/api/v1/device/types", device_type.type_code)}


async def update_type(
    catalogue: DeviceCatalogue,
    catalogue_editor: CatalogueEditor,
    telemetry: TelemetryStore,
    *,
    type_code: str,
    body: dict[str, Any],
    validate: bool,
    if_match: str | None,
    accept_language: str | None,
) -> Answer:
    """A device type with what the body says in place of what it was."""
    change = partial(_changed, body=body, expected=expected_versions(if_match))
    before = await catalogue.get_type(type_code, include_retired=True)
    wanted = change(before).super_table
    checked = validate and wanted != before.super_table and await super_table_exists(telemetry, wanted)
    after = await catalogue_editor.change_type(type_code, change)
    return _written(after, accept_language, super_table_checked=checked)


def _changed(before: DeviceType, *, body: Mapping[str, Any], expected: frozenset[str] | None) -> DeviceType:
    check_expected(expected, version_of(before))
    after = _said_of(before.type_code, {**_says(before), **body})
    check_type(after)
    return replace(after, fields=before.fields, fields_version=before.fields_version)


def _written(device_type: DeviceType, accept_language: str | None, *, super_table_checked: bool) -> Answer:
    shown = _shown(device_type, preferred_language(accept_language))
    return {**shown, "super_table_checked": super_table_checked}, 200, etag(version_of(device_type))


def _shown(device_type: DeviceType, language: Language) -> dict[str, Any]:
    return {
        "type_code": device_type.type_code,
        "label": device_type.label.text(language),
        **_says(device_type),
        "fields_version": device_type.fields_version,
    }


def _says(device_type: DeviceType) -> dict[str, Any]:
    """What can be changed of a type, as the contract says it."""
    return {
        "labels": {"zh": device_type.label.zh, "en": device_type.label.en},
        "aliases": device_type.aliases,
        "super_table": str(device_type.super_table),
        "late_after_seconds": device_type.thresholds.late_after_seconds,
        "stale_after_seconds": device_type.thresholds.stale_after_seconds,
        "position": device_type.position,
        "enabled": device_type.enabled,
        "state_field": device_type.state_field,
        "states": device_type.states,
        "offline_states": device_type.offline_states,
    }


def _said_of(type_code: str, said: Mapping[str, Any]) -> DeviceType:
    """The other way round: a type without fields."""
    return DeviceType(
        type_code=type_code,
        aliases=tuple(said["aliases"]),
        label=Label(said["labels"]["zh"], said["labels"]["en"]),
        super_table=SuperTable.parse(said["super_table"]),
        thresholds=FreshnessThresholds(float(said["late_after_seconds"]), float(said["stale_after_seconds"])),
        fields=(),
        fields_version=1,
        position=said["position"],
        enabled=said["enabled"],
        state_field=said["state_field"],
        states=tuple(said["states"]),
        offline_states=tuple(said["offline_states"]),
    )
