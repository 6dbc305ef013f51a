"""Fixtures: a stand-in for TDengine, and the clients under test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from adapters.breaker import Breaker
from adapters.tdengine.rest import RestLimits, TdengineRest
from adapters.tdengine.telemetry import TdengineTelemetry, TelemetryLimits
from tests.support.tdengine.stand_in import StandIn

NOW = datetime(2023, 8, 23, 10, 1, tzinfo=UTC)
OpenRest = Callable[..., TdengineRest]


class Monotonic:
    """A clock that changes only when a test changes it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest_asyncio.fixture(scope="session")
async def _server() -> AsyncIterator[StandIn]:
    async with StandIn.running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture
async def stand_in(_server: StandIn) -> StandIn:
    """A stand-in without rules."""
    _server.reset()
    return _server


@pytest_asyncio.fixture
async def open_rest() -> AsyncIterator[OpenRest]:
    """Return a function that opens a client for a URL and limits; clients are closed after the test."""
    async with AsyncExitStack() as stack:

        def open_rest(
            url: str,
            *,
            credentials: tuple[str, str] = ("root", "taosdata"),
            breaker: Breaker | None = None,
            **limits: Any,
        ) -> TdengineRest:
            user, password = credentials
            rest = TdengineRest(url, user=user, password=password, limits=RestLimits(**limits), breaker=breaker)
            stack.push_async_callback(rest.aclose)
            return rest

        yield open_rest


@pytest_asyncio.fixture
async def rest(stand_in: StandIn, open_rest: OpenRest) -> TdengineRest:
    """A client of the stand-in."""
    return open_rest(stand_in.url)


@pytest_asyncio.fixture
async def monotonic() -> Monotonic:
    return Monotonic()


@pytest_asyncio.fixture
async def store(rest: TdengineRest, monotonic: Monotonic) -> AsyncIterator[TdengineTelemetry]:
    """The store under test on the stand-in; its clock is one minute after the recorded readings."""
    telemetry = TdengineTelemetry(
        rest, clock=lambda: NOW, monotonic=monotonic, limits=TelemetryLimits(total_seconds=5.0, batch_size=3)
    )
    yield telemetry
    await telemetry.aclose()
