"""Calls to stores are counted for the attempt in whose context they are made."""

import asyncio

import pytest

from arcbeat.domain.jobs.timings import CallTimer
from arcbeat.domain.metrics import UNOBSERVED


async def test_calls_count_for_the_attempt_that_makes_them_and_for_its_tasks() -> None:
    timer = CallTimer(UNOBSERVED)

    async def call(store: str) -> None:
        with timer.call(store):
            await asyncio.sleep(0)

    async def attempt(*stores: str) -> tuple[int, int]:
        with timer.measure() as timings:
            await asyncio.gather(*(call(store) for store in stores))
        return timings.database_calls, timings.api_calls

    first, second = await asyncio.gather(attempt("postgresql", "tdengine"), attempt("postgresql", "postgresql"))
    await call("postgresql")

    assert (first, second) == ((1, 1), (2, 0))


def test_connections_count_for_every_attempt_under_way() -> None:
    timer = CallTimer(UNOBSERVED)

    with timer.measure() as outer:
        timer.connected("postgresql", 0.25)
        with timer.measure() as inner:
            timer.connected("tdengine", 0.5)
    timer.connected("postgresql", 1.0)

    assert (outer.connect_seconds, inner.connect_seconds) == ([0.25, 0.5], [0.5])


def test_a_call_that_fails_is_counted() -> None:
    timer = CallTimer(UNOBSERVED)

    with pytest.raises(ValueError, match="failed"), timer.measure() as timings, timer.call("postgresql"):
        raise ValueError("failed")

    assert timings.database_calls == 1
