"""sync_fields compares fields with columns; it writes only with apply=true, and never deletes a field."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

from adapters.postgres.catalogue_editor import PostgresCatalogueEditor
from adapters.postgres.pool import Database, open_pool
from arcbeat.app import JobRuntime
from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label
from arcbeat.domain.catalogue.field_rules import FIELDS_MAX
from arcbeat.domain.errors import StoreError, StoreUnauthorised, StoreUnreachable
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.retry import RetryPolicy
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from jobs import sync_fields
from jobs.execution.start import Starter
from tests.support.catalogue import CUTTING, CUTTING_COLUMNS

TYPE = "cutting"
TABLE = CUTTING.super_table
COOLANT = Column(name="coolant", type=ColumnType.NCHAR, length=20)
ONE_ATTEMPT = RetryPolicy(max_attempts=1)
INVALID = {"温度": "is no identifier", "speed\u200b": "U+200B ZERO WIDTH SPACE as character 6, which is invisible"}


@dataclass(slots=True)
class Store:
    """The store of the readings, with other columns or an error for some tables; an administrator may edit meanwhile.

    Attributes:
        described: The tables that were described, in order.
        meanwhile: Called after each description.
    """

    store: TelemetryStore
    columns: dict[SuperTable, Sequence[Column]]
    errors: dict[SuperTable, StoreError]
    described: list[SuperTable]
    meanwhile: Any = None

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        self.described.append(table)
        if table in self.errors:
            raise self.errors[table]
        if self.meanwhile:
            await self.meanwhile()
        return self.columns[table] if table in self.columns else await self.store.describe(table)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.fixture
def store(runtime: JobRuntime) -> Store:
    return Store(runtime.ports.telemetry, {}, {}, [])


@pytest_asyncio.fixture
async def editor(database_url: str) -> AsyncIterator[PostgresCatalogueEditor]:
    """The device types, as an administrator edits them."""
    async with open_pool(database_url, max_size=1) as pool:
        yield PostgresCatalogueEditor(Database(pool), lambda: None)


async def run_job(runtime: JobRuntime, store: Store | None = None, *, apply: bool = True, dry_run: bool = False) -> Run:
    telemetry: Any = store or runtime.ports.telemetry
    starter = Starter(
        ports=replace(runtime.ports, telemetry=telemetry),
        registry={sync_fields.DEFINITION.name: sync_fields.JOB},
        spool_folder=runtime.spool_folder,
    )
    request = RunRequest(
        job_name=sync_fields.DEFINITION.name,
        trigger=Trigger.COMMAND_LINE,
        requested_by="a test",
        parameters={"apply": apply},
        dry_run=dry_run,
    )
    return await starter.start_run(request)


def result_of(run: Run) -> dict[str, Any]:
    return dict(run.result or {})


def differences(run: Run, type_code: str = TYPE) -> dict[str, Any]:
    """Return the differences of a type by kind, without the kinds that have none."""
    kinds = result_of(run)["types"][type_code]
    assert all(found["count"] == len(found["fields"]) for found in kinds.values())
    return {kind: found["fields"] for kind, found in kinds.items() if found["count"]}


async def fields_of(runtime: JobRuntime, type_code: str = TYPE) -> dict[str, Field]:
    return {each.name: each for each in (await runtime.ports.device_types.get_type(type_code)).fields}


async def drifted(editor: PostgresCatalogueEditor) -> DeviceType:
    """Let the type have a field without column, and two that do not fit their columns."""
    gone = Field(name="gone", label=Label("无", "Gone"), type=ColumnType.INT)
    status, *others = CUTTING.fields
    assert status.type is ColumnType.NCHAR
    long = replace(status, max_length=5000)
    changed = [replace(each, type=ColumnType.BOOL, decimals=None) for each in others[:1]]
    return await editor.change_type(TYPE, lambda each: replace(each, fields=(long, *changed, *others[1:], gone)))


@pytest.mark.parametrize(("apply", "dry_run"), [(False, False), (True, True)])
async def test_differences_are_reported_and_nothing_is_written(
    runtime: JobRuntime, editor: PostgresCatalogueEditor, apply: bool, dry_run: bool
) -> None:
    before = await drifted(editor)

    run = await run_job(runtime, apply=apply, dry_run=dry_run)

    status, number = CUTTING.fields[:2]
    columns = {each.name: each for each in CUTTING_COLUMNS}
    assert run.state is RunState.SUCCEEDED
    assert differences(run) == {
        "missing": ["gone"],
        "surplus": [{"name": "feed_mm_min", "type": "int unsigned", "length": None}],
        "changed": [{"name": number.name, "field_type": "bool", "column_type": columns[number.name].type}],
        "too_short": [{"name": status.name, "max_length": 5000, "column_length": columns[status.name].length}],
    }
    assert result_of(run)["applied"] is False
    assert (run.rows.written, run.rows.skipped) == (0, 0)
    assert await runtime.ports.device_types.get_type(TYPE) == before


async def test_columns_are_imported_once_and_no_field_is_deleted(
    runtime: JobRuntime, editor: PostgresCatalogueEditor
) -> None:
    before = await drifted(editor)

    first, second = await run_job(runtime), await run_job(runtime)

    after = await runtime.ports.device_types.get_type(TYPE)
    assert (first.rows.written, second.rows.written) == (2, 0)
    assert after.fields_version == before.fields_version + 1
    assert [each.name for each in after.fields] == [*(each.name for each in before.fields), "feed_mm_min"]
    assert after.fields[1].type == next(each.type for each in CUTTING_COLUMNS if each.name == after.fields[1].name)
    assert after.fields[-1] == Field(
        name="feed_mm_min", label=Label("feed_mm_min", "feed_mm_min"), type=ColumnType.INT_UNSIGNED, decimals=0
    )
    assert set(differences(second)) == {"missing", "too_short"}


async def test_names_that_cannot_be_fields_are_reported_with_the_reason(runtime: JobRuntime, store: Store) -> None:
    names = [Column(name=name, type=ColumnType.INT) for name in INVALID]
    store.columns[TABLE] = [*CUTTING_COLUMNS, *names, COOLANT]

    run = await run_job(runtime, store)

    invalid = {each["name"]: each["detail"] for each in differences(run)["invalid"]}
    assert set(invalid) == set(INVALID)
    assert all(reason in invalid[name] for name, reason in INVALID.items())
    assert (run.rows.written, run.rows.skipped) == (2, 2)
    assert set(await fields_of(runtime)) & {*INVALID, "coolant"} == {"coolant"}


async def test_types_that_share_a_super_table_each_get_its_columns(
    runtime: JobRuntime, store: Store, editor: PostgresCatalogueEditor
) -> None:
    await editor.add_type(replace(CUTTING, type_code="laser", aliases=(), fields=CUTTING.fields[:1]))
    store.columns[TABLE] = [*CUTTING_COLUMNS, COOLANT]

    await run_job(runtime, store)

    assert store.described.count(TABLE) == 1
    assert "coolant" in await fields_of(runtime)
    assert set(await fields_of(runtime)) == set(await fields_of(runtime, "laser"))


async def test_types_without_a_super_table_and_with_an_unsuitable_one_are_listed(
    runtime: JobRuntime, store: Store, editor: PostgresCatalogueEditor
) -> None:
    await editor.add_type(
        replace(CUTTING, type_code="laser", aliases=(), super_table=SuperTable("test_db", "laser_real_data"))
    )
    store.columns[TABLE] = [COOLANT]

    run = await run_job(runtime, store)

    assert run.state is RunState.SUCCEEDED
    assert result_of(run)["missing_super_tables"] == {"laser": "test_db.laser_real_data"}
    assert "has no column ts" in result_of(run)["not_applied"][TYPE]
    assert set(result_of(run)["types"]) == {"welding"}


async def test_retired_types_are_not_compared(runtime: JobRuntime, editor: PostgresCatalogueEditor) -> None:
    await editor.change_type(TYPE, lambda each: replace(each, enabled=False))

    assert TYPE not in result_of(await run_job(runtime))["types"]


async def test_more_columns_than_a_type_may_have_fields_are_not_imported(runtime: JobRuntime, store: Store) -> None:
    before = await fields_of(runtime)
    many = [Column(name=f"c{number}", type=ColumnType.INT) for number in range(FIELDS_MAX)]
    store.columns[TABLE] = [*CUTTING_COLUMNS, *many]

    run = await run_job(runtime, store)

    found = result_of(run)["types"][TYPE]["surplus"]
    assert (found["count"], len(found["fields"])) == (FIELDS_MAX + 1, sync_fields.LISTED_MAX)
    assert f"at most {FIELDS_MAX}" in result_of(run)["not_applied"][TYPE]
    assert (run.state, run.rows.written, run.rows.skipped) == (RunState.SUCCEEDED, 0, FIELDS_MAX + 1)
    assert await fields_of(runtime) == before


@pytest.mark.parametrize(
    "edit",
    [
        lambda each: replace(each, fields=each.fields[:1]),
        lambda each: replace(each, super_table=SuperTable("test_db", "other_real_data")),
    ],
    ids=["fields", "super_table"],
)
async def test_what_an_administrator_changes_meanwhile_wins(
    runtime: JobRuntime, store: Store, editor: PostgresCatalogueEditor, edit: Any
) -> None:
    async def meanwhile() -> None:
        store.meanwhile = None
        await editor.change_type(TYPE, edit)

    types = await runtime.ports.device_types.list_types()
    assert types[0].type_code != TYPE  # the edit happens before this type is read
    store.meanwhile = meanwhile

    run = await run_job(runtime, store)

    assert "has changed since" in result_of(run)["not_applied"][TYPE]
    assert await runtime.ports.device_types.get_type(TYPE) == replace(
        edit(types[1]), fields_version=types[1].fields_version + (edit(types[1]).fields != types[1].fields)
    )


async def test_a_store_that_fails_for_one_type_does_not_hide_the_others(
    runtime: JobRuntime, store: Store, editor: PostgresCatalogueEditor
) -> None:
    welding = await runtime.ports.device_types.get_type("welding")
    store.errors[welding.super_table] = StoreUnauthorised("The store does not allow this account to read the table.")

    run = await run_job(runtime, store)

    assert (run.state, run.attempts, run.error_category) == (RunState.FAILED, 1, ErrorCategory.AUTH_ERROR)
    assert run.error_message == "The store does not allow this account to read the table."
    assert result_of(run)["failed"] == {"welding": run.error_message}
    assert [each["name"] for each in differences(run)["surplus"]] == ["feed_mm_min"]
    assert "feed_mm_min" in await fields_of(runtime)


async def test_a_store_that_is_unavailable_is_not_tried_for_every_type(
    runtime: JobRuntime, store: Store, editor: PostgresCatalogueEditor
) -> None:
    tables = [SuperTable("test_db", f"laser_{number}") for number in range(5)]
    for number, table in enumerate(tables):
        await editor.add_type(
            replace(CUTTING, type_code=f"laser_{number}", aliases=(), super_table=table, position=100 + number)
        )
    store.errors.update({table: StoreUnreachable() for table in tables})
    await runtime.ports.jobs.register([replace(sync_fields.DEFINITION, retry=ONE_ATTEMPT)])

    run = await run_job(runtime, store)

    assert [table for table in store.described if table in tables] == tables[: sync_fields.OUTAGES_MAX]
    assert list(result_of(run)["failed"]) == [f"laser_{number}" for number in range(5)]
    assert result_of(run)["failed"]["laser_4"] == sync_fields.NOT_TRIED
    assert (run.state, run.error_category) == (RunState.FAILED, ErrorCategory.NETWORK_ERROR)
    assert {"welding", TYPE} == set(result_of(run)["types"])
