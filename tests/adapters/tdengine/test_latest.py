"""Latest readings of devices."""

import asyncio
from datetime import datetime, timedelta

import pytest

from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.telemetry import TdengineTelemetry, TelemetryLimits
from arcbeat.domain.errors import StoreObjectMissing, StoreProtocolError, StoreTimeout
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from tests.adapters.tdengine.conftest import NOW, Monotonic
from tests.adapters.tdengine.script import TABLE, in_future, newest
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, StandInResponse, error, recorded

PAGE = "partition by tbname$"
FUTURE = r"^select last_row\(`ts`\), `device_code` .* where `ts` > '2023-08-23T10:02:00.000000Z'"
UNTIL = " and `ts` <= '2023-08-23T10:02:00.000000Z' partition by tbname"
CHANGED = SuperTable("test_changes_db", "welding_real_data")
AT_TEN = "2023-08-23T10:00:00.000Z"
IN_2099 = "2099-01-01T00:00:00.000Z"
AT_TEN_FIVE = "2023-08-23T10:00:05.000Z"


def reading(code: str, current: float | None, ts: str = AT_TEN) -> Reading:
    return Reading(code, datetime.fromisoformat(ts), {"weld_current": current})


async def test_the_newest_row_of_all_subtables_of_a_device_is_the_latest(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-last-row-after-set-tag, where two subtables belong to W002, and none to W001."""
    stand_in.on(FUTURE, in_future())
    stand_in.replay(EXCHANGES["changes-last-row-after-set-tag"])

    latest = await store.latest(CHANGED, ["W001", "W002"])

    values = {"device_status": None, "weld_current": 2.0, "weld_voltage": None}
    assert latest == {"W002": Latest(Reading("W002", datetime.fromisoformat(AT_TEN_FIVE), values))}


def test_subtables_are_not_read_by_name_because_a_name_may_belong_to_another_super_table() -> None:
    by_name = EXCHANGES["changes-last-row-by-name-elsewhere"].rows
    by_tag = EXCHANGES["changes-last-row-by-tag-elsewhere"].rows

    assert [(row[2], row[-2]) for row in by_name] == [(999, "t_w002")]
    assert [(row[2], row[-2]) for row in by_tag] == [(3, "t_w001")]


async def test_columns_of_a_row_that_was_written_in_parts_are_not_null(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    """Relies on changes-last-row-cached, which lacks them, and on changes-last-row-bounded."""
    assert EXCHANGES["changes-last-row-cached"].rows[0][1:4] == [None, None, 22.5]
    stand_in.on(FUTURE, in_future())
    stand_in.replay(EXCHANGES["changes-last-row-bounded"])

    latest = await store.latest(CHANGED, ["W001", "W002"])

    values = {"device_status": "焊接", "weld_current": 150.5, "weld_voltage": 22.5}
    assert latest["W001"].reading.values == values


async def test_devices_are_read_in_batches_by_their_codes(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(FUTURE, in_future())
    stand_in.on(PAGE, newest())

    await store.latest(TABLE, [str(number) for number in range(7)])

    batches = [each.partition(" where ")[2] for each in stand_in.matching(" <= ")]
    assert sorted(batches) == [
        f"(`device_code` = '0' or `device_code` = '1' or `device_code` = '2'){UNTIL}",
        f"(`device_code` = '3' or `device_code` = '4' or `device_code` = '5'){UNTIL}",
        f"(`device_code` = '6'){UNTIL}",
    ]


async def test_nothing_is_remembered_between_two_pages(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(FUTURE, in_future())
    stand_in.on(PAGE, newest([AT_TEN, 1, "t_m1", "M1"]), newest())

    assert await store.latest(TABLE, ["M1"]) == {"M1": Latest(reading("M1", 1.0))}
    assert await store.latest(TABLE, ["M1"]) == {}


async def test_a_device_with_rows_dated_in_the_future_is_marked(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Relies on changes-last-row-below-future and changes-devices-in-future."""
    stand_in.replay(EXCHANGES["changes-last-row-below-future"], EXCHANGES["changes-devices-in-future"])

    latest = await store.latest(CHANGED, ["W001", "W002"])

    assert {code: (one.reading.ts.isoformat(), one.clock_skew) for code, one in latest.items()} == {
        "W001": ("2023-08-23T10:00:00+00:00", False),
        "W002": ("2023-08-23T10:00:05+00:00", True),
    }


async def test_rows_dated_in_the_future_are_looked_for_once_per_super_table_and_sampling_period(
    stand_in: StandIn, store: TdengineTelemetry, monotonic: Monotonic
) -> None:
    stand_in.on(FUTURE, in_future(), in_future([IN_2099, "M1"]))
    stand_in.on(PAGE, newest([AT_TEN, 1, "t_m1", "M1"]))

    async def skewed() -> bool:
        return (await store.latest(TABLE, ["M1"]))["M1"].clock_skew

    assert [await skewed() for _ in range(3)] == [False] * 3
    assert len(stand_in.matching(FUTURE)) == 1

    monotonic.seconds += 6
    async with asyncio.timeout(5):
        while not await skewed():
            pass
    assert len(stand_in.matching(FUTURE)) == 2


async def test_an_old_result_about_the_future_is_not_used(
    stand_in: StandIn, store: TdengineTelemetry, monotonic: Monotonic
) -> None:
    stand_in.on(FUTURE, in_future(), in_future([IN_2099, "M1"]))
    stand_in.on(PAGE, newest([AT_TEN, 1, "t_m1", "M1"]))

    await store.latest(TABLE, ["M1"])
    monotonic.seconds += 31

    assert await store.latest(TABLE, ["M1"]) == {"M1": Latest(reading("M1", 1.0), clock_skew=True)}


async def test_a_row_within_the_allowed_clock_skew_is_accepted(stand_in: StandIn, store: TdengineTelemetry) -> None:
    ahead = (NOW + timedelta(seconds=60)).isoformat()
    stand_in.on(FUTURE, in_future())
    stand_in.on(PAGE, newest([ahead, 1, "t_m1", "M1"]))

    assert await store.latest(TABLE, ["M1"]) == {"M1": Latest(reading("M1", 1.0, ahead))}


async def test_an_unencodable_code_is_not_queried(stand_in: StandIn, store: TdengineTelemetry) -> None:
    assert await store.latest(TABLE, ["a\x00b", "\ud800", "x" * 201]) == {}
    assert stand_in.statements == []


async def test_a_subtable_without_a_device_code_is_ignored(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(FUTURE, in_future([IN_2099, None]))
    stand_in.on(PAGE, newest([AT_TEN, 1, "t_x", None]))

    assert await store.latest(TABLE, ["None"]) == {}


async def test_a_missing_super_table_raises_object_missing(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on("", recorded(EXCHANGES["describe-missing"]))

    with pytest.raises(StoreObjectMissing):
        await store.latest(TABLE, ["M1"])


async def test_one_failing_batch_fails_the_operation(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(FUTURE, in_future())
    stand_in.on("'7'", error(9826, "error: Table does not exist"))
    stand_in.on(PAGE, newest())

    with pytest.raises(StoreObjectMissing):
        await store.latest(TABLE, [str(number) for number in range(9)])


async def test_an_operation_ends_within_its_total_timeout(stand_in: StandIn, rest: TdengineRest) -> None:
    stand_in.on(PAGE, StandInResponse(None))
    store = TdengineTelemetry(rest, limits=TelemetryLimits(total_seconds=0.1))

    with pytest.raises(StoreTimeout):
        await store.latest(TABLE, ["M1"])


async def test_a_page_that_a_row_limit_cut_off_is_an_error(stand_in: StandIn, store: TdengineTelemetry) -> None:
    """Devices that were cut off would otherwise be shown without a reading."""
    stand_in.on(FUTURE, in_future())
    stand_in.on(PAGE, newest(*([AT_TEN, 1, f"t_{number}", str(number)] for number in range(3))))
    stand_in.row_limit = 2

    with pytest.raises(StoreProtocolError, match="restfulRowLimit"):
        await store.latest(TABLE, ["0", "1", "2"])
