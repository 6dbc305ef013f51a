"""What is remembered of a store when somebody has written to it."""

import asyncio

import pytest

from arcbeat.caching import ReadThroughCache
from arcbeat.domain.errors import StoreUnavailable
from tests.support.clocks import Clock


class Store:
    """Says what it holds, when it is let; or is away.

    Attributes:
        holds: what it says.
        asked: how often it was.
    """

    def __init__(self) -> None:
        self.holds = "old"
        self.asked = 0
        self.questions = asyncio.Semaphore(0)
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> str:
        self.asked += 1
        self.questions.release()
        holds = self.holds
        await self.gate.wait()
        if self.away:
            raise StoreUnavailable
        return holds


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def memory() -> ReadThroughCache[str, str]:
    return ReadThroughCache(Clock(), max_age_seconds=5, entries_max=10)


async def told(
    memory: ReadThroughCache[str, str], store: Store, max_age_seconds: float | None = None
) -> tuple[str, bool]:
    remembered = await memory.get("key", store, max_age_seconds)
    return remembered.value, remembered.outdated


async def test_what_has_expired_is_asked_again_however_old_it_may_be(
    memory: ReadThroughCache[str, str], store: Store
) -> None:
    await told(memory, store)
    store.holds = "new"

    memory.expire()

    assert await told(memory, store, 3600) == ("new", False)
    assert (await told(memory, store), store.asked) == (("new", False), 2)


async def test_what_has_expired_serves_on_while_the_store_is_away(
    memory: ReadThroughCache[str, str], store: Store
) -> None:
    await told(memory, store)
    memory.expire()
    store.away = True

    while_away = await told(memory, store)
    store.away, store.holds = False, "new"

    assert while_away == ("old", True)
    assert await told(memory, store) == ("new", False)


async def test_an_answer_from_before_somebody_wrote_is_not_remembered(
    memory: ReadThroughCache[str, str], store: Store
) -> None:
    store.gate.clear()
    early = asyncio.create_task(told(memory, store))
    await store.questions.acquire()
    store.holds = "new"
    memory.expire()

    late = asyncio.create_task(told(memory, store))
    await store.questions.acquire()
    store.gate.set()

    assert (await early, await late) == (("old", False), ("new", False))
    assert (await told(memory, store), store.asked) == (("new", False), 2)
