"""One sampler, tick by tick."""

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
class Sampled:
    """A sampler of welding machines that does not wait for hanging stores, and the deltas that it published."""

    sampler: Sampler
    plant: SimulatedPlant
    published: list[Delta]
    observer: Observer

    async def tick(self, seconds: float = 5) -> bool:
        """Make a tick some seconds after the last one; return whether there may be another."""
        self.plant.clock.pass_seconds(seconds)
        return await self.sampler.tick(TICK)

    @property
    def snapshot(self) -> Snapshot:
        assert self.sampler.snapshot is not None
        return self.sampler.snapshot

    def currents(self) -> dict[str, object]:
        return {code: row.values["weld_current"] for code, row in self.snapshot.rows.items()}


@pytest_asyncio.fixture
async def sampled() -> AsyncIterator[Sampled]:
    plant, published, observer = SimulatedPlant(), list[Delta](), Observer()
    plant.register("W1", "W2")
    plant.report("W1", weld_current=1.0)
    plant.report("W2", weld_current=2.0)
    sampler = Sampler(
        "welding",
        SampleReader(plant.catalogue, plant.directory, plant.store, plant.clock),
        plant.clock,
        period_seconds=0,
        publish=lambda _, delta: published.append(delta),
        observer=observer,
    )
    yield Sampled(sampler, plant, published, observer)
    await sampler.aclose()


async def test_the_first_delta_leads_from_the_empty_snapshot(sampled: Sampled) -> None:
    assert await sampled.tick(seconds=0)

    [delta] = sampled.published
    assert (delta.since, delta.seq, delta.source, delta.sampled_at) == (0, 1, Source.SNAPSHOT, NOON)
    assert delta.changed == {code: row.full() for code, row in sampled.snapshot.rows.items()}
    assert sampled.currents() == {"W1": 1.0, "W2": 2.0}


async def test_later_deltas_contain_only_changes(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    sampled.plant.report("W1", weld_current=1.0)
    sampled.plant.clock.pass_seconds(5)
    sampled.plant.report("W1", weld_current=1.5)
    sampled.plant.register("W3")
    del sampled.plant.directory.devices["W2"]
    await sampled.tick(seconds=0)

    delta = sampled.published[-1]
    assert delta.changed["W1"] == {"ts": sampled.plant.clock(), "values": {"weld_current": 1.5}}
    assert delta.changed["W3"] == sampled.snapshot.rows["W3"].full()
    assert delta.removed == ("W2",)


async def test_a_reading_that_gets_old_is_a_change(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    await sampled.tick(seconds=20)

    assert sampled.published[-1].changed == {code: {"freshness": Freshness.LATE} for code in ("W1", "W2")}


async def test_while_a_store_is_unavailable_the_last_rows_are_published_with_their_freshness(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    sampled.plant.store.failure = StoreUnavailable()
    await sampled.tick(seconds=10)
    await sampled.tick(seconds=10)

    assert [delta.source for delta in sampled.published] == [Source.SNAPSHOT, Source.MEMORY, Source.MEMORY]
    assert {delta.sampled_at for delta in sampled.published} == {NOON}
    assert sampled.published[1].changed == {}
    assert sampled.published[2].changed == {code: {"freshness": Freshness.LATE} for code in ("W1", "W2")}
    assert sampled.currents() == {"W1": 1.0, "W2": 2.0}


async def test_an_outage_and_its_end_are_logged_once(sampled: Sampled) -> None:
    with capture_logs() as logs:
        await sampled.tick()
        for failure in (StoreUnavailable(), StoreUnavailable(), StoreObjectMissing(), None, None):
            sampled.plant.store.failure = failure
            await sampled.tick()

    assert [each["event"] for each in logs] == ["sampling_failed", "sampling_failed", "sampling_recovered"]
    assert sampled.sampler.failure is None
    assert sampled.snapshot.source is Source.SNAPSHOT


async def test_a_sample_that_arrives_late_is_published_at_a_later_tick(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    sampled.plant.report("W1", weld_current=1.5)
    gate = sampled.plant.store.hang(WELDING)
    await sampled.tick()
    await sampled.tick()
    query_count = len(sampled.plant.store.queries)
    gate.set()
    await settle()
    sampled.plant.store.hang(WELDING)
    await sampled.tick()

    assert [delta.source for delta in sampled.published] == [
        Source.SNAPSHOT,
        Source.MEMORY,
        Source.MEMORY,
        Source.SNAPSHOT,
    ]
    assert query_count == 2, "one call at a time"
    assert len(sampled.plant.store.queries) == 3, "the next call has started"
    assert (sampled.currents()["W1"], (sampled.snapshot.sampled_at - NOON).total_seconds()) == (1.5, 5)


async def test_a_newer_sample_is_published_instead_of_a_late_one(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    gate = sampled.plant.store.hang(WELDING)
    await sampled.tick()
    gate.set()
    await settle()
    sampled.plant.report("W1", weld_current=1.5)
    await sampled.tick()

    assert (sampled.currents()["W1"], (sampled.snapshot.sampled_at - NOON).total_seconds()) == (1.5, 10)


async def test_a_late_sampling_that_failed_is_followed_by_another_at_once(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    gate = sampled.plant.store.hang(WELDING)
    sampled.plant.store.failure = StoreUnavailable()
    await sampled.tick()
    gate.set()
    await settle()
    sampled.plant.store.failure = None
    await sampled.tick()

    assert [delta.source for delta in sampled.published] == [Source.SNAPSHOT, Source.MEMORY, Source.SNAPSHOT]


async def test_changed_fields_begin_a_new_stream_at_the_next_tick(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    before = sampled.snapshot
    sampled.plant.change(WELDING, fields=(*WELDING.fields, shown("material")), fields_version=2)
    await sampled.tick()

    after = sampled.snapshot
    assert after.stream_id != before.stream_id
    assert (sampled.published[-1].since, after.seq, after.fields_version) == (0, 1, 2)
    assert after.rows["W1"].values == {"device_status": None, "weld_current": 1.0, "material": None}
    assert sampled.sampler.stream is not None
    assert sampled.sampler.stream.delta_since(before.stream_id, before.seq) is None


async def test_another_super_table_begins_a_new_stream(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    before = sampled.snapshot
    sampled.plant.change(WELDING, super_table=replace(WELDING.super_table, name="elsewhere"))
    await sampled.tick()

    assert sampled.snapshot.stream_id != before.stream_id
    assert sampled.currents() == {"W1": None, "W2": None}


async def test_changed_thresholds_change_freshness_within_the_stream(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    before = sampled.snapshot
    sampled.plant.change(WELDING, thresholds=FreshnessThresholds(1, 2))
    await sampled.tick()

    assert sampled.snapshot.stream_id == before.stream_id
    assert sampled.published[-1].changed == {code: {"freshness": Freshness.STALE} for code in ("W1", "W2")}


async def test_a_deleted_type_ends_the_sampler(sampled: Sampled) -> None:
    await sampled.tick(seconds=0)
    del sampled.plant.catalogue.types["welding"]

    assert not await sampled.tick()
    assert len(sampled.published) == 1


async def test_waiting_for_the_first_snapshot_returns_it(sampled: Sampled) -> None:
    gate = sampled.plant.store.hang(WELDING)
    waiting = asyncio.create_task(sampled.sampler.wait_for_snapshot())
    await sampled.tick()
    assert not waiting.done()
    gate.set()
    await settle()
    await sampled.tick()

    assert await waiting is sampled.snapshot
    assert await sampled.sampler.wait_for_snapshot() is sampled.snapshot


async def test_waiting_for_a_snapshot_raises_the_error_of_the_sample(sampled: Sampled) -> None:
    sampled.plant.store.failure = StoreUnavailable("away")
    await sampled.tick()
    with pytest.raises(StoreUnavailable, match="away"):
        await sampled.sampler.wait_for_snapshot()

    sampled.plant.catalogue.types.clear()
    await sampled.tick()
    with pytest.raises(UnknownDeviceType):
        await sampled.sampler.wait_for_snapshot()


async def test_closing_the_sampler_ends_the_wait_for_a_snapshot(sampled: Sampled) -> None:
    sampled.plant.store.hang(WELDING)
    await sampled.tick()
    waiting = asyncio.create_task(sampled.sampler.wait_for_snapshot())
    await settle()
    await sampled.sampler.aclose()

    with pytest.raises(StoreUnavailable):
        await waiting
    assert sampled.observer.samplings == [("welding", "CancelledError")]


async def test_an_unexpected_error_is_logged_and_does_not_end_the_ticks(
    sampled: Sampled,
) -> None:
    async def ticks() -> AsyncIterator[Tick]:
        yield TICK
        sampled.plant.store.failure = KeyError("a bug")
        yield TICK
        sampled.plant.store.failure = None
        yield TICK

    with capture_logs() as logs:
        await sampled.sampler.run(ticks())

    assert [(each["event"], each["log_level"]) for each in logs] == [("tick_failed", "error")]
    assert [delta.seq for delta in sampled.published] == [1, 2]
    assert len({delta.stream_id for delta in sampled.published}) == 1


async def test_ticks_and_samples_are_measured(sampled: Sampled) -> None:
    sampled.plant.store.failure = StoreUnavailable()
    await sampled.sampler.tick(TICK)
    sampled.plant.store.failure = None
    await sampled.sampler.tick(replace(TICK, skipped=2))
    sampled.plant.store.failure = StoreUnavailable()
    await sampled.sampler.tick(TICK)

    assert sampled.observer.ticks == [
        ("welding", None, 0),
        ("welding", Source.SNAPSHOT, 2),
        ("welding", Source.MEMORY, 0),
    ]
    assert [outcome for _, outcome in sampled.observer.samplings] == ["StoreUnavailable", "ok", "StoreUnavailable"]
