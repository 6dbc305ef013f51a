"""The operations of the store, except latest and append."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing, StoreProtocolError
from arcbeat.domain.readings.readings import Aggregate, HistoryQuery, Order, Reading, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import Subtable, SuperTable
from tests.adapters.tdengine.conftest import NOW
from tests.adapters.tdengine.script import TABLE, accept_inserts, describe_welding, settings, tags
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, recorded, rows

CUTTING = SuperTable("test_db", "cutting_real_data")
TEN = datetime(2023, 8, 23, 10, tzinfo=UTC)
HOUR = HistoryQuery(device_code="14412T0007", start=TEN, end=TEN + timedelta(hours=1))


async def test_ping_returns_the_version(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(r"^select server_version\(\)$", recorded(EXCHANGES["server-version"]))

    assert await store.ping() == "3.3.0.1"


async def test_a_server_without_a_version_is_a_protocol_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("", rows({"server_version()": "VARCHAR"}))

    with pytest.raises(StoreProtocolError):
        await store.ping()


async def test_columns_are_described_with_types_lengths_and_tags(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("^describe", recorded(EXCHANGES["describe-cutting"]))

    assert list(await store.describe(CUTTING)) == [
        Column(name="ts", type=ColumnType.TIMESTAMP),
        Column(name="device_status", type=ColumnType.NCHAR, length=50),
        Column(name="power_kw", type=ColumnType.DOUBLE),
        Column(name="feed_mm_min", type=ColumnType.INT_UNSIGNED),
        Column(name="pulses", type=ColumnType.BIGINT),
        Column(name="nozzle", type=ColumnType.TINYINT),
        Column(name="material", type=ColumnType.VARCHAR, length=40),
        Column(name="raw", type=ColumnType.VARBINARY, length=32),
        Column(name="head_temp", type=ColumnType.FLOAT),
        Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True),
        Column(name="name", type=ColumnType.NCHAR, length=50, is_tag=True),
        Column(name="bay", type=ColumnType.SMALLINT, is_tag=True),
    ]


async def test_an_unknown_type_is_described_as_other(stand_in: StandIn, store: TdengineTelemetry) -> None:
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    stand_in.on("^describe", rows(meta, ["place", "GEOMETRY", 100, ""], ["old", "BINARY", 8, ""]))

    assert list(await store.describe(TABLE)) == [
        Column(name="place", type=ColumnType.OTHER),
        Column(name="old", type=ColumnType.VARCHAR, length=8),
    ]


async def test_super_tables_of_all_databases_are_listed_without_those_of_other_names(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    meta = {"db_name": "VARCHAR", "stable_name": "VARCHAR"}
    found = rows(meta, ["hlzg_db", "weld_rate"], ["test_db", "st 焊机"], ["test_db", "welding_real_data"])
    stand_in.on("^select db_name, stable_name from information_schema.ins_stables order by", found)

    assert list(await store.list_super_tables()) == [
        SuperTable("hlzg_db", "weld_rate"),
        SuperTable("test_db", "welding_real_data"),
    ]


async def test_devices_are_listed_with_their_tags_in_the_order_of_their_codes(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on tags-map."""
    describe_welding(stand_in)
    stand_in.on("^select tags tbname, `device_code`, `name` from", recorded(EXCHANGES["tags-map"]))

    devices = await store.list_devices(TABLE)

    assert list(devices[:1]) == [Subtable("t_14412t0006", "14412T0006", {"name": "t_14412T0006"})]
    assert devices[-1] == Subtable("t_B-7/炉#1", "B-7/炉#1", {"name": "t_B-7/炉#1"})
    assert devices[4].tags == {"name": 'it\'s a "name"'}
    assert len(devices) == 6


async def test_the_newest_row_of_a_super_table_maps_columns_to_values(stand_in: StandIn, rest: TdengineRest) -> None:
    """Relies on board-last-row."""
    store = TdengineTelemetry(rest, clock=lambda: NOW + timedelta(days=1))
    newest_row = (
        r"^select last_row\(\*\) from `hlzg_db`.`welding_stat_day` where `ts` <= '2023-08-24T10:02:00.000000Z'$"
    )
    stand_in.on(newest_row, recorded(EXCHANGES["board-last-row"]))

    assert await store.newest_row(SuperTable("hlzg_db", "welding_stat_day")) == {
        "ts": datetime(2023, 8, 24, tzinfo=UTC),
        "welding_minutes": 400,
        "standby_minutes": 100,
        "alarm_minutes": 0,
        "shutdown_minutes": 940,
        "online_minutes": 500,
        "total_minutes": 1440,
        "online_rate": 34.7222,
    }


async def test_an_empty_super_table_has_no_newest_row(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("", recorded(EXCHANGES["last-row-none-found"]))

    assert await store.newest_row(TABLE) is None


async def test_history_omits_tags_and_returns_floats_for_float_columns(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on select-history-all-columns."""
    describe_welding(stand_in)
    stand_in.on("^select [*], tbname from", recorded(EXCHANGES["select-history-all-columns"]))

    history = await store.history(TABLE, HistoryQuery(device_code="M1", start=TEN, end=NOW, order=Order.DESCENDING))

    assert list(history) == [
        Reading("M1", TEN + timedelta(seconds=10), {"weld_current": None}),
        Reading("M1", TEN + timedelta(seconds=5), {"weld_current": 3.0}),
    ]
    assert isinstance(history[1].values["weld_current"], float)
    assert "order by `ts` desc limit 1000" in stand_in.statements[-1]


async def test_history_contains_the_subtable_of_each_row(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Relies on select-history."""
    describe_welding(stand_in)
    stand_in.on("^select `ts`, `weld_current`, tbname from", recorded(EXCHANGES["select-history"]))

    history = await store.history(
        TABLE, HistoryQuery(device_code="M1", start=TEN, end=NOW, fields=("weld_current",), limit=10)
    )

    assert [(reading.ts - TEN, reading.subtable, dict(reading.values)) for reading in history] == [
        (timedelta(seconds=0), "welder_7", {"weld_current": 1.0}),
        (timedelta(seconds=5), "welder_7", {"weld_current": 2.0}),
        (timedelta(seconds=5), "T_M1", {"weld_current": 3.0}),
        (timedelta(seconds=10), "T_M1", {"weld_current": None}),
    ]


@pytest.mark.parametrize(
    ("precision", "start", "end"),
    [
        ("ms", "10:00:00.001000", "10:00:05.001000"),
        ("us", "10:00:00.000001", "10:00:05.000001"),
        ("ns", "10:00:00.000001", "10:00:05.000001"),
    ],
)
async def test_bounds_finer_than_the_precision_are_rounded_up(
    stand_in: StandIn, store: TdengineTelemetry, precision: str, start: str, end: str
) -> None:
    """Relies on select-bound-finer, which lacks the rows that select-bound-next-millisecond has."""
    assert [len(EXCHANGES[name].rows) for name in ("select-bound-finer", "select-bound-next-millisecond")] == [1, 3]
    describe_welding(stand_in, precision=precision)
    stand_in.on("^select", rows({"ts": "TIMESTAMP", "tbname": "VARCHAR"}))
    first, last = TEN + timedelta(microseconds=1), TEN + timedelta(seconds=5, microseconds=1)

    await store.history(TABLE, HistoryQuery(device_code="M1", start=first, end=last))
    await store.windows(TABLE, window_query(fields=("a",), start=first, end=last))

    for statement in stand_in.matching("^select .*, tbname|^select _wstart"):
        assert f"`ts` >= '2023-08-23T{start}Z' and `ts` < '2023-08-23T{end}Z'" in statement


async def test_history_of_an_unencodable_code_is_empty(stand_in: StandIn, store: TdengineTelemetry) -> None:
    describe_welding(stand_in)

    assert list(await store.history(TABLE, HistoryQuery(device_code="a\x00b", start=TEN, end=NOW))) == []


async def test_a_field_with_an_invalid_name_is_missing(stand_in: StandIn, store: TdengineTelemetry) -> None:
    with pytest.raises(StoreObjectMissing):
        await store.history(TABLE, HistoryQuery(device_code="M1", start=TEN, end=NOW, fields=("a`b",)))
    with pytest.raises(StoreObjectMissing):
        await store.windows(TABLE, window_query(fields=("a`b",)))
    assert stand_in.statements == []


async def test_a_row_without_a_timestamp_is_a_protocol_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    describe_welding(stand_in)
    stand_in.on("^select [*], tbname from", rows({"other": "INT", "tbname": "VARCHAR"}, [1, "t_m1"]))

    with pytest.raises(StoreProtocolError):
        await store.history(TABLE, HOUR)


async def test_timestamps_are_cut_to_microseconds_and_to_the_calendar(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    describe_welding(stand_in)
    meta = {"ts": "TIMESTAMP", "at": "TIMESTAMP", "tbname": "VARCHAR"}
    moments = ["2023-08-23T18:00:00.123456789+08:00", "55612-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", None]
    stand_in.on(
        "^select [*], tbname from",
        rows(meta, *(["2023-08-23T10:00:00.999999999Z", moment, "t_m1"] for moment in moments)),
    )

    history = await store.history(TABLE, HOUR)

    assert history[0].ts == TEN.replace(microsecond=999999)
    assert [reading.values["at"] for reading in history] == [
        TEN.replace(microsecond=123456),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        None,
    ]


async def test_windows_are_ordered_by_device_and_time(stand_in: StandIn, store: TdengineTelemetry) -> None:
    describe_welding(stand_in)
    meta = {
        "_wstart": "TIMESTAMP",
        "count(*)": "BIGINT",
        "device_code": "NCHAR",
        "avg(a)": "DOUBLE",
        "count(a)": "BIGINT",
    }
    stand_in.on(
        "^select _wstart",
        rows(
            meta,
            ["2023-08-23T10:00:10.000Z", 1, "b", None, 0],
            ["2023-08-23T10:00:00.000Z", 2, "b", 3, 2],
            ["2023-08-23T10:00:05.000Z", 1, "a", 1.5, 1],
        ),
    )

    windows = await store.windows(TABLE, window_query(fields=("a",)))

    assert [(window.device_code, (window.start - TEN).seconds, *window.values["a"].values()) for window in windows] == [
        ("a", 5, 1.5, 1),
        ("b", 0, 3.0, 2),
        ("b", 10, None, 0),
    ]


async def test_a_whole_super_table_is_one_series_without_device_codes(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on interval-whole-super-table."""
    describe_welding(stand_in)
    stand_in.on("^select _wstart", recorded(EXCHANGES["interval-whole-super-table"]))
    query = replace(window_query(fields=("a",)), device_codes=None, aggregates=(Aggregate.AVG, Aggregate.LAST))

    windows = await store.windows(TABLE, query)

    assert [(window.device_code, (window.start - TEN).seconds, *window.values["a"].values()) for window in windows] == [
        ("", 0, 1.0, 1.0),
        ("", 5, 10 / 3, 5.0),
        ("", 10, None, None),
    ]
    assert "device_code" not in stand_in.statements[-1]
    assert stand_in.statements[-1].endswith(" interval(5000a)")


async def test_extreme_bounds_are_clamped_to_the_range_of_the_server(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    describe_welding(stand_in)
    stand_in.on("^select _wstart", rows({"_wstart": "TIMESTAMP", "count(*)": "BIGINT", "device_code": "NCHAR"}))
    always = window_query(
        start=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC), interval=timedelta(days=36500)
    )

    assert list(await store.windows(TABLE, always)) == []
    assert "'1678-01-01T00:00:00.000000Z'" in stand_in.statements[-1]
    assert "'2261-12-31T23:59:59.999999Z'" in stand_in.statements[-1]


def window_query(
    *,
    fields: tuple[str, ...] = (),
    start: datetime = TEN,
    end: datetime = TEN + timedelta(seconds=15),
    interval: timedelta = timedelta(seconds=5),
) -> WindowQuery:
    return WindowQuery(
        device_codes=("a", "b", "c\x00"),
        start=start,
        end=end,
        interval=interval,
        fields=fields,
        aggregates=(Aggregate.AVG, Aggregate.COUNT),
        origin=TEN,
    )


async def test_creating_a_store_sends_nothing(stand_in: StandIn) -> None:
    store = TdengineTelemetry.from_url(stand_in.url.replace("http://", "tdengine://root:taosdata@"))
    assert stand_in.statements == []

    stand_in.on("", recorded(EXCHANGES["server-version"]))

    assert await store.ping() == "3.3.0.1"
    await store.aclose()


async def test_a_window_without_a_start_is_a_protocol_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    describe_welding(stand_in)
    meta = {"_wstart": "TIMESTAMP", "count(*)": "BIGINT", "device_code": "NCHAR"}
    stand_in.on("^select _wstart", rows(meta, [None, 1, "a"]))

    with pytest.raises(StoreProtocolError):
        await store.windows(TABLE, window_query())


async def test_rows_with_several_second_keys_are_told_apart_although_the_key_is_not_requested(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-history-line-pass."""
    stand_in.on("^describe", recorded(EXCHANGES["changes-describe-line-pass"]))
    stand_in.on("ins_databases", settings())
    stand_in.on("^select `ts`, `val`, `seq`, tbname from", recorded(EXCHANGES["changes-history-line-pass"]))

    history = await store.history(TABLE, replace(HOUR, device_code="L1", fields=("val",)))

    assert list(history) == [Reading("L1", TEN, {"val": 10.0}), Reading("L1", TEN, {"val": 20.0})]
    assert [reading.subtable for reading in history] == ["t_l1 1", "t_l1 2"]


async def test_without_sysinfo_everything_that_reads_works(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Relies on changes-reader-settings, changes-reader-precision and changes-reader-describe."""
    stand_in.on("^describe", recorded(EXCHANGES["changes-reader-describe"]))
    stand_in.on("`keep`", recorded(EXCHANGES["changes-reader-settings"]))
    stand_in.on("ins_databases", recorded(EXCHANGES["changes-reader-precision"]))
    stand_in.on("^select [*], tbname from", rows({"ts": "TIMESTAMP", "tbname": "VARCHAR"}))
    stand_in.on("^select _wstart", rows({"_wstart": "TIMESTAMP", "count(*)": "BIGINT", "device_code": "NCHAR"}))
    stand_in.on("^select tags", tags())

    assert list(await store.history(TABLE, HOUR)) == []
    assert list(await store.windows(TABLE, window_query())) == []
    assert list(await store.list_devices(TABLE)) == []


async def test_a_missing_database_is_missing_for_a_reader_too(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("^describe", recorded(EXCHANGES["changes-reader-describe"]))
    stand_in.on("`keep`", recorded(EXCHANGES["changes-reader-settings"]))
    stand_in.on("ins_databases", rows({"name": "VARCHAR"}))

    with pytest.raises(StoreObjectMissing):
        await store.history(TABLE, HOUR)


@pytest.mark.parametrize("database", ["information_schema", "performance_schema", "INFORMATION_SCHEMA"])
async def test_tables_of_the_system_are_no_super_tables(
    stand_in: StandIn, store: TdengineTelemetry, database: str
) -> None:
    table = SuperTable(database, "ins_tables")

    with pytest.raises(StoreObjectMissing):
        await store.describe(table)
    with pytest.raises(StoreBadValue):
        await store.create_super_table(table, [Column(name="ts", type=ColumnType.TIMESTAMP)])
    assert stand_in.statements == []


async def test_a_description_without_columns_is_a_protocol_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("^describe", rows({"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}))

    with pytest.raises(StoreProtocolError):
        await store.describe(TABLE)


async def test_callers_share_a_schema_only_if_it_is_read_after_their_call(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Ten appends at the same time describe the table twice at most, and one after them describes it again."""
    describe_welding(stand_in)
    stand_in.on("^select tags", tags(("t_m1", "M1")))
    accept_inserts(stand_in)

    async def append(number: int) -> None:
        await store.append(TABLE, [Reading("M1", NOW - timedelta(seconds=number), {})])

    await asyncio.gather(*(append(number) for number in range(10)))
    at_once = len(stand_in.matching("^describe"))
    await append(11)

    assert at_once <= 2
    assert len(stand_in.matching("^describe")) == at_once + 1
