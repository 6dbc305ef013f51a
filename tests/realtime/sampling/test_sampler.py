"""One type, tick by tick."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from arcbeat.domain.catalogue.device_types import Freshness, FreshnessThresholds
from arcbeat.domain.errors import StoreObjectMissing, StoreUnavailable, UnknownDeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.snapshots import Delta, Snapshot
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.ticks import Tick
from tests.support.settling import settle
from tests.support.simulated_plant import NOON, TICK, WELDING, Observer, SimulatedPlant, shown


@dataclass
class Watched:
    """A sampler of welding machines that has no patience, and what it told."""

    sampler: Sampler
    plant: SimulatedPlant
    told: list[Delta]
    observer: Observer

    async def tick(self, seconds: float = 5) -> bool:
        """One more, so many seconds after the last; answers whether there will be another."""
        self.plant.clock.pass_seconds(seconds)
        return await self.sampler.tick(TICK)

    @property
    def snapshot(self) -> Snapshot:
        assert self.sampler.snapshot is not None
        return self.sampler.snapshot

    def currents(self) -> dict[str, object]:
        return {code: row.values["weld_current"] for code, row in self.snapshot.rows.items()}


@pytest_asyncio.fixture
async def watched() -> AsyncIterator[Watched]:
    plant, told, observer = SimulatedPlant(), list[Delta](), Observer()
    plant.register("W1", "W2")
    plant.report("W1", weld_current=1.0)
    plant.report("W2", weld_current=2.0)
    sampler = Sampler(
        "welding",
        SampleReader(plant.catalogue, plant.directory, plant.store, plant.clock),
        plant.clock,
        period_seconds=0,
        publish=lambda _, delta: told.append(delta),
        observer=observer,
    )
    yield Watched(sampler, plant, told, observer)
    await sampler.aclose()


async def test_the_first_tick_tells_everything_as_a_change_from_nothing(watched: Watched) -> None:
    assert await watched.tick(seconds=0)

    [delta] = watched.told
    assert (delta.since, delta.seq, delta.source, delta.sampled_at) == (0, 1, Source.SNAPSHOT, NOON)
    assert delta.changed == {code: row.full() for code, row in watched.snapshot.rows.items()}
    assert watched.currents() == {"W1": 1.0, "W2": 2.0}


async def test_later_ticks_tell_only_what_changed(watched: Watched) -> None:
    await watched.tick(seconds=0)
    watched.plant.report("W1", weld_current=1.0)
    watched.plant.clock.pass_seconds(5)
    watched.plant.report("W1", weld_current=1.5)
    watched.plant.register("W3")
    del watched.plant.directory.devices["W2"]
    await watched.tick(seconds=0)

    delta = watched.told[-1]
    assert delta.changed["W1"] == {"ts": watched.plant.clock(), "values": {"weld_current": 1.5}}
    assert delta.changed["W3"] == watched.snapshot.rows["W3"].full()
    assert delta.removed == ("W2",)


async def test_a_device_that_falls_silent_is_a_change(watched: Watched) -> None:
    await watched.tick(seconds=0)
    await watched.tick(seconds=20)

    assert watched.told[-1].changed == {code: {"freshness": Freshness.LATE} for code in ("W1", "W2")}


async def test_while_a_store_is_away_what_is_known_is_told_with_its_age(watched: Watched) -> None:
    await watched.tick(seconds=0)
    watched.plant.store.failure = StoreUnavailable()
    await watched.tick(seconds=10)
    await watched.tick(seconds=10)

    assert [delta.source for delta in watched.told] == [Source.SNAPSHOT, Source.MEMORY, Source.MEMORY]
    assert {delta.sampled_at for delta in watched.told} == {NOON}
    assert watched.told[1].changed == {}
    assert watched.told[2].changed == {code: {"freshness": Freshness.LATE} for code in ("W1", "W2")}
    assert watched.currents() == {"W1": 1.0, "W2": 2.0}


async def test_an_outage_is_logged_once_and_so_is_its_end(watched: Watched) -> None:
    with capture_logs() as logs:
        await watched.tick()
        for failure in (StoreUnavailable(), StoreUnavailable(), StoreObjectMissing(), None, None):
            watched.plant.store.failure = failure
            await watched.tick()

    assert [each["event"] for each in logs] == ["sampling_failed", "sampling_failed", "sampling_recovered"]
    assert watched.sampler.failure is None
    assert watched.snapshot.source is Source.SNAPSHOT


async def test_a_sampling_that_outlasts_the_patience_goes_on_and_counts_at_a_later_tick(watched: Watched) -> None:
    await watched.tick(seconds=0)
    watched.plant.report("W1", weld_current=1.5)
    gate = watched.plant.store.hang(WELDING)
    await watched.tick()
    await watched.tick()
    asked = len(watched.plant.store.asked)
    gate.set()
    await settle()
    watched.plant.store.hang(WELDING)
    await watched.tick()

    assert [delta.source for delta in watched.told] == [Source.SNAPSHOT, Source.MEMORY, Source.MEMORY, Source.SNAPSHOT]
    assert asked == 2, "one at a time"
    assert len(watched.plant.store.asked) == 3, "the next is under way already"
    assert (watched.currents()["W1"], (watched.snapshot.sampled_at - NOON).total_seconds()) == (1.5, 5)


async def test_what_is_newer_than_a_late_sampling_is_told_instead(watched: Watched) -> None:
    await watched.tick(seconds=0)
    gate = watched.plant.store.hang(WELDING)
    await watched.tick()
    gate.set()
    await settle()
    watched.plant.report("W1", weld_current=1.5)
    await watched.tick()

    assert (watched.currents()["W1"], (watched.snapshot.sampled_at - NOON).total_seconds()) == (1.5, 10)


async def test_a_late_sampling_that_failed_is_followed_by_another_at_once(watched: Watched) -> None:
    await watched.tick(seconds=0)
    gate = watched.plant.store.hang(WELDING)
    watched.plant.store.failure = StoreUnavailable()
    await watched.tick()
    gate.set()
    await settle()
    watched.plant.store.failure = None
    await watched.tick()

    assert [delta.source for delta in watched.told] == [Source.SNAPSHOT, Source.MEMORY, Source.SNAPSHOT]


async def test_other_fields_start_a_new_stream_at_the_next_tick(watched: Watched) -> None:
    await watched.tick(seconds=0)
    before = watched.snapshot
    watched.plant.change(WELDING, fields=(*WELDING.fields, shown("material")), fields_version=2)
    await watched.tick()

    after = watched.snapshot
    assert after.stream_id != before.stream_id
    assert (watched.told[-1].since, after.seq, after.fields_version) == (0, 1, 2)
    assert after.rows["W1"].values == {"device_status": None, "weld_current": 1.0, "material": None}
    assert watched.sampler.stream is not None
    assert watched.sampler.stream.delta_since(before.stream_id, before.seq) is None


async def test_another_super_table_starts_a_new_stream_too(watched: Watched) -> None:
    await watched.tick(seconds=0)
    before = watched.snapshot
    watched.plant.change(WELDING, super_table=replace(WELDING.super_table, name="elsewhere"))
    await watched.tick()

    assert watched.snapshot.stream_id != before.stream_id
    assert watched.currents() == {"W1": None, "W2": None}


async def test_other_thresholds_judge_anew_within_the_stream(watched: Watched) -> None:
    await watched.tick(seconds=0)
    before = watched.snapshot
    watched.plant.change(WELDING, thresholds=FreshnessThresholds(1, 2))
    await watched.tick()

    assert watched.snapshot.stream_id == before.stream_id
    assert watched.told[-1].changed == {code: {"freshness": Freshness.STALE} for code in ("W1", "W2")}


async def test_a_type_that_is_no_more_ends_the_feed(watched: Watched) -> None:
    await watched.tick(seconds=0)
    del watched.plant.catalogue.types["welding"]

    assert not await watched.tick()
    assert len(watched.told) == 1


async def test_who_waits_for_the_first_snapshot_gets_it(watched: Watched) -> None:
    gate = watched.plant.store.hang(WELDING)
    waiting = asyncio.create_task(watched.sampler.wait_for_snapshot())
    await watched.tick()
    assert not waiting.done()
    gate.set()
    await settle()
    await watched.tick()

    assert await waiting is watched.snapshot
    assert await watched.sampler.wait_for_snapshot() is watched.snapshot


async def test_who_waits_in_vain_is_told_why(watched: Watched) -> None:
    watched.plant.store.failure = StoreUnavailable("away")
    await watched.tick()
    with pytest.raises(StoreUnavailable, match="away"):
        await watched.sampler.wait_for_snapshot()

    watched.plant.catalogue.types.clear()
    await watched.tick()
    with pytest.raises(UnknownDeviceType):
        await watched.sampler.wait_for_snapshot()


async def test_who_waits_is_let_go_when_the_feed_is_closed(watched: Watched) -> None:
    watched.plant.store.hang(WELDING)
    await watched.tick()
    waiting = asyncio.create_task(watched.sampler.wait_for_snapshot())
    await settle()
    await watched.sampler.aclose()

    with pytest.raises(StoreUnavailable):
        await waiting
    assert watched.observer.samplings == [("welding", "CancelledError")]


async def test_a_tick_that_fails_as_nobody_foresaw_is_logged_and_the_next_comes_all_the_same(
    watched: Watched,
) -> None:
    async def ticks() -> AsyncIterator[Tick]:
        yield TICK
        watched.plant.store.failure = KeyError("a bug")
        yield TICK
        watched.plant.store.failure = None
        yield TICK

    with capture_logs() as logs:
        await watched.sampler.run(ticks())

    assert [(each["event"], each["log_level"]) for each in logs] == [("tick_failed", "error")]
    assert [delta.seq for delta in watched.told] == [1, 2]
    assert len({delta.stream_id for delta in watched.told}) == 1


async def test_ticks_and_samplings_are_told_to_who_observes(watched: Watched) -> None:
    watched.plant.store.failure = StoreUnavailable()
    await watched.sampler.tick(TICK)
    watched.plant.store.failure = None
    await watched.sampler.tick(replace(TICK, skipped=2))
    watched.plant.store.failure = StoreUnavailable()
    await watched.sampler.tick(TICK)

    assert watched.observer.ticks == [
        ("welding", None, 0),
        ("welding", Source.SNAPSHOT, 2),
        ("welding", Source.MEMORY, 0),
    ]
    assert [outcome for _, outcome in watched.observer.samplings] == ["StoreUnavailable", "ok", "StoreUnavailable"]
