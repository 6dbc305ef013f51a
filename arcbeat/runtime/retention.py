"""How long readings are kept where the store does not see to it by itself, as TDengine does."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import NoReturn

import structlog

from arcbeat.concurrency import background
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.errors import StoreError
from arcbeat.domain.metrics import PrunedReadingCounter
from arcbeat.domain.readings.ports import PrunableStore
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock

logger = structlog.get_logger(__name__)

EVERY_SECONDS = 600.0


def first_delay() -> float:
    """Seconds; servers that start together need not all begin at once."""
    return random.uniform(0, EVERY_SECONDS)  # noqa: S311 -- no secret


class Retention:
    """Deletes old readings of the device types, round after round."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        store: PrunableStore,
        counter: PrunedReadingCounter,
        now: Clock,
        kept: timedelta,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        first_delay: Callable[[], float] = first_delay,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._counter = counter
        self._now = now
        self._kept = kept
        self._sleep = sleep
        self._first_delay = first_delay

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For as long as this lasts, and not a moment longer."""
        async with background(self.run()):
            yield

    async def run(self) -> NoReturn:
        """Until cancelled."""
        await self._sleep(self._first_delay())
        while True:
            await self.round()
            await self._sleep(EVERY_SECONDS)

    async def round(self) -> None:
        """Every super table once; the next round does what this one could not."""
        tables: set[SuperTable] = set()
        with _failure_logged(what="device types"):
            tables = {each.super_table for each in await self._catalogue.list_types()}
        for table in sorted(tables):
            with _failure_logged(what=str(table)):
                await self._prune(table)

    async def _prune(self, table: SuperTable) -> None:
        deleted = await self._store.prune(table, older_than=self._now() - self._kept)
        self._counter.count_pruned(deleted)
        logger.info("pruned", table=str(table), deleted=deleted)


@contextmanager
def _failure_logged(*, what: str) -> Iterator[None]:
    """Nothing that fails, be it a bug, ends the rounds: readings would pile up."""
    try:
        yield
    except StoreError as error:
        logger.warning("prune_failed", what=what, detail=error.detail)
    except Exception:
        logger.exception("prune_failed", what=what)
