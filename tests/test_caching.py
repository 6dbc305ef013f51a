"""The read-through cache before and after the store was written to."""

import asyncio

import pytest

from arcbeat.caching import ReadThroughCache
from arcbeat.domain.errors import StoreUnavailable
from tests.support.clocks import Clock


class Store:
    """A store that returns one value, hangs, or is unavailable.

    Attributes:
        value: the value when a call starts.
        calls: how many calls there were.
    """

    def __init__(self) -> None:
        self.value = "old"
        self.calls = 0
        self.started = asyncio.Semaphore(0)
        self.is_unavailable = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> str:
        self.calls += 1
        self.started.release()
        value = self.value
        await self.gate.wait()
        if self.is_unavailable:
            raise StoreUnavailable
        return value


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def cache() -> ReadThroughCache[str, str]:
    return ReadThroughCache(Clock(), max_age_seconds=5, entries_max=10)


async def read(
    cache: ReadThroughCache[str, str], store: Store, max_age_seconds: float | None = None
) -> tuple[str, bool]:
    cached = await cache.get("key", store, max_age_seconds)
    return cached.value, cached.outdated


async def test_an_expired_value_is_loaded_again_whatever_its_age(
    cache: ReadThroughCache[str, str], store: Store
) -> None:
    await read(cache, store)
    store.value = "new"

    cache.expire()

    assert await read(cache, store, 3600) == ("new", False)
    assert (await read(cache, store), store.calls) == (("new", False), 2)


async def test_an_expired_value_is_returned_while_the_store_is_unavailable(
    cache: ReadThroughCache[str, str], store: Store
) -> None:
    await read(cache, store)
    cache.expire()
    store.is_unavailable = True

    while_away = await read(cache, store)
    store.is_unavailable, store.value = False, "new"

    assert while_away == ("old", True)
    assert await read(cache, store) == ("new", False)


async def test_a_value_read_before_the_cache_expired_is_not_kept(
    cache: ReadThroughCache[str, str], store: Store
) -> None:
    store.gate.clear()
    early = asyncio.create_task(read(cache, store))
    await store.started.acquire()
    store.value = "new"
    cache.expire()

    late = asyncio.create_task(read(cache, store))
    await store.started.acquire()
    store.gate.set()

    assert (await early, await late) == (("old", False), ("new", False))
    assert (await read(cache, store), store.calls) == (("new", False), 2)
