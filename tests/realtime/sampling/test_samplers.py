"""Which types are sampled, and for how long."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.readings.snapshots import Delta
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import IDLE_MAX, Samplers
from tests.support.settling import settle
from tests.support.simulated_plant import CUTTING, WELDING, Metronome, Observer, SimulatedPlant

IDLE_SECONDS = IDLE_MAX.total_seconds()


@dataclass
class Hall:
    """The samplers of a plant, whose ticks are triggered by a test."""

    samplers: Samplers
    plant: SimulatedPlant
    metronome: Metronome
    observer: Observer
    published: list[tuple[str, int]]

    async def tick(self, seconds: float = 5) -> None:
        self.plant.clock.pass_seconds(seconds)
        await self.metronome.tick()


@pytest_asyncio.fixture
async def hall() -> AsyncIterator[Hall]:
    plant, metronome, observer, published = SimulatedPlant(), Metronome(), Observer(), list[tuple[str, int]]()
    plant.register("W1")
    plant.register("C1", device_type=CUTTING)
    samplers = Samplers(
        SampleReader(plant.catalogue, plant.directory, plant.store, plant.clock),
        plant.clock,
        period_seconds=0,
        observer=observer,
        ticks_of=metronome.ticks,
        samplers_max=2,
    )
    samplers.add_listener(lambda sampler, delta: published.append((sampler.type_code, delta.seq)))
    yield Hall(samplers, plant, metronome, observer, published)
    await samplers.aclose()


async def test_nothing_is_sampled_before_a_request(hall: Hall) -> None:
    await hall.tick()

    assert (hall.plant.query_count, hall.samplers.find("welding")) == (0, None)


async def test_a_requested_type_is_sampled_at_once_and_at_every_tick(hall: Hall) -> None:
    sampler = hall.samplers.request("welding")
    await settle()
    await hall.tick()

    assert hall.published == [("welding", 1), ("welding", 2)]
    assert hall.samplers.find("welding") is sampler


async def test_a_sampler_ends_a_minute_after_the_last_request(hall: Hall) -> None:
    sampler = hall.samplers.request("welding")
    await settle()
    await hall.tick(IDLE_SECONDS - 1)
    hall.samplers.request("welding")
    await hall.tick(IDLE_SECONDS - 1)
    assert hall.samplers.find("welding") is sampler
    await hall.tick(1)

    assert sampler is not None
    assert (sampler.ended, hall.samplers.find("welding"), len(hall.published)) == (True, None, 3)


async def test_after_its_end_it_begins_anew(hall: Hall) -> None:
    hall.samplers.request("welding")
    await settle()
    await hall.tick(IDLE_SECONDS)
    hall.samplers.request("welding")
    await settle()

    assert hall.published == [("welding", 1), ("welding", 1)]


async def test_a_watched_type_is_sampled_until_it_is_no_longer_watched(hall: Hall) -> None:
    with hall.samplers.watch("welding") as sampler, hall.samplers.watch("welding"):
        await settle()
        await hall.tick(10 * IDLE_SECONDS)
        assert not sampler.ended
    await hall.tick()

    assert (sampler.ended, len(hall.published)) == (True, 2)


async def test_types_of_other_processes_are_sampled_until_they_no_longer_need_them(hall: Hall) -> None:
    hall.samplers.request("welding")
    hall.samplers.set_remote_types(["cutting", "welding"])
    await settle()
    await hall.tick(IDLE_SECONDS + 1)
    assert [sampler.type_code for sampler in hall.samplers] == ["welding", "cutting"]
    assert hall.samplers.local_types() == []

    hall.samplers.set_remote_types([])
    await hall.tick()
    assert list(hall.samplers) == []


async def test_local_types_are_those_requested_or_watched_here(hall: Hall) -> None:
    hall.samplers.request("welding")
    with hall.samplers.watch("cutting"):
        assert set(hall.samplers.local_types()) == {"welding", "cutting"}


async def test_a_clock_that_is_set_back_does_not_keep_a_sampler_running(hall: Hall) -> None:
    hall.samplers.request("welding")
    await settle()
    await hall.tick(-3600)

    assert hall.samplers.find("welding") is None


async def test_a_slow_type_does_not_delay_another(hall: Hall) -> None:
    gate = hall.plant.store.hang(WELDING)
    with hall.samplers.watch("welding"), hall.samplers.watch("cutting"):
        await settle()
        await hall.tick()
        await hall.tick()
        assert hall.published == [("cutting", 1), ("cutting", 2), ("cutting", 3)]
        gate.set()
        await settle()
        await hall.tick()

    assert ("welding", 1) in hall.published


async def test_the_number_of_sampled_types_is_limited(hall: Hall) -> None:
    for each in (WELDING, CUTTING):
        assert hall.samplers.request(each.type_code) is not None
    await settle()

    assert hall.samplers.request("milling") is None
    with pytest.raises(TooManyRequests), hall.samplers.watch("milling"):
        pass
    with hall.samplers.watch("welding") as sampler:
        assert sampler.type_code == "welding"


async def test_the_sampler_of_an_unknown_type_ends(hall: Hall) -> None:
    sampler = hall.samplers.request("milling")
    await settle()

    assert sampler is not None
    assert (sampler.ended, hall.samplers.sizes()) == (True, {"types": 0.0, "devices": 0.0})


async def test_an_unexpected_error_ends_one_tick_and_the_sampler_continues(hall: Hall) -> None:
    hall.plant.store.failure = KeyError("a bug")
    with hall.samplers.watch("welding") as sampler, capture_logs() as logs:
        await settle()
        hall.plant.store.failure = None
        await hall.tick()

    assert [each["event"] for each in logs] == ["tick_failed"]
    assert (sampler.ended, hall.published) == (False, [("welding", 1)])


async def test_a_listener_that_fails_does_not_keep_deltas_from_the_others(hall: Hall) -> None:
    published: list[int] = []

    def fail(sampler: Sampler, delta: Delta) -> None:
        raise KeyError(sampler.type_code)

    hall.samplers.add_listener(fail)
    hall.samplers.add_listener(lambda _, delta: published.append(delta.seq))
    with capture_logs() as logs:
        hall.samplers.request("welding")
        await settle()
        await hall.tick()

    assert published == [1, 2]
    assert [each["event"] for each in logs] == ["listener_failed", "listener_failed"]


async def test_a_sampler_is_found_by_alias_and_by_device(hall: Hall) -> None:
    sampler = hall.samplers.request("welding")
    assert (hall.samplers.find("焊机"), hall.samplers.find_by_device("W1")) == (None, None)
    await settle()

    assert hall.samplers.find("焊机") is hall.samplers.find_by_device("W1") is sampler
    assert hall.samplers.find_by_device("C1") is None


async def test_types_and_devices_are_counted(hall: Hall) -> None:
    hall.samplers.request("welding")
    hall.samplers.request("cutting")
    await settle()

    assert hall.samplers.sizes() == {"types": 2.0, "devices": 2.0}


async def test_closing_ends_all_samplers_and_cancels_their_reads(hall: Hall) -> None:
    hall.plant.store.hang(WELDING)
    samplers = [hall.samplers.request(each.type_code) for each in (WELDING, CUTTING)]
    await settle()
    await hall.samplers.aclose()

    assert all(sampler is not None and sampler.ended for sampler in samplers)
    assert sorted(hall.observer.samplings) == [("cutting", "ok"), ("welding", "CancelledError")]
    assert hall.samplers.sizes()["types"] == 0
