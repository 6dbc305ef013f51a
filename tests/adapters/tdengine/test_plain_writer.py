"""Appending plain batches: whole statements of checked rows, or nothing that a rejection could depend on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.errors import StoreProtocolError, StoreUnavailable
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainRows
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from tests.adapters.tdengine.conftest import NOW
from tests.adapters.tdengine.script import TABLE, accept_inserts, describe_welding, settings, tags
from tests.support.settling import until
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, StandInResponse, error, recorded, rows

TAGS_OF = "^select tags .* where"
STATUS, CURRENT = ("device_status", "weld_current"), ("weld_current",)
MILLISECOND = timedelta(milliseconds=1)
META = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}


def group(names: tuple[str, ...], *readings: tuple[str, datetime, tuple[Value, ...]]) -> PlainRows:
    codes, timestamps, values = zip(*readings, strict=True)
    return PlainRows(names, codes, timestamps, values)


async def batch_of(store: TdengineTelemetry, *groups: PlainRows, has_special_characters: bool = False) -> PlainBatch:
    return PlainBatch(await store.columns_to_append(TABLE), groups, has_special_characters)


@pytest.fixture
def described(stand_in: StandIn) -> StandIn:
    """A stand-in with the super table and the subtables of M1 and M2; it accepts inserts."""
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(("t_m1", "M1"), ("T_Mixed2", "M2")))
    return stand_in


async def test_rows_are_grouped_by_subtable_and_columns(described: StandIn, store: TdengineTelemetry) -> None:
    """Relies on plain-insert-json: TDengine reads values as JSON writes them."""
    accept_inserts(described)
    later = NOW + timedelta(seconds=1, milliseconds=5)
    batch = await batch_of(
        store,
        group(STATUS, ("M1", NOW, ("焊接", 1.5)), ("M2", NOW, (None, 220.0)), ("M1", later, ('a "b"', 1e-7))),
        group(CURRENT, ("M2", later, (3.0,))),
    )

    assert await store.append_plain(TABLE, batch)

    assert described.matching("^insert") == [
        (
            "insert into `test_db`.`t_m1` (`ts`, `device_status`, `weld_current`) values "
            '("2023-08-23T10:01:00Z","焊接",1.5)("2023-08-23T10:01:01.005000Z","a \\"b\\"",1e-7) '
            "`test_db`.`T_Mixed2` (`ts`, `device_status`, `weld_current`) values "
            '("2023-08-23T10:01:00Z",null,220.0) '
            "`test_db`.`T_Mixed2` (`ts`, `weld_current`) values "
            '("2023-08-23T10:01:01.005000Z",3.0)'
        )
    ]


async def test_texts_with_special_characters_are_escaped(described: StandIn, store: TdengineTelemetry) -> None:
    accept_inserts(described)
    values = ("it's\\\n\b", 1.5)
    batch = await batch_of(store, group(STATUS, ("M1", NOW, values)), has_special_characters=True)

    assert await store.append_plain(TABLE, batch)

    assert described.matching("^insert")[0].endswith("values ('2023-08-23T10:01:00.000000Z','it\\'s\\\\\n\b',1.5)")


async def test_columns_and_subtables_are_read_for_every_batch(described: StandIn, store: TdengineTelemetry) -> None:
    accept_inserts(described)
    batch = await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,))))

    for _ in range(2):
        assert await store.append_plain(TABLE, batch)

    assert [len(described.matching(read)) for read in ("^describe", TAGS_OF, "ins_databases")] == [3, 2, 0]


async def test_known_columns_are_returned_without_a_statement(described: StandIn, store: TdengineTelemetry) -> None:
    first = await store.columns_to_append(TABLE)

    assert await store.columns_to_append(TABLE) is first
    assert len(described.matching("^describe")) == 1


async def test_unchanged_columns_stay_the_same_object(described: StandIn, store: TdengineTelemetry) -> None:
    accept_inserts(described)
    batch = await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,))))

    assert await store.append_plain(TABLE, batch)

    assert await store.columns_to_append(TABLE) is batch.columns


async def test_a_batch_that_was_checked_against_other_columns_is_not_stored(
    described: StandIn, store: TdengineTelemetry
) -> None:
    columns = await store.columns_to_append(TABLE)
    widened = [replace(each, length=99) if each.name == "device_status" else each for each in columns]
    groups = (group(CURRENT, ("M1", NOW, (1.0,))),)

    assert not await store.append_plain(TABLE, PlainBatch(widened, groups, has_special_characters=False))

    assert described.matching("^insert|^create") == []
    assert await store.columns_to_append(TABLE) is columns


async def test_changed_columns_are_known_after_the_batch_that_they_refused(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    stand_in.on(
        "^describe",
        *(rows(META, ["a", kind, 4, ""], ["device_code", "NCHAR", 50, "TAG"]) for kind in ("INT", "FLOAT")),
    )
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    accept_inserts(stand_in)
    batch = await batch_of(store, group(("a",), ("M1", NOW, (1,))))

    assert not await store.append_plain(TABLE, batch)

    assert (await store.columns_to_append(TABLE))[0] == Column(name="a", type=ColumnType.FLOAT)


@pytest.mark.parametrize(
    ("apart", "is_stored"), [(timedelta(0), False), (timedelta(microseconds=999), False), (MILLISECOND, True)]
)
async def test_two_readings_of_a_device_within_a_millisecond_are_not_stored(
    described: StandIn, store: TdengineTelemetry, apart: timedelta, *, is_stored: bool
) -> None:
    """Whether they have one primary key depends on the precision of the database."""
    accept_inserts(described)
    batch = await batch_of(store, group(STATUS, ("M1", NOW, ("a", 1.0))), group(CURRENT, ("M1", NOW + apart, (2.0,))))

    assert await store.append_plain(TABLE, batch) is is_stored
    assert len(described.matching("^insert")) == is_stored


@pytest.mark.parametrize(
    ("ts", "is_stored"),
    [
        (NOW + CLOCK_SKEW_MAX, True),
        (NOW + CLOCK_SKEW_MAX + MILLISECOND, False),
        (datetime(1678, 1, 1, tzinfo=UTC), True),
        (datetime(1601, 1, 1, tzinfo=UTC), False),
    ],
)
async def test_readings_that_are_too_early_or_in_the_future_are_not_stored(
    described: StandIn, store: TdengineTelemetry, ts: datetime, *, is_stored: bool
) -> None:
    accept_inserts(described)
    batch = await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,)), ("M2", ts, (1.0,))))

    assert await store.append_plain(TABLE, batch) is is_stored
    assert len(described.matching("^insert")) == is_stored


async def test_super_tables_with_a_composite_primary_key_are_not_written(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    stand_in.on("^describe", recorded(EXCHANGES["changes-describe-line-pass"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")))
    batch = await batch_of(store, group(("seq", "val"), ("M1", NOW, (1, 2.0))))

    assert not await store.append_plain(TABLE, batch)
    assert stand_in.matching("^insert") == []


@pytest.mark.parametrize("code", ["", "x" * 201, "a\x00b"])
async def test_device_codes_that_no_device_can_have_are_not_sent(
    described: StandIn, store: TdengineTelemetry, code: str
) -> None:
    batch = await batch_of(store, group(CURRENT, (code, NOW, (1.0,))))

    assert not await store.append_plain(TABLE, batch)
    assert described.matching("^insert|^create|^select tags") == []


@pytest.mark.parametrize(
    "response",
    [
        recorded(EXCHANGES["insert-nchar-too-long"]),
        recorded(EXCHANGES["plain-insert-too-old"]),
        recorded(EXCHANGES["plain-insert-dropped"]),
        error(0x2602, "Invalid column name"),
    ],
    ids=["value", "too-old", "dropped", "column"],
)
async def test_a_batch_that_the_store_rejects_is_not_stored(
    described: StandIn, store: TdengineTelemetry, response: Any
) -> None:
    described.on("^insert", response)

    assert not await store.append_plain(TABLE, await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,)))))


async def test_a_store_that_fails_is_an_error(described: StandIn, store: TdengineTelemetry) -> None:
    described.on("^insert", recorded(EXCHANGES["fault-server-down-insert"]))

    with pytest.raises(StoreUnavailable):
        await store.append_plain(TABLE, await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,)))))


async def test_a_dropped_super_table_is_left_to_append(described: StandIn, store: TdengineTelemetry) -> None:
    batch = await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,))))
    described.reset()
    described.on("^describe|^select tags", recorded(EXCHANGES["describe-missing"]))
    described.on("ins_databases", settings())

    assert not await store.append_plain(TABLE, batch)


async def test_unknown_devices_get_subtables(stand_in: StandIn, store: TdengineTelemetry) -> None:
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")), tags(("t_m1", "M1"), ("t_m2", "M2")))
    accept_inserts(stand_in)

    assert await store.append_plain(
        TABLE, await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,)), ("M2", NOW, (2.0,))))
    )

    assert [statement.count(" using ") for statement in stand_in.matching("^create")] == [1]
    assert "`t_m2`" in stand_in.matching("^insert")[0]


async def test_a_batch_without_readings_is_stored(described: StandIn, store: TdengineTelemetry) -> None:
    assert await store.append_plain(TABLE, await batch_of(store))
    assert described.matching("^insert") == []


async def test_a_large_batch_is_sent_in_statements_below_the_limit_of_the_server(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on statement-too-long: 1 MiB is the limit."""
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(*((f"t_{number}", str(number)) for number in range(20))))
    accept_inserts(stand_in)
    readings: Sequence[tuple[str, datetime, tuple[Value, ...]]] = [
        (str(number % 20), NOW - timedelta(seconds=number), ("长" * 50, float(number))) for number in range(12_000)
    ]

    assert await store.append_plain(TABLE, await batch_of(store, group(STATUS, *readings)))

    sent = stand_in.matching("^insert")
    assert [len(statement.encode()) < 2**20 for statement in sent] == [True] * 3
    assert sum(statement.count('Z",') for statement in sent) == 12_000


async def test_a_text_that_is_not_encodable_is_not_stored(described: StandIn, store: TdengineTelemetry) -> None:
    """A text with half of a surrogate pair has no UTF-8."""
    batch = await batch_of(store, group(STATUS, ("M1", NOW, ("\ud800", 1.0))))

    assert not await store.append_plain(TABLE, batch)
    assert described.matching("^insert") == []


async def test_tags_that_a_row_limit_cut_off_are_an_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Devices whose tags are missing from a response would otherwise get a second subtable."""
    stand_in.on("^describe", recorded(EXCHANGES["changes-reader-describe"]))
    stand_in.on("ins_databases", settings())
    stand_in.on(TAGS_OF, tags(*((f"t_{number}", str(number)) for number in range(9))))
    stand_in.row_limit = 8
    columns = await store.columns_to_append(TABLE)
    named = next(each.name for each in columns if not each.is_tag and each.name != "ts")
    readings = [(str(number), NOW, (None,)) for number in range(9)]

    with pytest.raises(StoreProtocolError, match="at most 8 rows"):
        await store.append_plain(TABLE, await batch_of(store, group((named,), *readings)))
    assert stand_in.matching("^create|^insert") == []


async def test_columns_and_subtables_are_read_while_the_permission_to_write_is_waited_for(
    described: StandIn, store: TdengineTelemetry
) -> None:
    accept_inserts(described)
    batch = await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,))))
    written_before: list[str] = []

    async def may_write() -> bool:
        await until(lambda: len(described.matching("^describe")) == 2 and bool(described.matching(TAGS_OF)))
        written_before.extend(described.matching("^insert"))
        return True

    assert await store.append_plain(TABLE, batch, may_write)

    assert written_before == []
    assert len(described.matching("^insert")) == 1


@pytest.mark.parametrize("found", [tags(("t_m1", "M1")), error(65535)], ids=["found", "error"])
async def test_nothing_is_written_without_permission_whatever_the_reads_return(
    stand_in: StandIn, store: TdengineTelemetry, found: StandInResponse
) -> None:
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, found)
    accept_inserts(stand_in)
    batch = await batch_of(store, group(CURRENT, ("M9", NOW, (1.0,))))

    async def may_write() -> bool:
        await until(lambda: bool(stand_in.matching(TAGS_OF)))
        return False

    assert not await store.append_plain(TABLE, batch, may_write)
    assert stand_in.matching("^(insert|create)") == []


async def test_columns_and_subtables_are_read_again_if_the_permission_comes_late(
    stand_in: StandIn, rest: TdengineRest
) -> None:
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(("t_m1", "M1")), tags(("t_other", "M1")))
    accept_inserts(stand_in)
    seconds = count()
    store = TdengineTelemetry(rest, clock=lambda: NOW, monotonic=lambda: float(next(seconds)))

    assert await store.append_plain(TABLE, await batch_of(store, group(CURRENT, ("M1", NOW, (1.0,)))))

    assert "`t_other`" in stand_in.matching("^insert")[0]
