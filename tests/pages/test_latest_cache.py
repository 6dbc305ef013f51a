"""The cache of newest readings."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.errors import StoreObjectMissing, StoreUnavailable
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.pages.latest_cache import LatestBatch, LatestCache
from tests.support.fakes import FakeStore

TABLE = SuperTable("test_db", "welding_real_data")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class SettableClock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class CountingStore(FakeStore):
    """Records its queries, and can hang or fail."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[tuple[str, ...]] = []
        self.started = asyncio.Semaphore(0)
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        self.queries.append(tuple(device_codes))
        self.started.release()
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return await super().latest(table, device_codes)


def with_reading(batch: LatestBatch) -> set[str]:
    return {row.device_code for row in batch.rows if row.latest is not None}


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def store() -> CountingStore:
    store = CountingStore()
    store.rows = {(TABLE, code): Reading(code, NOON, {"weld_current": 1.0}) for code in ("A", "B", "C")}
    return store


@pytest.fixture
def latest(store: CountingStore, clock: SettableClock) -> LatestCache:
    return LatestCache(store, clock, max_age_seconds=5, table_devices_max=3)


async def test_a_fresh_reading_is_not_read_again(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    first = await latest.read(TABLE, ("A", "B"))
    clock.advance(4.9)
    second = await latest.read(TABLE, ("B", "A"))

    assert store.queries == [("A", "B")]
    assert with_reading(first) == with_reading(second) == {"A", "B"}
    assert second.read_at == NOON


async def test_a_reading_older_than_a_sampling_period_is_read_again(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A",))
    clock.advance(5)
    again = await latest.read(TABLE, ("A",))

    assert store.queries == [("A",), ("A",)]
    assert again.read_at == clock.now


async def test_only_devices_that_are_not_cached_are_read(latest: LatestCache, store: CountingStore) -> None:
    await latest.read(TABLE, ("A",))
    await latest.read(TABLE, ("A", "B", "unregistered"))

    assert store.queries == [("A",), ("B", "unregistered")]


async def test_a_batch_is_as_old_as_its_oldest_row(latest: LatestCache, clock: SettableClock) -> None:
    await latest.read(TABLE, ("A",))
    clock.advance(3)

    assert (await latest.read(TABLE, ("A", "B"))).read_at == NOON


async def test_a_device_without_a_reading_is_cached_too(latest: LatestCache, store: CountingStore) -> None:
    first = await latest.read(TABLE, ("unregistered",))
    await latest.read(TABLE, ("unregistered",))

    assert with_reading(first) == set()
    assert store.queries == [("unregistered",)]


async def test_concurrent_callers_share_the_query_of_a_device(latest: LatestCache, store: CountingStore) -> None:
    store.gate.clear()
    callers = [asyncio.create_task(latest.read(TABLE, codes)) for codes in (("A", "B"), ("A", "B"), ("B", "C"))]
    for _ in range(2):
        await store.started.acquire()
    store.gate.set()
    answers = await asyncio.gather(*callers)

    assert store.queries == [("A", "B"), ("C",)]
    assert [with_reading(each) for each in answers] == [{"A", "B"}, {"A", "B"}, {"B", "C"}]


async def test_a_cancelled_caller_does_not_cancel_the_query_for_the_others(
    latest: LatestCache, store: CountingStore
) -> None:
    store.gate.clear()
    impatient, patient = (asyncio.create_task(latest.read(TABLE, ("A",))) for _ in range(2))
    await store.started.acquire()
    impatient.cancel()
    store.gate.set()

    assert with_reading(await patient) == {"A"}
    assert store.queries == [("A",)]


async def test_an_error_is_raised_in_all_waiting_callers_and_is_not_cached(
    latest: LatestCache, store: CountingStore
) -> None:
    store.failure = StoreUnavailable()
    failures = await asyncio.gather(*(latest.read(TABLE, ("A",)) for _ in range(2)), return_exceptions=True)
    store.failure = None
    recovered = await latest.read(TABLE, ("A",))

    assert [type(each) for each in failures] == [StoreUnavailable, StoreUnavailable]
    assert with_reading(recovered) == {"A"}


async def test_the_cache_is_bounded(latest: LatestCache, store: CountingStore) -> None:
    await latest.read(TABLE, ("A", "B", "C", "D"))
    await latest.read(TABLE, ("A",))

    assert store.queries[-1] == ("A",)


async def test_max_age_0_reads_in_any_case(latest: LatestCache, store: CountingStore) -> None:
    await latest.read(TABLE, ("A",))
    await latest.read(TABLE, ("A",), max_age_seconds=0)

    assert store.queries == [("A",), ("A",)]


async def test_a_greater_max_age_accepts_an_older_reading(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A",))
    clock.advance(50)
    await latest.read(TABLE, ("A",), max_age_seconds=60)

    assert store.queries == [("A",)]


async def test_while_the_store_is_unavailable_old_readings_are_returned_as_outdated(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A", "B"))
    store.failure = StoreUnavailable()
    clock.advance(600)
    batch = await latest.read(TABLE, ("A", "B"))

    assert (with_reading(batch), batch.outdated, batch.read_at) == ({"A", "B"}, True, NOON)


@pytest.mark.parametrize(
    ("codes", "advance_seconds", "max_age_seconds"), [(("A", "C"), 600, None), (("A",), 3601, None), (("A",), 1, 0)]
)
async def test_the_error_is_raised_if_a_reading_is_missing_or_too_old_or_max_age_is_0(
    latest: LatestCache,
    store: CountingStore,
    clock: SettableClock,
    codes: tuple[str, ...],
    advance_seconds: float,
    max_age_seconds: float | None,
) -> None:
    await latest.read(TABLE, ("A", "B"))
    store.failure = StoreUnavailable()
    clock.advance(advance_seconds)

    with pytest.raises(StoreUnavailable):
        await latest.read(TABLE, codes, max_age_seconds)


async def test_a_permanent_error_is_raised_at_once(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A",))
    store.failure = StoreObjectMissing()
    clock.advance(6)

    with pytest.raises(StoreObjectMissing):
        await latest.read(TABLE, ("A",))
