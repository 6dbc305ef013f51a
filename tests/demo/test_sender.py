"""Tests of the sender: ticks of the wall clock, and what happens when the service fails."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import JSONResponse
from structlog.testing import capture_logs

from arcbeat.demo.ingest import Ingest, Login, open_client
from arcbeat.demo.machines.devices import welding_rows
from arcbeat.demo.machines.fleet import Fleet, SimulatedDevice
from arcbeat.demo.machines.welding import WeldingMachine
from arcbeat.demo.progress import Progress
from arcbeat.demo.sender import Sender
from tests.demo.service import StandIn

START = datetime(2026, 3, 2, 8, 0, 1, 500_000, tzinfo=UTC)


class Time:
    """A clock that only moves by sleeping; it records all sleeps."""

    def __init__(self) -> None:
        self.now = START
        self.sleeps: list[float] = []
        self.error_seconds = 0.0
        self.ends_after = math.inf

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if len(self.sleeps) >= self.ends_after:
            raise asyncio.CancelledError
        self.sleeps.append(seconds)
        self.now += timedelta(seconds=seconds - self.error_seconds)
        await asyncio.sleep(0)


@pytest.fixture
def service() -> Iterator[StandIn]:
    with StandIn.running() as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def progress() -> Progress:
    return Progress(registered=2, period_seconds=5)


@pytest.fixture
async def sender(service: StandIn, time: Time, progress: Progress) -> AsyncIterator[Sender]:
    rows = welding_rows()[:2]
    fleet = Fleet({"welding": [SimulatedDevice(row.device_code, WeldingMachine(row)) for row in rows]}, registered=2)
    async with open_client(service.url) as http:
        ingest = Ingest(http, Login("operator", "secret"))
        yield Sender(fleet, ingest, progress, now=time, sleep=time.sleep, jitter=lambda: 1.0)


def sent_at(service: StandIn) -> list[str]:
    return [batch["readings"][0]["ts"][14:19] for batch in service.batches]


async def test_readings_are_sent_at_whole_periods_of_the_wall_clock(
    service: StandIn, sender: Sender, time: Time, progress: Progress
) -> None:
    await sender.tick()
    await sender.tick()

    assert sent_at(service) == ["00:05", "00:10"]
    assert time.sleeps == [3.5, 5.0]
    assert (progress.sent, progress.live(time.now)) == (4, 2)
    assert progress.last_tick == datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC)


async def test_a_sleep_that_ends_early_does_not_repeat_a_tick(service: StandIn, sender: Sender, time: Time) -> None:
    time.error_seconds = 0.001

    await sender.tick()
    await sender.tick()

    assert sent_at(service) == ["00:05", "00:10"]


async def test_missed_ticks_are_skipped_and_counted(
    service: StandIn, sender: Sender, time: Time, progress: Progress
) -> None:
    await sender.tick()
    time.now += timedelta(seconds=17)

    await sender.tick()

    assert sent_at(service) == ["00:05", "00:25"]
    assert progress.skipped == 3


async def test_a_clock_that_is_set_back_does_not_stop_the_ticks(service: StandIn, sender: Sender, time: Time) -> None:
    await sender.tick()
    time.now -= timedelta(hours=1)

    await sender.tick()

    assert time.sleeps[-1] <= 5
    assert len(service.batches) == 2


async def test_it_waits_longer_after_each_failure_and_then_continues(
    service: StandIn, sender: Sender, time: Time, progress: Progress
) -> None:
    service.failures.extend(JSONResponse({"detail": "starting"}, 503) for _ in range(3))

    with capture_logs() as logs:
        for _ in range(4):
            await sender.tick()

    assert [log["wait_seconds"] for log in logs if log["event"] == "demo_send_failed"] == [1, 2, 4]
    assert len(service.batches) == 1
    assert progress.sent == 2


async def test_after_a_success_the_first_wait_is_short_again(service: StandIn, sender: Sender) -> None:
    service.failures.extend(JSONResponse({}, 503) for _ in range(2))
    for _ in range(3):
        await sender.tick()
    service.failures.append(JSONResponse({}, 503))

    with capture_logs() as logs:
        await sender.tick()

    assert [log["wait_seconds"] for log in logs] == [1]


async def test_it_waits_as_long_as_the_service_asks_for_up_to_a_limit(service: StandIn, sender: Sender) -> None:
    for seconds in (9, 9000):
        service.failures.append(JSONResponse({}, 503, headers={"Retry-After": str(seconds)}))

    with capture_logs() as logs:
        await sender.tick()
        await sender.tick()

    assert [log["wait_seconds"] for log in logs] == [9, 30]


async def test_the_wait_has_a_limit_however_often_it_fails(service: StandIn, sender: Sender, time: Time) -> None:
    service.failures.extend(JSONResponse({}, 503) for _ in range(20))

    for _ in range(20):
        await sender.tick()

    assert max(time.sleeps) == 30


async def test_rejected_readings_are_logged_and_not_counted(
    service: StandIn, sender: Sender, time: Time, progress: Progress
) -> None:
    service.rejected = {welding_rows()[0].device_code}

    with capture_logs() as logs:
        await sender.tick()

    assert [(log["event"], log["type_code"], log["count"]) for log in logs] == [
        ("demo_readings_rejected", "welding", 1)
    ]
    assert (progress.sent, progress.live(time.now)) == (1, 1)


async def test_it_runs_until_it_is_cancelled(service: StandIn, sender: Sender, time: Time) -> None:
    time.ends_after = 3

    with suppress(asyncio.CancelledError):
        await sender.run()

    assert sent_at(service) == ["00:05", "00:10", "00:15"]
