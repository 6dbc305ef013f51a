"""A circuit breaker: while a store is down, calls fail at once, except for one probe from time to time."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import structlog

from arcbeat.domain.errors import (
    StatementTimeout,
    StoreError,
    StoreOverloaded,
    StoreTakesNoWrites,
    StoreTimeout,
    StoreUnavailable,
)

FAILURES = (StoreUnavailable, StoreTimeout)
ANSWERS = (StoreTakesNoWrites, StatementTimeout)
"""Those FAILURES that the store itself reports or confirms, which shows that it is alive."""

logger = structlog.get_logger(__name__)


class BreakerState(StrEnum):
    """CLOSED lets calls through; OPEN rejects them; HALF_OPEN rejects them while one probe is in flight."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerLimits:
    """When the breaker opens, and for how long.

    Attributes:
        failures_max: the number of consecutive failures that opens it.
        cool_down_seconds: the time from opening to the next probe.
        jitter: the cool-down is extended by a random share up to this one, so that several processes do not probe
            at the same time.
    """

    failures_max: int = 5
    cool_down_seconds: float = 5.0
    jitter: float = 0.25


class Breaker:
    """Opens after consecutive failures, then lets one probe through at a time until a probe succeeds.

    Only StoreUnavailable and StoreTimeout count as failures. Any other error shows that the store is alive; so do
    StoreTakesNoWrites, as the store can still be read, and StatementTimeout, which the store confirmed. StoreOverloaded
    does not count at all: the call did not reach the store. While the breaker is not closed, only the result of the
    probe counts: other calls started before it opened, and their results describe the past.
    """

    def __init__(
        self,
        limits: BreakerLimits | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``monotonic`` returns seconds, ``chance`` a number from 0 to 1."""
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
        """Check whether a call would be let through, without making one.

        Raises:
            StoreUnavailable: the call would be rejected.
        """
        is_cooling_down = self._state is BreakerState.OPEN and self._monotonic() < self._probe_at
        if is_cooling_down or self._state is BreakerState.HALF_OPEN:
            raise StoreUnavailable("The store is unavailable; it is tried again within seconds.")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Wrap one call to the store and count its result.

        Raises:
            StoreUnavailable: at once, while the breaker is open and no probe is due.
        """
        self.check()
        # The first call after the cool-down is the probe. Entering HALF_OPEN before the call rejects all others, so a
        # store that has just restarted is not hit by every waiting client at once.
        is_probe = self._state is BreakerState.OPEN
        if is_probe:
            self._state = BreakerState.HALF_OPEN
        try:
            yield
        except StoreOverloaded:
            self._record_abandoned(is_probe)
            raise
        except StoreError as error:
            if isinstance(error, FAILURES) and not isinstance(error, ANSWERS):
                self._record_failure(is_probe)
            else:
                self._record_success(is_probe)
            raise
        except BaseException:
            self._record_abandoned(is_probe)
            raise
        self._record_success(is_probe)

    def _record_failure(self, is_probe: bool) -> None:
        if is_probe:
            self._open()
        elif self._state is BreakerState.CLOSED:
            self._failures += 1
            if self._failures >= self._limits.failures_max:
                self._open()

    def _record_success(self, is_probe: bool) -> None:
        if is_probe:
            self._state = BreakerState.CLOSED
            logger.info("breaker_closed")
        if self._state is BreakerState.CLOSED:
            self._failures = 0

    def _record_abandoned(self, is_probe: bool) -> None:
        # The probe ended before it had a result: the next call becomes the probe.
        if is_probe:
            self._state = BreakerState.OPEN

    def _open(self) -> None:
        seconds = self._limits.cool_down_seconds * (1 + self._limits.jitter * self._chance())
        self._state = BreakerState.OPEN
        self._probe_at = self._monotonic() + seconds
        logger.warning("breaker_opened", failures=self._failures, seconds=seconds)
