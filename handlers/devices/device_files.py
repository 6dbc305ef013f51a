"""Operations on files of devices: import and export of the master data."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.columns import CODE, FACT_COLUMNS, TITLES
from arcbeat.domain.devices.device_info import DeviceInfo, DeviceInfoFilter
from arcbeat.domain.devices.imports import EmptyCells, ImportPlan, PlannedRow, RowOutcome
from arcbeat.domain.devices.ports import DeviceImporter, DeviceRegister
from arcbeat.domain.devices.table import DeviceTable
from arcbeat.domain.files.streams import StreamedBody
from arcbeat.domain.files.tables import TableColumn, TableFormat, TableReader, TableWriter
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.schema.columns import ColumnType, Value
from arcbeat.domain.texts import DetailTranslator
from handlers._files import FileResponse, counted, file_response
from handlers._http import file_errors, preferred_language
from handlers.devices._filters import device_filter


async def import_devices(
    device_importer: DeviceImporter,
    catalogue: DeviceCatalogue,
    table_reader: TableReader,
    detail_translator: DetailTranslator,
    *,
    body: StreamedBody,
    dry_run: bool,
    empty_cells: str,
    accept_language: str | None,
) -> dict[str, Any]:
    """Import a file of devices, or report what an import would do."""
    carry_out = device_importer.plan if dry_run else device_importer.carry_out
    with file_errors():
        table = DeviceTable.of(await table_reader.read(body.content_type, body.chunks))
        plan = await carry_out(table, await _spellings(catalogue), EmptyCells(empty_cells))
    translated = cache(lambda detail: detail_translator.translate(detail, accept_language))
    rows = await asyncio.to_thread(_row_bodies, plan, translated)
    return {**_summary(plan, dry_run=dry_run, empty_cells=empty_cells), "rows": rows}


async def export_devices(
    device_register: DeviceRegister,
    catalogue: DeviceCatalogue,
    table_writer: TableWriter,
    *,
    format: str,  # noqa: A002 -- the contract's name
    type_code: str | None,
    team_name: str | None,
    keyword: str | None,
    locked: bool | None,
    accept_language: str | None,
    caller: Caller,
) -> FileResponse:
    """Export the matching devices as a file that can be imported again."""
    where = await device_filter(catalogue, type_code=type_code, team_name=team_name, keyword=keyword, locked=locked)
    table_format = TableFormat(format)
    columns = _columns(preferred_language(accept_language))
    rows = counted(_pages(device_register, where), caller.download)
    chunks = table_writer.write(table_format, columns, rows)
    return file_response("devices", table_format, chunks)


async def _spellings(catalogue: DeviceCatalogue) -> frozenset[str]:
    return frozenset(spelling for each in await catalogue.list_types() for spelling in each.spellings)


async def _pages(device_register: DeviceRegister, where: DeviceInfoFilter) -> AsyncIterator[Sequence[Sequence[Value]]]:
    async for devices in device_register.batches(where):
        yield [_row(device) for device in devices]


def _columns(language: Language) -> Sequence[TableColumn]:
    code = TableColumn(CODE, TITLES[CODE].text(language), ColumnType.NCHAR)
    return [code, *(TableColumn(each.name, each.title.text(language), each.type) for each in FACT_COLUMNS)]


def _row(device: DeviceInfo) -> Sequence[Value]:
    return [device.device_code, *(each.export(getattr(device.facts, each.name)) for each in FACT_COLUMNS)]


def _summary(plan: ImportPlan, *, dry_run: bool, empty_cells: str) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "empty_cells": empty_cells,
        "applied": not dry_run,
        **{outcome.value: plan.count(outcome) for outcome in RowOutcome},
    }


def _row_bodies(plan: ImportPlan, translated: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the bodies of the rows with translated errors. For a thread: 20 000 rows may take seconds."""
    return [_row_body(row, translated) for row in plan.rows]


def _row_body(row: PlannedRow, translated: Callable[[str], str]) -> dict[str, Any]:
    return {
        "row": row.number,
        "device_code": row.device_code,
        "outcome": row.outcome,
        "erased": row.erased,
        "changes": [asdict(change) for change in row.changes],
        "errors": [{**asdict(error), "detail": translated(error.detail)} for error in row.errors],
    }
