"""Tables that another program changes between two calls: no wrong row is returned or written."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from arcbeat.domain.errors import StoreObjectMissing, SuperTableUnsuitable
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, AppendResult, HistoryQuery, Order, Reading, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.history import history_page, history_pages
from arcbeat.services.super_tables import describe_super_table
from tests.conformance.columns import LINE_PASS, TAGS, TS, WELDING
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
READER = "Reader#123"


def at(seconds: int) -> datetime:
    return T0 + timedelta(seconds=seconds)


def reading(device_code: str, seconds: int, **values: Value) -> Reading:
    return Reading(device_code, at(seconds), values)


async def latest_values(store: TelemetryStore, table: SuperTable, *codes: str) -> dict[str, dict[str, Value]]:
    """Return the values of the newest reading of each device, without nulls."""
    latest = await store.latest(table, codes)
    return {code: values_of(one.reading) for code, one in latest.items()}


async def history(store: TelemetryStore, table: SuperTable, code: str) -> list[Reading]:
    return list(await store.history(table, HistoryQuery(device_code=code, start=T0, end=at(3600))))


def values_of(reading: Reading) -> dict[str, Value]:
    return {name: value for name, value in reading.values.items() if value is not None}


def window_query(code: str, field: str) -> WindowQuery:
    return WindowQuery(
        device_codes=(code,),
        start=T0,
        end=at(3600),
        interval=timedelta(hours=1),
        fields=(field,),
        aggregates=(Aggregate.MAX,),
        origin=T0,
    )


OTHER_COLUMNS = (
    TS,
    Column(name="device_status", type=ColumnType.NCHAR, length=50),
    Column(name="cut_speed", type=ColumnType.DOUBLE),
    Column(name="plate", type=ColumnType.NCHAR, length=20),
    Column(name="n1", type=ColumnType.BIGINT),
    *TAGS,
)


@pytest.mark.parametrize("columns", [WELDING, OTHER_COLUMNS], ids=["same-columns", "other-columns"])
@pytest.mark.parametrize("code", ["W001", "W002"])
async def test_a_subtable_made_again_under_another_super_table_is_no_longer_read(
    store: TelemetryStore,
    welding: SuperTable,
    create_table: CreateTable,
    tdengine: Harness,
    columns: tuple[Column, ...],
    code: str,
) -> None:
    cutting = await create_table(columns)
    subtable = f"t_w001_{welding.name}"
    await tdengine.insert_as_other_program(welding, subtable, "W001", T0, {"device_status": "焊接"})
    assert list(await store.latest(welding, ["W001", "W002"])) == ["W001"]

    await tdengine.execute(f"drop table {welding.database}.`{subtable}`")
    await tdengine.insert_as_other_program(cutting, subtable, code, at(5), {"device_status": "切割"})

    assert await store.latest(welding, ["W001", "W002"]) == {}
    assert await history(store, welding, "W001") == []
    assert await store.windows(welding, window_query("W001", "ip_quality")) == []
    assert list(await store.list_devices(welding)) == []
    assert await latest_values(store, cutting, "W001", "W002") == {code: {"device_status": "切割"}}


async def test_readings_are_not_written_into_a_subtable_made_again_under_another_super_table(
    store: TelemetryStore, welding: SuperTable, create_table: CreateTable, tdengine: Harness
) -> None:
    cutting = await create_table(WELDING)
    subtable = f"t_w001_{welding.name}"
    await tdengine.insert_as_other_program(welding, subtable, "W001", T0, {"ip_quality": 1})
    await store.append(welding, [reading("W001", 5, ip_quality=2)])

    await tdengine.execute(f"drop table {welding.database}.`{subtable}`")
    await tdengine.insert_as_other_program(cutting, subtable, "W001", at(5), {"ip_quality": 100})
    result = await store.append(welding, [reading("W001", 10, ip_quality=3)])

    assert result == AppendResult(1)
    assert await latest_values(store, welding, "W001") == {"W001": {"ip_quality": 3}}
    assert [values_of(each) for each in await history(store, cutting, "W001")] == [{"ip_quality": 100}]


async def test_a_subtable_that_is_given_another_device_code_belongs_to_that_device_at_once(
    store: TelemetryStore, welding: SuperTable, tdengine: Harness
) -> None:
    subtable = f"t_w001_{welding.name}"
    await tdengine.insert_as_other_program(welding, subtable, "W001", at(5), {"ip_quality": 1})
    await tdengine.insert_as_other_program(welding, f"t_w002_{welding.name}", "W002", T0, {"ip_quality": 2})
    await store.append(welding, [reading("W001", 6, ip_quality=11), reading("W002", 1, ip_quality=21)])
    assert await latest_values(store, welding, "W001", "W002") == {
        "W001": {"ip_quality": 11},
        "W002": {"ip_quality": 21},
    }

    await tdengine.execute(f"alter table {welding.database}.`{subtable}` set tag device_code='W002'")

    assert await latest_values(store, welding, "W001", "W002") == {"W002": {"ip_quality": 11}}
    assert await history(store, welding, "W001") == []
    assert [each.values["ip_quality"] for each in await history(store, welding, "W002")] == [2, 21, 1, 11]


async def test_readings_are_not_written_into_a_subtable_that_was_given_another_device_code(
    store: TelemetryStore, welding: SuperTable, tdengine: Harness
) -> None:
    subtable = f"t_w001_{welding.name}"
    await tdengine.insert_as_other_program(welding, subtable, "W001", T0, {"ip_quality": 1})
    await store.append(welding, [reading("W001", 5, ip_quality=2)])

    await tdengine.execute(f"alter table {welding.database}.`{subtable}` set tag device_code='W002'")
    result = await store.append(welding, [reading("W001", 10, ip_quality=3), reading("W002", 15, ip_quality=4)])

    assert result == AppendResult(2)
    assert [each.values["ip_quality"] for each in await history(store, welding, "W001")] == [3]
    assert [each.values["ip_quality"] for each in await history(store, welding, "W002")] == [1, 2, 4]
    assert await latest_values(store, welding, "W001", "W002") == {"W001": {"ip_quality": 3}, "W002": {"ip_quality": 4}}


async def test_a_dropped_subtable_is_created_again(
    store: TelemetryStore, welding: SuperTable, tdengine: Harness
) -> None:
    subtable = f"t_w001_{welding.name}"
    await tdengine.insert_as_other_program(welding, subtable, "W001", T0, {"ip_quality": 1})
    await store.append(welding, [reading("W001", 5, ip_quality=2)])

    await tdengine.execute(f"drop table {welding.database}.`{subtable}`")

    assert await store.append(welding, [reading("W001", 10, ip_quality=3)]) == AppendResult(1)
    assert [each.values["ip_quality"] for each in await history(store, welding, "W001")] == [3]


async def test_a_row_that_is_written_in_parts_is_returned_in_full(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    """The cache of last rows of TDengine 3.3.0.1 loses the columns of the first part."""
    await store.append(welding, [reading("W001", 0, weld_current=150.5, device_status="焊接")])
    await store.append(welding, [reading("W001", 0, ip_quality=2)])
    await harness.insert_as_other_program(welding, f"other_{welding.name}", "W002", T0, {"ip_quality": 9})

    expected: dict[str, Value] = {"weld_current": 150.5, "device_status": "焊接", "ip_quality": 2}
    assert (await latest_values(store, welding, "W001"))["W001"] == expected
    assert [values_of(each) for each in await history(store, welding, "W001")] == [expected]


async def test_the_newest_row_of_a_super_table_that_is_written_in_parts_is_returned_in_full(
    store: TelemetryStore, welding: SuperTable
) -> None:
    await store.append(welding, [reading("W001", 0, weld_current=150.5)])
    await store.append(welding, [reading("W001", 0, ip_quality=2)])

    newest = await store.newest_row(welding)

    assert newest is not None
    assert (newest["weld_current"], newest["ip_quality"]) == (150.5, 2)


async def test_a_text_that_fits_since_its_column_was_widened_is_stored(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    text = "焊" * 60
    rejected = await store.append(welding, [reading("W001", 0, device_status=text)])
    assert [each.reason for each in rejected.rejections] == ["bad-value"]

    await harness.widen_column(welding, Column(name="device_status", type=ColumnType.NCHAR, length=80))

    assert await store.append(welding, [reading("W001", 5, device_status=text)]) == AppendResult(1)
    assert await latest_values(store, welding, "W001") == {"W001": {"device_status": text}}


@pytest.mark.parametrize(
    ("column", "stored", "rejected"),
    [
        (Column(name="ip_quality", type=ColumnType.NCHAR, length=20), "good", 5),
        (Column(name="ip_quality", type=ColumnType.FLOAT), 1.5, "good"),
        (Column(name="ip_quality", type=ColumnType.BOOL), True, 1),
        (Column(name="weld_current", type=ColumnType.INT), 2, 1.5),
        (Column(name="device_status", type=ColumnType.INT), 3, "焊接"),
    ],
    ids=["int-to-text", "int-to-float", "int-to-bool", "float-to-int", "text-to-int"],
)
async def test_values_are_validated_against_the_type_that_a_column_has_now(
    store: TelemetryStore, welding: SuperTable, harness: Harness, column: Column, stored: Value, rejected: Value
) -> None:
    """TDengine itself stores 1.5 in an integer column as 2, and 5 in a text column as '5'."""
    await store.append(welding, [reading("W001", 0, ip_quality=1, weld_current=1.5, device_status="焊接")])

    await harness.replace_column(welding, column)
    result = await store.append(
        welding, [Reading("W001", at(5), {column.name: stored}), Reading("W001", at(10), {column.name: rejected})]
    )

    assert (result.accepted, [(each.index, each.reason) for each in result.rejections]) == (1, [(1, "bad-value")])
    assert (await latest_values(store, welding, "W001"))["W001"] == {column.name: stored}


async def test_a_dropped_column_is_an_unknown_field_at_once(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    gas = Column(name="assist_gas", type=ColumnType.NCHAR, length=20)
    await harness.add_column(welding, gas)
    await store.append(welding, [reading("W001", 0, assist_gas="Ar")])

    await harness.replace_column(welding, replace(gas, type=ColumnType.INT, length=None))
    result = await store.append(welding, [reading("W001", 5, assist_gas="Ar"), reading("W001", 6, no_gas=1)])

    assert [(each.index, each.reason) for each in result.rejections] == [(0, "bad-value"), (1, "unknown-field")]


async def test_a_tag_that_was_added_is_not_a_value_of_the_history(
    store: TelemetryStore, welding: SuperTable, tdengine: Harness
) -> None:
    await store.append(welding, [reading("W001", 0, ip_quality=1)])
    before = await history(store, welding, "W001")

    await tdengine.execute(f"alter stable {welding} add tag bay int")

    assert await history(store, welding, "W001") == before
    assert [list(device.tags) for device in await store.list_devices(welding)] == [["name", "bay"]]


async def test_a_super_table_whose_device_code_was_renamed_is_unsuitable(
    store: TelemetryStore, welding: SuperTable, tdengine: Harness
) -> None:
    await store.append(welding, [reading("W001", 0, ip_quality=1)])
    await store.latest(welding, ["W001"])

    await tdengine.execute(f"alter stable {welding} rename tag device_code code")

    with pytest.raises(StoreObjectMissing):
        await store.latest(welding, ["W001"])
    with pytest.raises(StoreObjectMissing):
        await store.append(welding, [reading("W001", 5, ip_quality=2)])
    with pytest.raises(SuperTableUnsuitable, match="has no tag device_code"):
        await describe_super_table(store, welding)
    advice = [(each.code, each.detail) for each in (await store.check([welding])).advice]
    assert ("super-table-unsuitable", f"The super table {welding} has no tag device_code.") in advice


async def test_a_database_made_again_with_another_precision_is_read_and_written_in_it(
    store: TelemetryStore, tdengine: Harness
) -> None:
    """Rows that one millisecond holds are one row before, and two rows after."""
    table = SuperTable(f"conformance_again_{uuid.uuid4().hex[:12]}", "welding_real_data")
    batch = [Reading("W001", T0 + timedelta(microseconds=number), {"ip_quality": number}) for number in (100, 900)]

    async def create(precision: str) -> list[Value]:
        await tdengine.execute(f"create database {table.database} precision '{precision}' keep 36500 vgroups 1")
        await tdengine.create_super_table(table, WELDING)
        await store.append(table, batch)
        query = HistoryQuery(device_code="W001", start=T0 + timedelta(microseconds=100), end=at(1))
        full = replace(query, start=T0)
        assert [each.values["ip_quality"] for each in await store.history(table, query)] == (
            [] if precision == "ms" else [100, 900]
        )
        return [each.values["ip_quality"] for each in await store.history(table, full)]

    try:
        before = await create("ms")
        await tdengine.execute(f"drop database {table.database}")
        after = await create("us")
    finally:
        await tdengine.execute(f"drop database if exists {table.database}")

    assert (before, after) == ([900], [100, 900])


async def test_a_reading_that_the_database_keeps_since_it_was_altered_is_stored(
    store: TelemetryStore, tdengine: Harness
) -> None:
    table = SuperTable(f"conformance_keep_{uuid.uuid4().hex[:12]}", "welding_real_data")
    old = [Reading("W001", datetime.now(UTC) - timedelta(days=50), {"ip_quality": 1})]
    await tdengine.execute(f"create database {table.database} keep 30 duration 1 vgroups 1")
    try:
        await tdengine.create_super_table(table, WELDING)
        before = await store.append(table, old)
        await tdengine.execute(f"alter database {table.database} keep 100")
        async with asyncio.timeout(20):
            # The alteration reaches the vnode a moment later.
            while (after := await store.append(table, old)).rejections:
                pass
    finally:
        await tdengine.execute(f"drop database if exists {table.database}")

    assert [each.reason for each in before.rejections] == ["out-of-retention"]
    assert after == AppendResult(1)


@pytest_asyncio.fixture
async def line_pass(create_table: CreateTable, tdengine: Harness) -> SuperTable:
    return await create_table(LINE_PASS)


async def test_rows_with_one_timestamp_and_several_second_keys_are_several_rows(
    store: TelemetryStore, line_pass: SuperTable
) -> None:
    batch = [reading("L1", 0, seq=2, val=20.0), reading("L1", 0, seq=1, val=10.0), reading("L1", 0, seq=2, val=21.0)]

    assert list(await store.describe(line_pass)) == list(LINE_PASS)
    assert await store.append(line_pass, batch) == AppendResult(3)
    assert await store.append(line_pass, [reading("L1", 0, seq=3, val=30.0)]) == AppendResult(1)

    assert [dict(each.values) for each in await history(store, line_pass, "L1")] == [
        {"seq": 1, "val": 10.0},
        {"seq": 2, "val": 21.0},
        {"seq": 3, "val": 30.0},
    ]
    assert await latest_values(store, line_pass, "L1") == {"L1": {"seq": 3, "val": 30.0}}


async def test_a_reading_without_its_second_key_is_rejected(store: TelemetryStore, line_pass: SuperTable) -> None:
    result = await store.append(
        line_pass, [reading("L1", 0, val=1.0), reading("L1", 0, seq=None), reading("L1", 0, seq=1)]
    )

    assert (result.accepted, [(each.index, each.reason) for each in result.rejections]) == (
        1,
        [(0, "bad-value"), (1, "bad-value")],
    )


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [1, 2, 3, 10])
@pytest.mark.parametrize("fields", [(), ("val",)], ids=["all-fields", "without-the-key"])
async def test_pages_together_have_every_second_key_once(
    store: TelemetryStore, line_pass: SuperTable, order: Order, limit: int, fields: tuple[str, ...]
) -> None:
    keys = [(second, seq) for second in (0, 5) for seq in (1, 2, 3, 4)]
    await store.append(line_pass, [reading("L1", second, seq=seq, val=second * 10.0 + seq) for second, seq in keys])
    query = HistoryQuery(device_code="L1", start=T0, end=at(60), fields=fields, order=order, limit=limit)

    pages = [page async for page in history_pages(store, line_pass, query)]

    found = [each.values["val"] for page in pages for each in page]
    assert sorted(map(str, found)) == sorted(str(second * 10.0 + seq) for second, seq in keys)
    assert [each.ts for page in pages for each in page] == [
        at(second) for second in ((0, 5) if order is Order.ASCENDING else (5, 0)) for _ in range(4)
    ]


@pytest.mark.parametrize("order", Order)
async def test_second_keys_that_arrive_between_pages_hide_and_repeat_nothing(
    store: TelemetryStore, line_pass: SuperTable, order: Order
) -> None:
    await store.append(line_pass, [reading("L1", 0, seq=seq, val=float(seq)) for seq in (10, 20, 30, 40)])
    query = HistoryQuery(device_code="L1", start=T0, end=at(60), fields=("val",), order=order, limit=2)
    first = await history_page(store, line_pass, query)

    await store.append(line_pass, [reading("L1", 0, seq=seq, val=float(seq)) for seq in (5, 15, 25, 35, 45)])
    following = await history_page(store, line_pass, replace(query, limit=100), first.end)

    found = [each.values["val"] for each in (*first.readings, *following.readings)]
    assert sorted(found, key=float) == [float(number) for number in range(5, 50, 5)]  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def reader(tdengine: Harness) -> AsyncIterator[TelemetryStore]:
    """The store as a user who may only read, and has no SYSINFO."""
    from adapters.tdengine.telemetry import TdengineTelemetry

    name = f"reader_{uuid.uuid4().hex[:12]}"
    await tdengine.execute(f"create user {name} pass '{READER}' sysinfo 0")
    await tdengine.execute(f"grant read on {tdengine.database}.* to {name}")
    scheme, _, rest = tdengine.url.partition("://")
    store = TdengineTelemetry.from_url(f"{scheme}://{name}:{READER.replace('#', '%23')}@{rest.rpartition('@')[2]}")
    try:
        yield store
    finally:
        await store.aclose()
        await tdengine.execute(f"drop user {name}")


async def test_an_account_that_may_only_read_can_read_everything(
    store: TelemetryStore, welding: SuperTable, reader: TelemetryStore
) -> None:
    await store.append(welding, [reading("W001", second, ip_quality=second) for second in (0, 5)])

    assert await reader.describe(welding) == await store.describe(welding)
    assert await reader.latest(welding, ["W001"]) == await store.latest(welding, ["W001"])
    assert await reader.newest_row(welding) == await store.newest_row(welding)
    assert await history(reader, welding, "W001") == await history(store, welding, "W001")
    query = window_query("W001", "ip_quality")
    assert await reader.windows(welding, query) == await store.windows(welding, query)
    assert await reader.list_devices(welding) == await store.list_devices(welding)
    health = await reader.check([welding])
    assert (health.ready, [advice.code for advice in health.advice]) == (True, ["settings-unknown"])


async def test_tables_of_the_system_are_no_super_tables(store: TelemetryStore, harness: Harness) -> None:
    tables = (
        [SuperTable("information_schema", "ins_tables"), SuperTable("performance_schema", "perf_queries")]
        if harness.has_subtables
        else [SuperTable("pg_catalog", "pg_class"), SuperTable("information_schema", "tables")]
    )

    for table in tables:
        with pytest.raises(StoreObjectMissing):
            await store.describe(table)
        advice = [each.code for each in (await store.check([table])).advice]
        assert advice[-1] == "super-table-missing"


async def test_a_table_without_ts_or_device_code_is_unsuitable(
    store: TelemetryStore, create_table: CreateTable, harness: Harness
) -> None:
    if harness.has_subtables:
        table = await create_table(
            (
                Column(name="_ts", type=ColumnType.TIMESTAMP),
                Column(name="current", type=ColumnType.FLOAT),
                Column(name="device_id", type=ColumnType.NCHAR, length=64, is_tag=True),
            )
        )
    else:
        table = SuperTable(harness.database, f"jet_{uuid.uuid4().hex[:12]}")
        await harness.execute(f"create schema if not exists {table.database}")
        await harness.execute(f"create table {table} (_ts timestamptz, current real, device_id text)")

    with pytest.raises(SuperTableUnsuitable, match="has no column ts and has no tag device_code"):
        await describe_super_table(store, table)
    health = await store.check([table])
    assert health.ready
    assert "super-table-unsuitable" in [advice.code for advice in health.advice]
