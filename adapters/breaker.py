"""A circuit breaker: a store that is down is asked now and then, not by everyone all the time."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import structlog

from arcbeat.domain.errors import StoreError, StoreTakesNoWrites, StoreTimeout, StoreUnavailable

logger = structlog.get_logger(__name__)


class BreakerState(StrEnum):
    """Closed lets calls through; open refuses them; half open waits for the verdict of one probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerLimits:
    """When it opens, and for how long.

    Attributes:
        failures_max: so many failures in a row open it.
        jitter: the cool-down is longer by up to this share, so that several processes do not probe together.
    """

    failures_max: int = 5
    cool_down_seconds: float = 5.0
    jitter: float = 0.25


class Breaker:
    """Opens after failures in a row, then lets a single probe through at a time until one succeeds.

    Only StoreUnavailable and StoreTimeout are failures; any other answer shows that the store is alive, and so does its
    word that it takes no writes. While it is not closed, nothing but the probe's verdict counts: what started before
    tells of the past.
    """

    def __init__(
        self,
        limits: BreakerLimits | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``monotonic`` gives seconds, ``chance`` a number from 0 to 1."""
        self._limits = limits or BreakerLimits()
        self._monotonic = monotonic
        self._chance = chance
        self._failures = 0
        self._state = BreakerState.CLOSED
        self._probe_at = 0.0

    @property
    def state(self) -> BreakerState:
        return self._state

    def check(self) -> None:
        """Ask whether a call would be let through, without making one.

        Raises:
            StoreUnavailable: it would not.
        """
        cooling = self._state is BreakerState.OPEN and self._monotonic() < self._probe_at
        if cooling or self._state is BreakerState.HALF_OPEN:
            raise StoreUnavailable("The store did not answer just now; it is asked again soon.")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call to the store.

        Raises:
            StoreUnavailable: at once, if it is open and no probe is due.
        """
        self.check()
        probing = self._state is BreakerState.OPEN
        if probing:
            self._state = BreakerState.HALF_OPEN
        try:
            yield
        except StoreError as error:
            if isinstance(error, StoreUnavailable | StoreTimeout) and not isinstance(error, StoreTakesNoWrites):
                self._failed(probing)
            else:
                self._answered(probing)
            raise
        except BaseException:
            self._abandoned(probing)
            raise
        self._answered(probing)

    def _failed(self, probing: bool) -> None:
        if probing:
            self._open()
        elif self._state is BreakerState.CLOSED:
            self._failures += 1
            if self._failures >= self._limits.failures_max:
                self._open()

    def _answered(self, probing: bool) -> None:
        if probing:
            self._state = BreakerState.CLOSED
            logger.info("breaker_closed")
        if self._state is BreakerState.CLOSED:
            self._failures = 0

    def _abandoned(self, probing: bool) -> None:
        # The caller went away before the verdict: the next call is the probe.
        if probing:
            self._state = BreakerState.OPEN

    def _open(self) -> None:
        seconds = self._limits.cool_down_seconds * (1 + self._limits.jitter * self._chance())
        self._state = BreakerState.OPEN
        self._probe_at = self._monotonic() + seconds
        logger.warning("breaker_opened", failures=self._failures, seconds=seconds)
