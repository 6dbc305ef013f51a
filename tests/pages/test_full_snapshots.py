"""Full snapshots, encoded once per tick."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import pytest_asyncio

from arcbeat.domain.errors import StoreUnavailable, TooManyRequests, UnknownDeviceType
from arcbeat.pages.full_snapshots import FullSnapshots
from arcbeat.pages.query_pages import QueryPages
from arcbeat.pages.team_members import TeamMembersCache
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.samplers import Samplers
from tests.support.settling import settle
from tests.support.simulated_plant import WELDING, Metronome, Observer, SimulatedPlant

FIELDS = b'[{"name":"weld_current"}]'


@dataclass
class Desk:
    """Full snapshots of a plant, with ticks that a test triggers."""

    snapshots: FullSnapshots
    samplers: Samplers
    plant: SimulatedPlant
    metronome: Metronome


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    plant, metronome = SimulatedPlant(), Metronome()
    plant.register("W2", "W1")
    plant.report("W1", device_status="焊接", weld_current=1.0)
    stores = (plant.catalogue, plant.directory, plant.store, plant.clock)
    samplers = Samplers(
        SampleReader(*stores),
        plant.clock,
        period_seconds=0,
        observer=Observer(),
        ticks_of=metronome.ticks,
        samplers_max=1,
    )
    teams = TeamMembersCache(plant.directory, plant.clock, max_age_seconds=5)
    snapshots = FullSnapshots(QueryPages(*stores, max_age_seconds=5), samplers, teams)
    yield Desk(snapshots, samplers, plant, metronome)
    await samplers.aclose()


async def read(desk: Desk, type_code: str = "welding") -> dict[str, Any]:
    snapshot = await desk.snapshots.newest(type_code)
    content: dict[str, Any] = orjson.loads((await snapshot.encoded(FIELDS)).content)
    return content


async def test_a_snapshot_has_all_devices_and_its_position_in_the_stream(desk: Desk) -> None:
    content = await read(desk)

    sampler = desk.samplers.find("welding")
    assert sampler is not None
    assert sampler.snapshot is not None
    assert content == {
        "type_code": "welding",
        "stream_id": sampler.snapshot.stream_id,
        "seq": 1,
        "sampled_at": "2026-11-24T12:00:00Z",
        "source": "snapshot",
        "fields_version": 1,
        "fields": [{"name": "weld_current"}],
        "items": [
            {
                "device_code": "W1",
                "ts": "2026-11-24T12:00:00Z",
                "freshness": "live",
                "clock_skew": False,
                "values": {"device_status": "焊接", "weld_current": 1.0},
            },
            {
                "device_code": "W2",
                "ts": None,
                "freshness": "never",
                "clock_skew": False,
                "values": {"device_status": None, "weld_current": None},
            },
        ],
    }


async def test_a_snapshot_is_encoded_once_per_tick_for_all_requests(desk: Desk) -> None:
    snapshot = await desk.snapshots.newest("welding")
    body, again = await asyncio.gather(snapshot.encoded(FIELDS), snapshot.encoded(FIELDS))
    await desk.metronome.tick()
    next_snapshot = await desk.snapshots.newest("welding")

    assert body is again
    assert await desk.snapshots.newest("welding") is next_snapshot is not snapshot
    assert next_snapshot.version != snapshot.version


async def test_a_cancelled_request_does_not_cancel_the_encoding_for_the_others(desk: Desk) -> None:
    snapshot = await desk.snapshots.newest("welding")
    impatient, patient = (asyncio.create_task(snapshot.encoded(FIELDS)) for _ in range(2))
    await asyncio.sleep(0)  # both wait for the encoding
    impatient.cancel()

    assert orjson.loads((await patient).content)


async def test_a_snapshot_is_found_by_alias(desk: Desk) -> None:
    assert [(await read(desk, spelling))["type_code"] for spelling in ("焊机", "焊机", "welding")] == ["welding"] * 3


async def test_a_request_waits_for_the_first_snapshot(desk: Desk) -> None:
    gate = desk.plant.store.hang(WELDING)
    waiting = asyncio.create_task(desk.snapshots.newest("welding"))
    await settle()
    assert not waiting.done()
    gate.set()
    await settle()
    await desk.metronome.tick()

    assert (await waiting).device_type is WELDING


async def test_without_a_snapshot_the_error_of_the_store_is_raised(desk: Desk) -> None:
    desk.plant.store.failure = StoreUnavailable()

    with pytest.raises(StoreUnavailable):
        await desk.snapshots.newest("welding")


async def test_while_a_store_is_unavailable_the_snapshot_keeps_its_sampled_at(desk: Desk) -> None:
    before = await read(desk)
    desk.plant.store.failure = StoreUnavailable()
    desk.plant.clock.pass_seconds(5)
    await desk.metronome.tick()
    after = await read(desk)

    assert (after["source"], after["seq"], after["sampled_at"]) == ("memory", 2, before["sampled_at"])


async def test_an_unknown_type_and_one_too_many_are_rejected(desk: Desk) -> None:
    with pytest.raises(UnknownDeviceType):
        await desk.snapshots.newest("milling")
    await desk.snapshots.newest("welding")
    with pytest.raises(TooManyRequests):
        await desk.snapshots.newest("cutting")
