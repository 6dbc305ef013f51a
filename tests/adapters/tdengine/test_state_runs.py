"""State runs: recorded windows and sessions, and rows that arrive between the statements."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tdengine.rows import Row
from adapters.tdengine.state_runs.parts import to_runs
from adapters.tdengine.state_runs.reader import READ_DEVICE_DAYS_MAX
from adapters.tdengine.state_runs.statements import StateStatements
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.errors import StoreObjectMissing, StoreProtocolError
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.joining import RunJoiner
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery
from tests.adapters.tdengine.test_statements import names, texts
from tests.support.state_reference import runs_by_reading
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, rows
from tests.support.tdengine.tokens import tokenize

TABLE = SuperTable("test_runs_db", "welding_real_data")
TEN = datetime(2023, 8, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RECORDED = [each for name, each in EXCHANGES.items() if name.startswith("runs-")]


def query(
    device_code: str, field: str = "device_status", *, days: float = 1 / 24, runs_max: int = 50_000
) -> StateRunQuery:
    return StateRunQuery(
        device_codes=(device_code,),
        start=TEN,
        end=TEN + timedelta(days=days),
        field=field,
        max_gap=60 * SECOND,
        runs_max=runs_max,
    )


def in_seconds(runs: Sequence[StateRun]) -> list[tuple[str | None, int, int]]:
    return [(run.state, (run.first - TEN) // SECOND, (run.last - TEN) // SECOND) for run in runs]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "device_status",
            [
                *((None, 0, 0), ("焊接", 5, 5), ("焊机", 10, 10), (None, 15, 15), ("焊机", 20, 20), (None, 25, 25)),
                ("焊机", 100, 105),
            ],
        ),
        (
            "lock_status",
            [
                *((None, 0, 0), ("True", 5, 10), ("False", 15, 15), (None, 20, 20), ("False", 25, 25)),
                ("True", 100, 105),
            ],
        ),
        (
            "ip_quality",
            [
                *((None, 0, 0), ("1", 5, 10), (None, 15, 15), ("0", 20, 25)),
                *(("-2147483648", 100, 100), ("2147483647", 105, 105)),
            ],
        ),
    ],
)
async def test_runs_end_at_changes_at_readings_without_a_state_and_at_gaps(
    stand_in: StandIn, store: TdengineTelemetry, field: str, expected: list[tuple[str | None, int, int]]
) -> None:
    """Relies on runs-text-sessions, runs-text-windows, runs-bool-windows and runs-integer-windows."""
    stand_in.replay(*RECORDED)

    assert in_seconds(await store.state_runs(TABLE, query("W1", field))) == expected


async def test_a_device_with_two_subtables_at_the_same_time_is_read_as_a_whole(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on runs-mixed-windows-of-device and the others of that name."""
    stand_in.replay(*RECORDED)

    runs = await store.state_runs(TABLE, query("W2"))

    assert in_seconds(runs) == [("焊接", 0, 5), ("待机", 10, 10), ("焊接", 15, 15), ("待机", 20, 20)]
    assert not stand_in.matching("^select `ts`")


async def test_a_device_with_two_rows_of_one_timestamp_is_read_row_by_row(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on runs-duplicates-check-distinct, and on runs-duplicates-windows-of-device, in which A is part of B."""
    stand_in.replay(*RECORDED)

    runs = await store.state_runs(TABLE, query("W3"))

    assert in_seconds(runs) == [("A", 0, 0), ("B", 20, 20), ("A", 25, 30)]


async def test_a_column_of_another_type_is_read_row_by_row_for_a_few_days_only(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on runs-float-windows, which TDengine rejects."""
    stand_in.replay(*RECORDED)

    with pytest.raises(QueryTooLarge):
        await store.state_runs(TABLE, query("W1", "weld_current", days=READ_DEVICE_DAYS_MAX + 1))

    assert not stand_in.matching("weld_current")


async def test_more_rows_than_runs_are_allowed_are_too_many(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.replay(*[each for each in RECORDED if each.name in ("runs-describe", "runs-settings")])
    times = [f"2023-08-23T10:00:0{second}.000Z" for second in range(3)]
    meta = {"_wstart": "TIMESTAMP", "_wend": "TIMESTAMP", "code": "NCHAR", "tbname": "VARCHAR", "count(*)": "BIGINT"}
    stand_in.on(r"session\(`ts`, 60000a\)\) limit 3$", rows(meta, *[[ts, ts, "W1", "t_w1", 1] for ts in times]))

    with pytest.raises(QueryTooLarge):
        await store.state_runs(TABLE, query("W1", runs_max=2))


async def test_a_window_without_a_start_is_a_protocol_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.replay(*[each for each in RECORDED if each.name in ("runs-describe", "runs-settings")])
    meta = {"_wstart": "TIMESTAMP", "_wend": "TIMESTAMP", "code": "NCHAR", "tbname": "VARCHAR", "count(*)": "BIGINT"}
    stand_in.on("window|session", rows(meta, [None, None, "W1", "t_w1", 1]))

    with pytest.raises(StoreProtocolError):
        await store.state_runs(TABLE, query("W1"))


@pytest.mark.parametrize("field", ["no_such_column", "device_code"])
async def test_a_field_that_is_no_column_of_readings_is_missing(
    stand_in: StandIn, store: TdengineTelemetry, field: str
) -> None:
    stand_in.replay(*RECORDED)

    with pytest.raises(StoreObjectMissing):
        await store.state_runs(TABLE, query("W1", field))


@pytest.mark.parametrize(
    ("max_gap", "expected"),
    [(60 * SECOND, "session(`ts`, 60000a)"), (timedelta(microseconds=1500), "session(`ts`, 1500u)")],
)
def test_a_gap_is_written_in_the_coarsest_unit(max_gap: timedelta, expected: str) -> None:
    asked = StateRunQuery(device_codes=("a",), start=TEN, end=TEN + SECOND, field="x", max_gap=max_gap)
    select = StateStatements.of(TABLE, Column(name="x", type=ColumnType.NCHAR, length=5), asked)

    assert select is not None
    assert expected in select.sessions(by_subtable=True)


@given(names, st.lists(texts, min_size=1, max_size=3), st.sampled_from([ColumnType.NCHAR, ColumnType.INT]))
def test_columns_and_device_codes_are_encoded(name: str, codes: list[str], column_type: ColumnType) -> None:
    asked = StateRunQuery(device_codes=tuple(codes), start=TEN, end=TEN + SECOND, field=name, max_gap=SECOND)
    select = StateStatements.of(TABLE, Column(name=name, type=column_type), asked)

    assert select is not None
    for statement in (select.sessions(by_subtable=True), select.windows(by_subtable=False), select.check_distinct()):
        tokens = tokenize(statement)
        assert [content for kind, content in tokens if kind == "text"][: len(codes)] == codes
        assert {content for kind, content in tokens if kind == "name"} <= {
            *("test_runs_db", "welding_real_data", "device_code", "ts"),
            name,
        }


# --- Rows that arrive between the statements -------------------------------------------------------------------------

GAP = 7 * SECOND
sent = st.dictionaries(st.integers(0, 60), st.sampled_from(["A", "B", None]), max_size=20)


def readings_of(states: Mapping[int, str | None]) -> list[Reading]:
    return [Reading("D", TEN + second * SECOND, {"x": state}) for second, state in states.items()]


def to_rows(runs: Sequence[StateRun]) -> list[Row]:
    """Return runs as TDengine describes the windows of a subtable."""
    return [(run.first, run.last, "D", "t_d", run.state) for run in runs]


@given(sent, sent)
def test_a_row_that_arrives_between_the_statements_is_counted_if_it_is_within_a_session(
    before: dict[int, str | None], late: dict[int, str | None]
) -> None:
    sessions = runs_by_reading("D", readings_of(dict.fromkeys(before)), "x", GAP)
    after = {**late, **before}
    windows = runs_by_reading("D", readings_of(after), "x", timedelta.max)

    found = to_runs(to_rows(sessions), to_rows(windows)).get("D", [])

    counted = [
        reading for reading in readings_of(after) if any(each.first <= reading.ts <= each.last for each in sessions)
    ]
    assert joined(found) == runs_by_reading("D", counted, "x", GAP)


def joined(runs: Sequence[StateRun]) -> list[StateRun]:
    joiner = RunJoiner(GAP)
    return [run for run in [*map(joiner.add, runs), joiner.finish()] if run is not None]
