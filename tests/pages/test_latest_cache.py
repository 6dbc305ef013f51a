"""The short cache before the store."""

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
    """Remembers what it was asked, and answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []
        self.questions = asyncio.Semaphore(0)
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        self.asked.append(tuple(device_codes))
        self.questions.release()
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return await super().latest(table, device_codes)


def known(sampled: LatestBatch) -> set[str]:
    return {row.device_code for row in sampled.rows if row.latest is not None}


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


async def test_what_was_just_asked_is_not_asked_again(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    first = await latest.read(TABLE, ("A", "B"))
    clock.advance(4.9)
    second = await latest.read(TABLE, ("B", "A"))

    assert store.asked == [("A", "B")]
    assert known(first) == known(second) == {"A", "B"}
    assert second.read_at == NOON


async def test_what_is_as_old_as_a_sampling_is_asked_again(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A",))
    clock.advance(5)
    again = await latest.read(TABLE, ("A",))

    assert store.asked == [("A",), ("A",)]
    assert again.read_at == clock.now


async def test_only_the_devices_that_are_not_known_are_asked_for(latest: LatestCache, store: CountingStore) -> None:
    await latest.read(TABLE, ("A",))
    await latest.read(TABLE, ("A", "B", "nobody"))

    assert store.asked == [("A",), ("B", "nobody")]


async def test_a_page_is_as_old_as_its_oldest_row(latest: LatestCache, clock: SettableClock) -> None:
    await latest.read(TABLE, ("A",))
    clock.advance(3)

    assert (await latest.read(TABLE, ("A", "B"))).read_at == NOON


async def test_that_a_device_has_no_reading_is_remembered_too(latest: LatestCache, store: CountingStore) -> None:
    first = await latest.read(TABLE, ("nobody",))
    await latest.read(TABLE, ("nobody",))

    assert known(first) == set()
    assert store.asked == [("nobody",)]


async def test_one_question_is_in_flight_once_however_many_ask(latest: LatestCache, store: CountingStore) -> None:
    store.gate.clear()
    asking = [asyncio.create_task(latest.read(TABLE, codes)) for codes in (("A", "B"), ("A", "B"), ("B", "C"))]
    for _ in range(2):
        await store.questions.acquire()
    store.gate.set()
    answers = await asyncio.gather(*asking)

    assert store.asked == [("A", "B"), ("C",)]
    assert [known(each) for each in answers] == [{"A", "B"}, {"A", "B"}, {"B", "C"}]


async def test_who_goes_away_does_not_take_the_answer_from_the_others(
    latest: LatestCache, store: CountingStore
) -> None:
    store.gate.clear()
    impatient, patient = (asyncio.create_task(latest.read(TABLE, ("A",))) for _ in range(2))
    await store.questions.acquire()
    impatient.cancel()
    store.gate.set()

    assert known(await patient) == {"A"}
    assert store.asked == [("A",)]


async def test_a_failure_reaches_everybody_who_waits_and_is_not_remembered(
    latest: LatestCache, store: CountingStore
) -> None:
    store.failure = StoreUnavailable()
    failures = await asyncio.gather(*(latest.read(TABLE, ("A",)) for _ in range(2)), return_exceptions=True)
    store.failure = None
    recovered = await latest.read(TABLE, ("A",))

    assert [type(each) for each in failures] == [StoreUnavailable, StoreUnavailable]
    assert known(recovered) == {"A"}


async def test_the_cache_is_bounded(latest: LatestCache, store: CountingStore) -> None:
    await latest.read(TABLE, ("A", "B", "C", "D"))
    await latest.read(TABLE, ("A",))

    assert store.asked[-1] == ("A",)


async def test_no_age_at_all_asks_whatever_is_known(latest: LatestCache, store: CountingStore) -> None:
    await latest.read(TABLE, ("A",))
    await latest.read(TABLE, ("A",), max_age_seconds=0)

    assert store.asked == [("A",), ("A",)]


async def test_a_greater_age_is_content_with_what_is_known(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A",))
    clock.advance(50)
    await latest.read(TABLE, ("A",), max_age_seconds=60)

    assert store.asked == [("A",)]


async def test_while_the_store_is_away_what_it_said_last_is_answered_and_called_so(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A", "B"))
    store.failure = StoreUnavailable()
    clock.advance(600)
    remembered = await latest.read(TABLE, ("A", "B"))

    assert (known(remembered), remembered.outdated, remembered.read_at) == ({"A", "B"}, True, NOON)


@pytest.mark.parametrize(
    ("codes", "advance_seconds", "max_age_seconds"), [(("A", "C"), 600, None), (("A",), 3601, None), (("A",), 1, 0)]
)
async def test_what_is_not_known_or_known_too_long_or_wanted_new_is_a_failure(
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


async def test_a_failure_that_does_not_pass_is_told_at_once(
    latest: LatestCache, store: CountingStore, clock: SettableClock
) -> None:
    await latest.read(TABLE, ("A",))
    store.failure = StoreObjectMissing()
    clock.advance(6)

    with pytest.raises(StoreObjectMissing):
        await latest.read(TABLE, ("A",))
