"""Operations on the fields of a device type."""

from collections.abc import Mapping, Sequence
from typing import Any

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label, Language
from arcbeat.domain.catalogue.field_import import FieldImport, propose
from arcbeat.domain.catalogue.field_rules import check_fields
from arcbeat.domain.catalogue.ports import CatalogueEditor, DeviceCatalogue
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.domain.versions import check_expected
from arcbeat.services import device_fields
from arcbeat.services.device_fields import store_imported_fields, version_of_fields
from arcbeat.services.super_tables import describe_super_table
from handlers._http import HandlerResponse, body_errors, etag, expected_versions, preferred_language


async def list_fields(
    catalogue: DeviceCatalogue, *, type_code: str, include_hidden: bool, accept_language: str | None
) -> HandlerResponse:
    """List the fields of a device type."""
    device_type = await catalogue.get_type(type_code, include_retired=True)
    fields = device_type.fields if include_hidden else device_type.visible_fields
    return _response(device_type, fields, accept_language)


async def replace_fields(
    catalogue_editor: CatalogueEditor,
    *,
    type_code: str,
    body: dict[str, Any],
    if_match: str | None,
    accept_language: str | None,
) -> HandlerResponse:
    """Replace all fields of a device type."""
    fields = tuple(field_from_body(each) for each in body["fields"])
    with body_errors():
        check_fields(fields)
    expected = expected_versions(if_match)
    device_type = await device_fields.replace_fields(catalogue_editor, type_code, fields, expected)
    return _response(device_type, device_type.fields, accept_language)


async def import_fields(
    catalogue: DeviceCatalogue,
    catalogue_editor: CatalogueEditor,
    telemetry: TelemetryStore,
    *,
    type_code: str,
    dry_run: bool,
    drop_missing: bool,
    if_match: str | None,
    accept_language: str | None,
) -> HandlerResponse:
    """Make the fields of a device type fit the columns of its super table, or report what would change."""
    expected = expected_versions(if_match)
    device_type = await catalogue.get_type(type_code, include_retired=True)
    check_expected(expected, version_of_fields(device_type))
    columns = await describe_super_table(telemetry, device_type.super_table)
    proposal = propose(device_type.fields, columns, drop_missing=drop_missing)
    if not dry_run:
        device_type = await store_imported_fields(catalogue_editor, device_type, proposal.fields)
    body, status, headers = _response(device_type, proposal.fields, accept_language)
    return {**body, "dry_run": dry_run, **_import_body(proposal)}, status, headers


def _response(device_type: DeviceType, fields: Sequence[Field], accept_language: str | None) -> HandlerResponse:
    language = preferred_language(accept_language)
    body = {
        "type_code": device_type.type_code,
        "fields_version": device_type.fields_version,
        "fields": [_to_body(field, order, language) for order, field in enumerate(fields, start=1)],
    }
    return body, 200, etag(version_of_fields(device_type))


def _import_body(proposal: FieldImport) -> dict[str, Any]:
    return {
        "added": proposal.added,
        "changed": proposal.changed,
        "missing": proposal.missing,
        "skipped": proposal.skipped,
    }


def _to_body(field: Field, order: int, language: Language) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label.text(language),
        "labels": {"zh": field.label.zh, "en": field.label.en},
        "unit": field.unit,
        "type": field.type,
        "order": order,
        "decimals": field.decimals,
        "hidden": field.hidden,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "max_length": field.max_length,
    }


def field_from_body(body: Mapping[str, Any]) -> Field:
    """Return a field that a client sends."""
    return Field(
        name=body["name"],
        label=Label(body["labels"]["zh"], body["labels"]["en"]),
        type=ColumnType(body["type"]),
        unit=body.get("unit", ""),
        decimals=body.get("decimals"),
        hidden=body.get("hidden", False),
        minimum=_float(body.get("minimum")),
        maximum=_float(body.get("maximum")),
        max_length=body.get("max_length"),
    )


def _float(number: float | None) -> float | None:
    """Return a JSON number, which may be an integer, as a float."""
    return None if number is None else float(number)
