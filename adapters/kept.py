"""What another server knows, kept here: fresh while it answers, its last word for a while when it does not.

Unlike :class:`adapters.refreshing.Refreshing` it fails closed: what is too old is not told.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from arcbeat.domain.errors import StoreError, StoreUnavailable

V = TypeVar("V")

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    value: V
    read_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How old a value may be, and what is done about it, in seconds.

    Attributes:
        fresh_seconds: younger than this it is not read again.
        retry_seconds: between two attempts to read it.
        patience_seconds: how long those who ask wait for an attempt, where there is a value to go on with.
        keep_seconds: older than this it is not told, whatever happens.
    """

    fresh_seconds: float
    retry_seconds: float
    patience_seconds: float
    keep_seconds: float


class Kept(Generic[V]):
    """One value, read by whoever asks first, once for all who ask."""

    def __init__(
        self,
        name: str,
        load: Callable[[], Awaitable[V]],
        bounds: Bounds,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``name`` is for the log and the error."""
        self._name = name
        self._load = load
        self._bounds = bounds
        self._monotonic = monotonic
        self._entry: _Entry[V] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._attempted_at = float("-inf")
        self._error: StoreError | None = None

    async def get(self, fresh_seconds: float | None = None) -> V:
        """The value; ``fresh_seconds`` replaces that of the bounds.

        Raises:
            StoreUnavailable: it was never read or is too old, and cannot be read.
        """
        fresh = self._bounds.fresh_seconds if fresh_seconds is None else fresh_seconds
        entry, asked_at = self._entry, self._monotonic()
        if entry is None or asked_at - entry.read_at > fresh:
            await self._read_again()
            entry = self._entry
        if entry is None or asked_at - entry.read_at > self._bounds.keep_seconds:
            raise StoreUnavailable(f"The {self._name} cannot be read.") from self._error
        return entry.value

    async def aclose(self) -> None:
        """Stop what is being read."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def _read_again(self) -> None:
        if self._reading is None:
            if self._monotonic() - self._attempted_at < self._bounds.retry_seconds:
                return
            self._attempted_at = self._monotonic()
            self._reading = asyncio.create_task(self._read())
        # waited for, not awaited: one who gives up must not stop it for the others
        await asyncio.wait({self._reading}, timeout=self._patience())

    def _patience(self) -> float | None:
        entry, now = self._entry, self._monotonic()
        if entry is None or now - entry.read_at > self._bounds.keep_seconds:
            return None
        return max(self._attempted_at + self._bounds.patience_seconds - now, 0.0)

    async def _read(self) -> None:
        started_at = self._attempted_at
        try:
            self._entry = _Entry(await self._load(), started_at)
            self._error = None
        except StoreError as error:
            self._error = error
            logger.warning("read_failed", what=self._name, error=error.detail)
        finally:
            self._reading = None
