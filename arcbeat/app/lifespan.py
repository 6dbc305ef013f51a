"""What runs while the application runs: open stores, the sampler, the sockets, and the background work."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.identity import jwt_claims
from adapters.postgres.jobs.partitions import PostgresLogPartitions
from arcbeat.app.components import Components
from arcbeat.concurrency import background
from arcbeat.domain.time.clock import utc_now
from arcbeat.runtime.collection import frozen_objects
from arcbeat.runtime.garbage import GarbageCollector
from arcbeat.runtime.log_months import LogMonths
from arcbeat.runtime.loop_lag import LoopLag
from arcbeat.runtime.retention import Retention
from arcbeat.settings import Settings

if TYPE_CHECKING:
    from arcbeat.observability.spans import Tracing

LOADING_AFTER_SECONDS = 0.5
"""Time after the start until what the first token needs is loaded; a token that is sent earlier loads it itself."""

Running = Callable[[], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def lifespan(
    components: Components, settings: Settings, traces: "Tracing | None", *, in_background: bool = True
) -> AsyncIterator[None]:
    """Open the stores, then start what uses them; close all in the reverse order, and export the last spans.

    Args:
        in_background: whether the sampler, the sockets and the background work are started.
    """
    async with components.stores.opened(), AsyncExitStack() as stack:
        stack.enter_context(frozen_objects())
        for close in (
            components.readiness.aclose,
            components.plain_intake.appends.aclose,
            *components.identities.closing,
        ):
            stack.push_async_callback(close)
        for running in _background(components, settings) if in_background else ():
            await stack.enter_async_context(running())
        yield
    if traces is not None:
        traces.shutdown()


def _background(components: Components, settings: Settings) -> Sequence[Running]:
    garbage_collector = GarbageCollector(settings.sample_seconds, utc_now)
    log_months = LogMonths(PostgresLogPartitions(components.stores.database, utc_now))
    retention = _retention(components, settings)
    return [
        LoopLag(components.metrics).running,
        garbage_collector.running,
        _loading_of_what_tokens_need,
        components.live.running,
        *([components.sockets.running] if components.sockets else []),
        log_months.running,
        *([retention.running] if retention else []),
    ]


def _loading_of_what_tokens_need() -> AbstractAsyncContextManager[None]:
    """Load it in a thread, after the first responses: neither they nor the event loop wait for it."""

    async def load() -> None:
        await asyncio.sleep(LOADING_AFTER_SECONDS)
        await asyncio.to_thread(jwt_claims.load)

    return background(load())


def _retention(components: Components, settings: Settings) -> Retention | None:
    """Return None if readings are never deleted, or if the store deletes them itself."""
    prunable = components.stores.prunable
    if prunable is None or not settings.retention_hours:
        return None
    max_age = timedelta(hours=settings.retention_hours)
    return Retention(components.catalogue, prunable, components.metrics, utc_now, max_age)
