"""What is kept of another server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.refreshing import Refreshing
from arcbeat.domain.errors import StoreUnavailable
from tests.support.settling import settle


class Source:
    """Another server: counts how often it is read, and can be held up or down.

    Attributes:
        seconds: what its clock says.
    """

    def __init__(self) -> None:
        self.reads = 0
        self.seconds = 0.0
        self.down = False
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, key: str) -> str:
        self.reads += 1
        number = self.reads
        await self.open.wait()
        if self.down:
            raise StoreUnavailable
        return f"{key}{number}"


@pytest.fixture
def source() -> Source:
    return Source()


@pytest_asyncio.fixture
async def kept(source: Source) -> AsyncIterator[Refreshing[str, str]]:
    refreshing = Refreshing("letters", source.read, fresh_seconds=60, size_max=2, monotonic=lambda: source.seconds)
    yield refreshing
    await refreshing.aclose()


async def test_it_is_read_once_while_it_is_fresh(source: Source, kept: Refreshing[str, str]) -> None:
    first = await kept.get("a")
    source.seconds = 60.0

    assert (first, await kept.get("a"), await kept.get("b")) == ("a1", "a1", "b2")


async def test_all_who_ask_at_once_share_one_read(source: Source, kept: Refreshing[str, str]) -> None:
    assert await asyncio.gather(*(kept.get("a") for _ in range(5))) == ["a1"] * 5
    assert source.reads == 1


async def test_what_is_stale_serves_while_it_is_read_again(source: Source, kept: Refreshing[str, str]) -> None:
    await kept.get("a")
    source.seconds = 61.0
    source.open.clear()

    during = [await kept.get("a") for _ in range(3)]
    source.open.set()
    await settle()

    assert (during, await kept.get("a"), source.reads) == (["a1"] * 3, "a2", 2)


async def test_what_is_stale_serves_when_it_cannot_be_read_again(source: Source, kept: Refreshing[str, str]) -> None:
    await kept.get("a")
    source.seconds, source.down = 61.0, True

    first = await kept.get("a")
    await settle()
    second = await kept.get("a")
    await settle()

    assert (first, second, source.reads) == ("a1", "a1", 3)


async def test_what_was_never_read_cannot_be_served(source: Source, kept: Refreshing[str, str]) -> None:
    source.down = True

    with pytest.raises(StoreUnavailable):
        await kept.get("a")
    source.down = False

    assert await kept.get("a") == "a2"


async def test_one_who_gives_up_does_not_fail_the_others(source: Source, kept: Refreshing[str, str]) -> None:
    source.open.clear()
    impatient = asyncio.create_task(kept.get("a"))
    patient = asyncio.create_task(kept.get("a"))
    await settle()

    impatient.cancel()
    await settle()
    source.open.set()

    assert await patient == "a1"
    assert impatient.cancelled()


async def test_what_is_forgotten_is_read_again(kept: Refreshing[str, str]) -> None:
    await kept.get("a")

    kept.forget("a")
    kept.forget("never known")

    assert await kept.get("a") == "a2"


async def test_it_keeps_no_more_than_its_size(source: Source, kept: Refreshing[str, str]) -> None:
    for key in ("a", "b", "c", "a"):
        await kept.get(key)

    assert source.reads == 4


async def test_closing_stops_what_is_being_read(source: Source, kept: Refreshing[str, str]) -> None:
    source.open.clear()
    waiting = asyncio.create_task(kept.get("a"))
    await settle()

    await kept.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting
