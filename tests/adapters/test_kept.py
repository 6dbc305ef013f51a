"""What is kept of another server, within bounds."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.kept import Bounds, Kept
from arcbeat.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from tests.support.clocks import Clock
from tests.support.settling import settle

BOUNDS = Bounds(fresh_seconds=2, retry_seconds=5, patience_seconds=0, keep_seconds=60)


class Server:
    """Counts how often it was asked; answers, fails or hangs."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: StoreError | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        return number


def kept(server: Callable[[], Awaitable[int]], clock: Clock) -> Kept[int]:
    return Kept("numbers", server, BOUNDS, clock.monotonic)


async def test_a_fresh_value_is_not_read_again_and_an_old_one_is() -> None:
    server, clock = Server(), Clock()
    numbers = kept(server, clock)

    first = [await numbers.get(), await numbers.get()]
    clock.pass_seconds(6)
    await numbers.get()
    await settle()

    assert first == [1, 1]
    assert await numbers.get() == 2


async def test_many_who_ask_at_once_ask_the_server_once() -> None:
    server, clock = Server(), Clock()
    numbers = kept(server, clock)

    assert await asyncio.gather(*(numbers.get() for _ in range(50))) == [1] * 50


async def test_one_who_gives_up_does_not_stop_the_others() -> None:
    server, clock = Server(), Clock()
    server.answers.clear()
    numbers = kept(server, clock)
    impatient, patient = asyncio.create_task(numbers.get()), asyncio.create_task(numbers.get())
    await settle()

    impatient.cancel()
    server.answers.set()

    assert await patient == 1


async def test_what_was_never_read_is_not_told() -> None:
    server, clock = Server(), Clock()
    server.error = StoreTimeout()
    numbers = kept(server, clock)

    with pytest.raises(StoreUnavailable, match="The numbers cannot be read") as caught:
        await numbers.get()

    assert isinstance(caught.value.__cause__, StoreTimeout)


async def test_a_server_that_fails_is_not_asked_again_at_once() -> None:
    server, clock = Server(), Clock()
    server.error = StoreUnavailable()
    numbers = kept(server, clock)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await numbers.get()
    server.error = None

    clock.pass_seconds(5)

    assert (server.asked, await numbers.get()) == (1, 2)


async def test_the_last_word_counts_for_a_while_when_the_server_fails_and_then_no_more() -> None:
    server, clock = Server(), Clock()
    numbers = kept(server, clock)
    await numbers.get()
    server.error = StoreUnavailable()

    clock.pass_seconds(60)
    within = await numbers.get()
    clock.pass_seconds(0.1)

    assert within == 1
    with pytest.raises(StoreUnavailable):
        await numbers.get()


async def test_a_server_that_hangs_holds_nobody_up_who_can_go_on_with_the_last_word() -> None:
    server, clock = Server(), Clock()
    numbers = kept(server, clock)
    await numbers.get()
    server.answers.clear()
    clock.pass_seconds(6)

    meanwhile = [await numbers.get(), await numbers.get()]
    server.answers.set()
    await settle()

    assert (meanwhile, await numbers.get(), server.asked) == ([1, 1], 2, 2)


async def test_a_younger_value_can_be_asked_for() -> None:
    server, clock = Server(), Clock()
    patient = Bounds(fresh_seconds=300, retry_seconds=5, patience_seconds=1, keep_seconds=900)
    numbers = Kept("numbers", server, patient, clock.monotonic)
    await numbers.get()

    clock.pass_seconds(6)

    assert (await numbers.get(), await numbers.get(fresh_seconds=5)) == (1, 2)


async def test_closing_stops_a_read_that_hangs() -> None:
    server, clock = Server(), Clock()
    server.answers.clear()
    numbers = kept(server, clock)
    waiting = asyncio.create_task(numbers.get())
    await settle()

    await numbers.aclose()

    with pytest.raises(StoreUnavailable):
        await waiting
