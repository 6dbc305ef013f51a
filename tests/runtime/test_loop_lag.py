"""The event loop's lag is measured while the application runs."""

import asyncio

from arcbeat.runtime.loop_lag import LoopLag


class Observed:
    """Keeps what was observed."""

    def __init__(self) -> None:
        self.lags: asyncio.Queue[float] = asyncio.Queue()

    def observe_lag(self, seconds: float) -> None:
        self.lags.put_nowait(seconds)


async def test_lags_are_observed_one_after_another_while_the_context_lasts() -> None:
    observed = Observed()
    async with LoopLag(observed).running():
        first, second = [await observed.lags.get() for _ in range(2)]

    assert first >= 0
    assert second >= 0


async def test_measuring_ends_with_the_context() -> None:
    before = asyncio.all_tasks()
    async with LoopLag(Observed()).running():
        measuring = asyncio.all_tasks() - before

    assert [task.done() for task in measuring] == [True]
