"""The caches in front of other servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from adapters.caching import CacheLimits, FailClosedCache, StaleWhileRefreshingCache
from arcbeat.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from tests.support.clocks import Clock
from tests.support.settling import settle

LIMITS = CacheLimits(fresh_seconds=2, retry_seconds=5, wait_seconds_max=0, age_seconds_max=60)


class NumberServer:
    """Another server: returns how often it was called, fails, or hangs."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: StoreError | None = None
        self.responds = asyncio.Event()
        self.responds.set()

    async def __call__(self) -> int:
        self.calls += 1
        number = self.calls
        await self.responds.wait()
        if self.error is not None:
            raise self.error
        return number


def fail_closed(server: Callable[[], Awaitable[int]], clock: Clock) -> FailClosedCache[int]:
    return FailClosedCache("numbers", server, LIMITS, clock.monotonic)


async def test_a_fresh_value_is_not_loaded_again_and_a_stale_one_is() -> None:
    server, clock = NumberServer(), Clock()
    cache = fail_closed(server, clock)

    first = [await cache.get(), await cache.get()]
    clock.pass_seconds(6)
    await cache.get()
    await settle()

    assert first == [1, 1]
    assert await cache.get() == 2


async def test_concurrent_callers_share_one_load() -> None:
    server, clock = NumberServer(), Clock()
    cache = fail_closed(server, clock)

    assert await asyncio.gather(*(cache.get() for _ in range(50))) == [1] * 50


async def test_a_cancelled_caller_does_not_cancel_the_load_for_the_others() -> None:
    server, clock = NumberServer(), Clock()
    server.responds.clear()
    cache = fail_closed(server, clock)
    impatient, patient = asyncio.create_task(cache.get()), asyncio.create_task(cache.get())
    await settle()

    impatient.cancel()
    server.responds.set()

    assert await patient == 1


async def test_without_a_value_a_failed_load_raises_and_names_its_cause() -> None:
    server, clock = NumberServer(), Clock()
    server.error = StoreTimeout()
    cache = fail_closed(server, clock)

    with pytest.raises(StoreUnavailable, match="The numbers cannot be read") as caught:
        await cache.get()

    assert isinstance(caught.value.__cause__, StoreTimeout)


async def test_a_failed_load_is_not_repeated_before_the_retry_time() -> None:
    server, clock = NumberServer(), Clock()
    server.error = StoreUnavailable()
    cache = fail_closed(server, clock)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await cache.get()
    server.error = None

    clock.pass_seconds(5)

    assert (server.calls, await cache.get()) == (1, 2)


async def test_while_loads_fail_the_old_value_is_returned_up_to_its_greatest_age() -> None:
    server, clock = NumberServer(), Clock()
    cache = fail_closed(server, clock)
    await cache.get()
    server.error = StoreUnavailable()

    clock.pass_seconds(60)
    within = await cache.get()
    clock.pass_seconds(0.1)

    assert within == 1
    with pytest.raises(StoreUnavailable):
        await cache.get()


async def test_a_load_that_hangs_does_not_delay_callers_that_can_use_the_old_value() -> None:
    server, clock = NumberServer(), Clock()
    cache = fail_closed(server, clock)
    await cache.get()
    server.responds.clear()
    clock.pass_seconds(6)

    meanwhile = [await cache.get(), await cache.get()]
    server.responds.set()
    await settle()

    assert (meanwhile, await cache.get(), server.calls) == ([1, 1], 2, 2)


async def test_a_caller_may_ask_for_a_younger_value() -> None:
    server, clock = NumberServer(), Clock()
    limits = CacheLimits(fresh_seconds=300, retry_seconds=5, wait_seconds_max=1, age_seconds_max=900)
    cache = FailClosedCache("numbers", server, limits, clock.monotonic)
    await cache.get()

    clock.pass_seconds(6)

    assert (await cache.get(), await cache.get(fresh_seconds=5)) == (1, 2)


async def test_closing_cancels_a_load_that_hangs() -> None:
    server, clock = NumberServer(), Clock()
    server.responds.clear()
    cache = fail_closed(server, clock)
    waiting = asyncio.create_task(cache.get())
    await settle()

    await cache.aclose()

    with pytest.raises(StoreUnavailable):
        await waiting


async def test_an_unexpected_error_is_logged_with_its_traceback() -> None:
    async def broken() -> int:
        raise ZeroDivisionError

    with capture_logs() as logs, pytest.raises(StoreUnavailable):
        await fail_closed(broken, Clock()).get()

    assert [(each["event"], each["what"], type(each["exc_info"])) for each in logs] == [
        ("refresh_failed", "numbers", ZeroDivisionError)
    ]


class LetterServer:
    """Another server: counts its calls, fails, or hangs.

    Attributes:
        seconds: the time of the clock of the cache.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.seconds = 0.0
        self.down = False
        self.responds = asyncio.Event()
        self.responds.set()

    async def load(self, key: str) -> str:
        self.calls += 1
        number = self.calls
        await self.responds.wait()
        if self.down:
            raise StoreUnavailable
        return f"{key}{number}"


Letters = StaleWhileRefreshingCache[str, str]


@pytest.fixture
def server() -> LetterServer:
    return LetterServer()


@pytest_asyncio.fixture
async def letters(server: LetterServer) -> AsyncIterator[Letters]:
    cache: Letters = StaleWhileRefreshingCache(
        "letters", server.load, fresh_seconds=60, entries_max=2, monotonic=lambda: server.seconds
    )
    yield cache
    await cache.aclose()


async def test_a_value_is_loaded_once_while_it_is_fresh(server: LetterServer, letters: Letters) -> None:
    first = await letters.get("a")
    server.seconds = 60.0

    assert (first, await letters.get("a"), await letters.get("b")) == ("a1", "a1", "b2")


async def test_concurrent_callers_of_one_key_share_one_load(server: LetterServer, letters: Letters) -> None:
    assert await asyncio.gather(*(letters.get("a") for _ in range(5))) == ["a1"] * 5
    assert server.calls == 1


async def test_a_stale_value_is_returned_while_it_is_loaded_again(server: LetterServer, letters: Letters) -> None:
    await letters.get("a")
    server.seconds = 61.0
    server.responds.clear()

    during = [await letters.get("a") for _ in range(3)]
    server.responds.set()
    await settle()

    assert (during, await letters.get("a"), server.calls) == (["a1"] * 3, "a2", 2)


async def test_a_stale_value_is_returned_when_it_cannot_be_loaded_again(server: LetterServer, letters: Letters) -> None:
    await letters.get("a")
    server.seconds, server.down = 61.0, True

    first = await letters.get("a")
    await settle()
    second = await letters.get("a")
    await settle()

    assert (first, second, server.calls) == ("a1", "a1", 3)


async def test_without_a_value_the_error_of_the_load_is_raised(server: LetterServer, letters: Letters) -> None:
    server.down = True

    with pytest.raises(StoreUnavailable):
        await letters.get("a")
    server.down = False

    assert await letters.get("a") == "a2"


async def test_a_cancelled_caller_does_not_fail_the_others(server: LetterServer, letters: Letters) -> None:
    server.responds.clear()
    impatient = asyncio.create_task(letters.get("a"))
    patient = asyncio.create_task(letters.get("a"))
    await settle()

    impatient.cancel()
    await settle()
    server.responds.set()

    assert await patient == "a1"
    assert impatient.cancelled()


async def test_a_forgotten_value_is_loaded_again(letters: Letters) -> None:
    await letters.get("a")

    letters.forget("a")
    letters.forget("never loaded")

    assert await letters.get("a") == "a2"


async def test_a_load_from_before_a_key_was_forgotten_is_not_kept(server: LetterServer, letters: Letters) -> None:
    server.responds.clear()
    early = asyncio.create_task(letters.get("a"))
    await settle()

    letters.forget("a")
    late = asyncio.create_task(letters.get("a"))
    await settle()
    server.responds.set()

    assert (await early, await late, await letters.get("a")) == ("a1", "a2", "a2")


async def test_the_least_recently_used_value_is_dropped(server: LetterServer, letters: Letters) -> None:
    for key in ("a", "b", "c", "a"):
        await letters.get(key)

    assert server.calls == 4


async def test_closing_cancels_the_loads_in_flight(server: LetterServer, letters: Letters) -> None:
    server.responds.clear()
    waiting = asyncio.create_task(letters.get("a"))
    await settle()

    await letters.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting
