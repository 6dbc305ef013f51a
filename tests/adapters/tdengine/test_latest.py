"""Latest readings of devices."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.telemetry import TdengineTelemetry, TelemetryLimits
from arcbeat.domain.errors import StoreObjectMissing, StoreTimeout
from arcbeat.domain.readings.readings import Latest, Reading
from tests.adapters.tdengine.conftest import NOW, Monotonic
from tests.adapters.tdengine.script import TABLE, newest, tags
from tests.tdengine.recording import EXCHANGES
from tests.tdengine.stand_in import StandIn, StandInResponse, error, recorded

MAP = "^select tags tbname, `device_code` from `test_db`.`welding_real_data`$"
BY_NAME = "where tbname in"
BY_TAG = "where `device_code` in"
AT_TEN = "2023-08-23T10:00:00.000Z"
IN_2099 = "2099-01-01T00:00:00.000Z"


def reading(code: str, current: float | None, ts: str = AT_TEN) -> Reading:
    return Reading(code, datetime.fromisoformat(ts), {"weld_current": current})


async def test_subtables_are_found_by_tags_and_the_newer_of_two_rows_is_the_latest(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on tags-map-after and last-row-tbname-in-mixed, where welder_7 is newer than t_14412t0007."""
    stand_in.on(MAP, recorded(EXCHANGES["tags-map-after"]))
    stand_in.on(BY_NAME, recorded(EXCHANGES["last-row-tbname-in-mixed"]))

    latest = await store.latest(TABLE, ["Mixed1", "14412T0007"])

    assert {code: one.reading.values["weld_current"] for code, one in latest.items()} == {
        "14412T0007": 77.5,
        "Mixed1": 1.5,
    }
    assert latest["14412T0007"].reading.ts == datetime(2023, 8, 23, 10, 0, 20, tzinfo=UTC)
    assert set(latest["Mixed1"].reading.values) == {row[0] for row in EXCHANGES["describe-welding"].rows} - {
        "ts",
        "device_code",
        "name",
    }
    assert stand_in.matching(BY_NAME)[0].count("'t_14412t0007','welder_7'") == 1


def test_names_are_not_derived_from_codes_because_comparison_is_case_sensitive() -> None:
    assert EXCHANGES["last-row-tbname-in-as-coded"].rows == []
    assert len(EXCHANGES["last-row-tbname-in-lower"].rows) == 2


async def test_a_device_that_is_not_in_the_map_is_queried_by_tag_and_added(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    stand_in.on(MAP, tags())
    stand_in.on(BY_TAG, newest([AT_TEN, 1, "welder_9", "M9"]))
    stand_in.on(BY_NAME, newest([AT_TEN, 2, "welder_9", "M9"]))

    first = await store.latest(TABLE, ["M9"])
    second = await store.latest(TABLE, ["M9"])

    assert first == {"M9": Latest(reading("M9", 1.0))}
    assert second == {"M9": Latest(reading("M9", 2.0))}
    assert len(stand_in.matching(MAP)) == 1
    assert "('welder_9')" in stand_in.matching(BY_NAME)[0]


async def test_devices_are_read_in_batches(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(MAP, tags(*((f"t_{number}", str(number)) for number in range(5))))
    stand_in.on(BY_NAME, newest())
    stand_in.on(BY_TAG, newest())

    await store.latest(TABLE, [str(number) for number in range(9)])

    assert sorted(statement.partition(" in ")[2].partition(" part")[0] for statement in stand_in.statements[1:]) == [
        "('5','6','7')",
        "('8')",
        "('t_0','t_1','t_2')",
        "('t_3','t_4')",
    ]


async def test_a_row_dated_in_the_future_is_skipped_and_marked(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Relies on last-row-future: such a row is returned until it is deleted."""
    assert EXCHANGES["last-row-future"].rows[0][0] == IN_2099
    stand_in.on(MAP, tags(("t_m1", "M1"), ("t_m2", "M2"), ("t_m3", "M3")))
    stand_in.on("<=", newest([AT_TEN, 1, "t_m1", "M1"]))
    stand_in.on(BY_NAME, newest([IN_2099, 99, "t_m1", "M1"], [AT_TEN, 2, "t_m2", "M2"], [IN_2099, 99, "t_m3", "M3"]))

    latest = await store.latest(TABLE, ["M1", "M2", "M3"])

    assert latest == {"M1": Latest(reading("M1", 1.0), clock_skew=True), "M2": Latest(reading("M2", 2.0))}
    assert "tbname in ('t_m1','t_m3') and `ts` <= '2023-08-23T10:02:00.000000Z'" in stand_in.matching("<=")[0]


async def test_a_row_within_the_allowed_clock_skew_is_accepted(stand_in: StandIn, store: TdengineTelemetry) -> None:
    ahead = (NOW + timedelta(seconds=60)).isoformat()
    stand_in.on(MAP, tags(("t_m1", "M1")))
    stand_in.on(BY_NAME, newest([ahead, 1, "t_m1", "M1"]))

    assert await store.latest(TABLE, ["M1"]) == {"M1": Latest(reading("M1", 1.0, ahead))}
    assert stand_in.matching("<=") == []


async def test_an_unencodable_code_is_not_queried(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(MAP, tags())

    assert await store.latest(TABLE, ["a\x00b", "\ud800", "x" * 201]) == {}
    assert stand_in.matching("last_row") == []


async def test_a_subtable_without_a_device_code_is_ignored(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(MAP, tags(("t_x", None)))
    stand_in.on(BY_TAG, newest([AT_TEN, 1, "t_x", None]))

    assert await store.latest(TABLE, ["None"]) == {}


async def test_the_map_is_read_again_after_a_minute(
    stand_in: StandIn, store: TdengineTelemetry, monotonic: Monotonic
) -> None:
    stand_in.on(MAP, tags(("old", "M1")), tags(("old", "M1"), ("new", "M1")))
    stand_in.on(r"\('old'\)", newest([AT_TEN, 1, "old", "M1"]))
    stand_in.on(r"\('new','old'\)", newest([AT_TEN, 1, "old", "M1"], ["2023-08-23T10:00:01.000Z", 2, "new", "M1"]))
    await store.latest(TABLE, ["M1"])

    monotonic.seconds += 61
    during = await store.latest(TABLE, ["M1"])
    async with asyncio.timeout(5):
        while (after := await store.latest(TABLE, ["M1"])) == during:
            pass

    assert during == {"M1": Latest(reading("M1", 1.0))}
    assert after["M1"].reading.values == {"weld_current": 2.0}


async def test_a_missing_super_table_raises_object_missing(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("", recorded(EXCHANGES["describe-missing"]))

    with pytest.raises(StoreObjectMissing):
        await store.latest(TABLE, ["M1"])


async def test_one_failing_batch_fails_the_operation(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(MAP, tags())
    stand_in.on("'7'", error(9826, "error: Table does not exist"))
    stand_in.on(BY_TAG, newest())

    with pytest.raises(StoreObjectMissing):
        await store.latest(TABLE, [str(number) for number in range(9)])


async def test_an_operation_ends_within_its_total_timeout(stand_in: StandIn, rest: TdengineRest) -> None:
    stand_in.on(MAP, tags())
    stand_in.on(BY_TAG, StandInResponse(None))
    store = TdengineTelemetry(rest, limits=TelemetryLimits(total_seconds=0.1))

    with pytest.raises(StoreTimeout):
        await store.latest(TABLE, ["M1"])
