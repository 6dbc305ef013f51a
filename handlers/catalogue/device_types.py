"""Operations on device types."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from arcbeat.domain.catalogue.device_type_rules import check_type
from arcbeat.domain.catalogue.device_types import DeviceType, FreshnessThresholds, Label, Language
from arcbeat.domain.catalogue.field_rules import check_fields
from arcbeat.domain.catalogue.ports import CatalogueEditor, DeviceCatalogue
from arcbeat.domain.errors import AlreadyExists
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.versions import check_expected, version_of
from arcbeat.domain.visible_text import check_labels
from arcbeat.services.super_table_creation import create_super_table as create_table
from arcbeat.services.super_tables import check_super_table
from handlers._http import (
    EncodedResponse,
    HandlerResponse,
    body_errors,
    etag,
    expected_versions,
    list_response,
    location,
    page_body,
    preferred_language,
)
from handlers.catalogue.device_fields import field_from_body

DEFAULTS: Mapping[str, Any] = {
    "aliases": (),
    "late_after_seconds": 15.0,
    "stale_after_seconds": 60.0,
    "position": 0,
    "enabled": True,
    "state_field": "device_status",
    "states": (),
    "offline_states": (),
    "alarm_states": (),
}
"""The defaults of a new type's properties. The contract states the same."""


async def list_types(
    catalogue: DeviceCatalogue,
    *,
    page: int,
    page_size: int,
    include_retired: bool,
    accept_language: str | None,
    if_none_match: str | None,
) -> EncodedResponse:
    """List device types."""
    language = preferred_language(accept_language)
    types = await catalogue.list_types(include_retired=include_retired)
    items = [_to_body(each, language) for each in types[(page - 1) * page_size : page * page_size]]
    body = page_body(items, page=page, page_size=page_size, total=len(types))
    return list_response(body, if_none_match, "Accept-Language")


async def get_type(catalogue: DeviceCatalogue, *, type_code: str, accept_language: str | None) -> HandlerResponse:
    """Return one device type, even if it is retired."""
    return _response(await catalogue.get_type(type_code, include_retired=True), accept_language)


async def create_type(
    catalogue: DeviceCatalogue,
    catalogue_editor: CatalogueEditor,
    telemetry: TelemetryStore,
    *,
    body: dict[str, Any],
    validate: bool,
    create_super_table: bool,
    accept_language: str | None,
) -> HandlerResponse:
    """Create a device type, and its super table on request."""
    device_type = _from_body(body["type_code"], {**DEFAULTS, **body})
    device_type = replace(device_type, fields=tuple(field_from_body(each) for each in body.get("fields", ())))
    with body_errors():
        _check_aliases(body)
        check_type(device_type)
        check_fields(device_type.fields)
        if create_super_table:
            # Before the table is created: adding the type checks it again, but would leave a table that nothing uses.
            await _check_code_is_free(catalogue, device_type)
            await create_table(telemetry, device_type)
    checked = validate and await check_super_table(telemetry, device_type.super_table)
    await catalogue_editor.add_type(device_type)
    created, _, headers = _response(device_type, accept_language)
    headers |= location("/api/v1/device/types", device_type.type_code)
    return {**created, "super_table_checked": checked}, 201, headers


async def update_type(
    catalogue: DeviceCatalogue,
    catalogue_editor: CatalogueEditor,
    telemetry: TelemetryStore,
    *,
    type_code: str,
    body: dict[str, Any],
    validate: bool,
    create_super_table: bool,
    if_match: str | None,
    accept_language: str | None,
) -> HandlerResponse:
    """Update a device type; a property that the body lacks keeps its value."""
    change = partial(_changed, body=body, expected=expected_versions(if_match))
    before = await catalogue.get_type(type_code, include_retired=True)
    with body_errors():
        _check_aliases(body)
        wanted = change(before).super_table
        if create_super_table:
            await create_table(telemetry, replace(before, super_table=wanted))
        checked = validate and wanted != before.super_table and await check_super_table(telemetry, wanted)
        after = await catalogue_editor.change_type(type_code, change)
    updated, status, headers = _response(after, accept_language)
    return {**updated, "super_table_checked": checked}, status, headers


def _check_aliases(body: Mapping[str, Any]) -> None:
    check_labels({f"aliases/{index}": alias for index, alias in enumerate(body.get("aliases", ()))})


async def _check_code_is_free(catalogue: DeviceCatalogue, device_type: DeviceType) -> None:
    taken = {spelling for each in await catalogue.list_types(include_retired=True) for spelling in each.spellings}
    for spelling in device_type.spellings:
        if spelling in taken:
            raise AlreadyExists(f"{spelling} is the code or an alias of another device type.")


def _changed(before: DeviceType, *, body: Mapping[str, Any], expected: frozenset[str] | None) -> DeviceType:
    check_expected(expected, version_of(before))
    after = _from_body(before.type_code, {**_editable_body(before), **body})
    if "alarm_states" not in body:
        # A client that does not know alarms must be able to remove a state.
        after = replace(after, alarm_states=tuple(state for state in after.alarm_states if state in after.states))
    check_type(after)
    return replace(after, fields=before.fields, fields_version=before.fields_version)


def _response(device_type: DeviceType, accept_language: str | None) -> HandlerResponse:
    return _to_body(device_type, preferred_language(accept_language)), 200, etag(version_of(device_type))


def _to_body(device_type: DeviceType, language: Language) -> dict[str, Any]:
    return {
        "type_code": device_type.type_code,
        "label": device_type.label.text(language),
        **_editable_body(device_type),
        "fields_version": device_type.fields_version,
    }


def _editable_body(device_type: DeviceType) -> dict[str, Any]:
    """Return the properties that a client can change."""
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
        "alarm_states": device_type.alarm_states,
    }


def _from_body(type_code: str, body: Mapping[str, Any]) -> DeviceType:
    """Return a device type without fields; ``body`` must have every property of _editable_body."""
    return DeviceType(
        type_code=type_code,
        aliases=tuple(body["aliases"]),
        label=Label(body["labels"]["zh"], body["labels"]["en"]),
        super_table=SuperTable.parse(body["super_table"]),
        thresholds=FreshnessThresholds(float(body["late_after_seconds"]), float(body["stale_after_seconds"])),
        fields=(),
        fields_version=1,
        position=body["position"],
        enabled=body["enabled"],
        state_field=body["state_field"],
        states=tuple(body["states"]),
        offline_states=tuple(body["offline_states"]),
        alarm_states=tuple(body["alarm_states"]),
    )
