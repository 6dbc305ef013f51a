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
    """Samplers of a shop floor whose ticks come when a test says so."""

    samplers: Samplers
    plant: SimulatedPlant
    metronome: Metronome
    observer: Observer
    told: list[tuple[str, int]]

    async def tick(self, seconds: float = 5) -> None:
        self.plant.clock.pass_seconds(seconds)
        await self.metronome.tick()


@pytest_asyncio.fixture
async def hall() -> AsyncIterator[Hall]:
    plant, metronome, observer, told = SimulatedPlant(), Metronome(), Observer(), list[tuple[str, int]]()
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
    samplers.add_listener(lambda sampler, delta: told.append((sampler.type_code, delta.seq)))
    yield Hall(samplers, plant, metronome, observer, told)
    await samplers.aclose()


async def test_nothing_is_sampled_until_somebody_wants_it(hall: Hall) -> None:
    await hall.tick()

    assert (hall.plant.asked, hall.samplers.find("welding")) == (0, None)


async def test_a_type_that_a_page_asks_for_is_sampled_at_once_and_then_at_every_tick(hall: Hall) -> None:
    sampler = hall.samplers.request("welding")
    await settle()
    await hall.tick()

    assert hall.told == [("welding", 1), ("welding", 2)]
    assert hall.samplers.find("welding") is sampler


async def test_it_ends_when_nobody_has_asked_for_a_minute(hall: Hall) -> None:
    sampler = hall.samplers.request("welding")
    await settle()
    await hall.tick(IDLE_SECONDS - 1)
    hall.samplers.request("welding")
    await hall.tick(IDLE_SECONDS - 1)
    assert hall.samplers.find("welding") is sampler
    await hall.tick(1)

    assert sampler is not None
    assert (sampler.ended, hall.samplers.find("welding"), len(hall.told)) == (True, None, 3)


async def test_after_its_end_it_begins_anew(hall: Hall) -> None:
    hall.samplers.request("welding")
    await settle()
    await hall.tick(IDLE_SECONDS)
    hall.samplers.request("welding")
    await settle()

    assert hall.told == [("welding", 1), ("welding", 1)]


async def test_it_goes_on_for_as_long_as_somebody_watches(hall: Hall) -> None:
    with hall.samplers.watch("welding") as sampler, hall.samplers.watch("welding"):
        await settle()
        await hall.tick(10 * IDLE_SECONDS)
        assert not sampler.ended
    await hall.tick()

    assert (sampler.ended, len(hall.told)) == (True, 2)


async def test_what_other_processes_want_is_sampled_until_they_want_it_no_more(hall: Hall) -> None:
    hall.samplers.request("welding")
    hall.samplers.set_remote_types(["cutting", "welding"])
    await settle()
    await hall.tick(IDLE_SECONDS + 1)
    assert [sampler.type_code for sampler in hall.samplers] == ["welding", "cutting"]
    assert hall.samplers.local_types() == []

    hall.samplers.set_remote_types([])
    await hall.tick()
    assert list(hall.samplers) == []


async def test_other_processes_are_told_what_is_wanted_here(hall: Hall) -> None:
    hall.samplers.request("welding")
    with hall.samplers.watch("cutting"):
        assert set(hall.samplers.local_types()) == {"welding", "cutting"}


async def test_a_clock_that_is_set_back_keeps_no_feed_alive(hall: Hall) -> None:
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
        assert hall.told == [("cutting", 1), ("cutting", 2), ("cutting", 3)]
        gate.set()
        await settle()
        await hall.tick()

    assert ("welding", 1) in hall.told


async def test_only_so_many_types_are_sampled(hall: Hall) -> None:
    for each in (WELDING, CUTTING):
        assert hall.samplers.request(each.type_code) is not None
    await settle()

    assert hall.samplers.request("milling") is None
    with pytest.raises(TooManyRequests), hall.samplers.watch("milling"):
        pass
    with hall.samplers.watch("welding") as sampler:
        assert sampler.type_code == "welding"


async def test_an_unknown_type_makes_room_again(hall: Hall) -> None:
    sampler = hall.samplers.request("milling")
    await settle()

    assert sampler is not None
    assert (sampler.ended, hall.samplers.sizes()) == (True, {"types": 0.0, "devices": 0.0})


async def test_what_nobody_foresaw_ends_one_tick_and_the_watchers_go_on(hall: Hall) -> None:
    hall.plant.store.failure = KeyError("a bug")
    with hall.samplers.watch("welding") as sampler, capture_logs() as logs:
        await settle()
        hall.plant.store.failure = None
        await hall.tick()

    assert [each["event"] for each in logs] == ["tick_failed"]
    assert (sampler.ended, hall.told) == (False, [("welding", 1)])


async def test_a_listener_that_fails_does_not_keep_the_others_from_listening(hall: Hall) -> None:
    told: list[int] = []

    def fail(sampler: Sampler, delta: Delta) -> None:
        raise KeyError(sampler.type_code)

    hall.samplers.add_listener(fail)
    hall.samplers.add_listener(lambda _, delta: told.append(delta.seq))
    with capture_logs() as logs:
        hall.samplers.request("welding")
        await settle()
        await hall.tick()

    assert told == [1, 2]
    assert [each["event"] for each in logs] == ["listener_failed", "listener_failed"]


async def test_a_feed_is_found_by_an_alias_and_by_a_device(hall: Hall) -> None:
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


async def test_closing_ends_all_and_abandons_what_is_under_way(hall: Hall) -> None:
    hall.plant.store.hang(WELDING)
    samplers = [hall.samplers.request(each.type_code) for each in (WELDING, CUTTING)]
    await settle()
    await hall.samplers.aclose()

    assert all(sampler is not None and sampler.ended for sampler in samplers)
    assert sorted(hall.observer.samplings) == [("cutting", "ok"), ("welding", "CancelledError")]
    assert hall.samplers.sizes()["types"] == 0
