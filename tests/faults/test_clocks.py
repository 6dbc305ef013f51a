"""Clocks are wrong: those of machines, of other programs, and of the server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.pages.latest_cache import LatestCache
from tests.faults import requests
from tests.faults.table import Row
from tests.support.fakes import FakeStore
from tests.support.service import Service

TABLE = SuperTable("test_db", "welding_real_data")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FUTURE = datetime(2099, 1, 1, tzinfo=UTC)
QUERIED = "cached readings count as stale: the store is queried"


class Clock:
    """A clock that changes only when a test changes it."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


class CountingStore(FakeStore):
    """Counts the calls of ``latest``."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        self.calls += 1
        return await super().latest(table, device_codes)


@pytest.mark.parametrize(
    "jump",
    [
        pytest.param(DAY, id="forward", marks=pytest.mark.fault("The server's clock jumps a day forward", QUERIED)),
        pytest.param(-DAY, id="backward", marks=pytest.mark.fault("The server's clock jumps a day backward", QUERIED)),
    ],
)
async def test_the_store_is_queried_after_a_jump_of_the_servers_clock(jump: timedelta, row: Row) -> None:
    store, clock = CountingStore(), Clock()
    memory = LatestCache(store, clock, max_age_seconds=5)
    store.rows[TABLE, "M1"] = Reading("M1", NOON, {"weld_current": 1.0})
    await memory.read(TABLE, ["M1"])
    store.rows[TABLE, "M1"] = Reading("M1", NOON, {"weld_current": 2.0})

    clock.now += jump
    sampled = await memory.read(TABLE, ["M1"])

    latest = sampled.rows[0].latest
    assert latest is not None
    assert latest.reading.values == {"weld_current": 2.0}
    assert (store.calls, sampled.read_at, sampled.outdated) == (2, clock.now, False)
    row.saw("the store was queried; the newest reading is returned, with the new time")


@pytest.mark.fault(
    "Another program writes a reading dated 2099", "the newest reading up to now is shown, marked with clock_skew"
)
def test_a_reading_dated_in_the_future_does_not_hide_the_current_one(service: Service, row: Row) -> None:
    service.register("M1")
    service.append("M1", weld_current=1.5)
    service.execute(
        "insert into test_db.welding_real_data (device_code, ts, weld_current) values ('M1', %s, 9)", FUTURE
    )

    shown = service.operator.get(requests.PAGE, params={"max_age": 0}).json()["items"][0]

    assert (shown["weld_current"], shown["clock_skew"], shown["freshness"]) == (1.5, True, "live")
    row.saw("the current reading is shown with clock_skew true and freshness live")


@pytest.mark.fault(
    "A machine sends a reading dated 2099", "it is rejected with its index, the other readings of the batch are stored"
)
def test_a_reading_of_a_machine_with_a_fast_clock_is_rejected(service: Service, row: Row) -> None:
    service.register("M2")
    readings = [{"device_code": "M2", "ts": ts.isoformat(), "values": {}} for ts in (FUTURE, datetime.now(UTC))]

    answer = service.operator.post(requests.INGEST, json={"type_code": "welding", "readings": readings}).json()

    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    assert answer["results"][0]["reason"] == "future-timestamp"
    row.saw("200: one rejected as future-timestamp, one stored")
