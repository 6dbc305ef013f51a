"""Retention: old readings are deleted here if the store does not do it itself, as TDengine does."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.errors import StoreError
from arcbeat.domain.metrics import PrunedReadingCounter
from arcbeat.domain.readings.ports import PrunableStore
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.ticks import Sleep
from arcbeat.runtime.rounds import Rounds

logger = structlog.get_logger(__name__)

ROUND_SECONDS = 600.0
"""Time between two rounds of deletions."""


def first_delay() -> float:
    """Return a random number of seconds."""
    return random.uniform(0, ROUND_SECONDS)  # noqa: S311 -- not a secret


class Retention(Rounds):
    """Deletes readings of all device types that are older than ``max_age``, in rounds."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        store: PrunableStore,
        counter: PrunedReadingCounter,
        now: Clock,
        max_age: timedelta,
        *,
        sleep: Sleep = asyncio.sleep,
        first_delay: Callable[[], float] = first_delay,
    ) -> None:
        super().__init__(ROUND_SECONDS, sleep, first_delay=first_delay)
        self._catalogue = catalogue
        self._store = store
        self._counter = counter
        self._now = now
        self._max_age = max_age

    async def round(self) -> None:
        """Delete old readings of each super table. A table that fails is left to the next round."""
        tables: set[SuperTable] = set()
        with _failure_logged(what="device types"):
            tables = {each.super_table for each in await self._catalogue.list_types()}
        for table in sorted(tables):
            with _failure_logged(what=str(table)):
                await self._prune(table)

    async def _prune(self, table: SuperTable) -> None:
        deleted = await self._store.prune(table, older_than=self._now() - self._max_age)
        self._counter.count_pruned(deleted)
        logger.info("pruned", table=str(table), deleted=deleted)


@contextmanager
def _failure_logged(*, what: str) -> Iterator[None]:
    """Log any error of the body, even a bug, and go on: without further rounds, readings would fill the disk."""
    try:
        yield
    except StoreError as error:
        logger.warning("prune_failed", what=what, detail=error.detail)
    except Exception:
        logger.exception("prune_failed", what=what)
