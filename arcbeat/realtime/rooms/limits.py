"""How much of the live side one client may have, and how much all of them."""

import math
import random
from collections.abc import Callable

from arcbeat.domain.errors import Conflict, TooManyRequests

SUBSCRIPTIONS_MAX = 20
"""Device types that one connection is told of."""
WATCHED_DEVICES_MAX = 500
"""Devices in all views of one connection."""
MESSAGE_BYTES_MAX = 64 * 1024
"""Of what a client sends."""
MESSAGES_PER_SECOND_MAX = 20
REJECTED_MESSAGES_MAX = 100
"""One after another; then the connection is closed."""
UNSENT_PACKETS_MAX = 8
"""Who has not taken so many gets no more of them."""
WAITING_SECONDS_MAX = 60.0
"""What a client has not taken by then it will not take; the connection is closed."""
CONNECTIONS_MAX = 5_000
CONNECTIONS_PER_SECOND_MAX = 200
RETRY_AFTER_SECONDS_RANGE = (2, 15)
"""Who is not let in is told to come back after a random time between these, so that not all come at once."""

Monotonic = Callable[[], float]


def check_connection_limits(subscriptions: int, watched_devices: int) -> None:
    """What one connection would have.

    Raises:
        Conflict: it is too much.
    """
    if subscriptions > SUBSCRIPTIONS_MAX:
        raise Conflict(f"A connection has at most {SUBSCRIPTIONS_MAX} subscriptions.")
    if watched_devices > WATCHED_DEVICES_MAX:
        raise Conflict(f"A connection watches at most {WATCHED_DEVICES_MAX} devices, of all types together.")


class TokenBucket:
    """Fills by ``per_second`` up to ``size``."""

    def __init__(self, per_second: float, size: float, monotonic: Monotonic) -> None:
        self._per_second = per_second
        self._size = size
        self._monotonic = monotonic
        self._left = size
        self._at = monotonic()

    def take(self) -> float:
        """Take one; answers 0, or after how many seconds there will be one."""
        now = self._monotonic()
        self._left = min(self._size, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return 0.0


class MessageRateLimit:
    """The messages that one client may send.

    Attributes:
        refused: how many were too many, one after another.
    """

    def __init__(self, monotonic: Monotonic) -> None:
        self._bucket = TokenBucket(MESSAGES_PER_SECOND_MAX, MESSAGES_PER_SECOND_MAX, monotonic)
        self._wait_seconds = 0.0
        self.refused = 0

    def count(self) -> None:
        """A message has come."""
        self._wait_seconds = self._bucket.take()
        self.refused = self.refused + 1 if self._wait_seconds else 0

    @property
    def is_abused(self) -> bool:
        return self.refused > REJECTED_MESSAGES_MAX

    def check(self) -> None:
        """Whether the last message may be looked at.

        Raises:
            TooManyRequests: it was one too many.
        """
        if self._wait_seconds:
            raise TooManyRequests(
                f"A connection may send {MESSAGES_PER_SECOND_MAX} messages a second.",
                retry_after_seconds=math.ceil(self._wait_seconds),
            )


class AdmissionLimits:
    """How many connections are let in: after a restart everybody comes at once."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._bucket = TokenBucket(CONNECTIONS_PER_SECOND_MAX, CONNECTIONS_PER_SECOND_MAX, monotonic)

    def check(self, connections: int) -> None:
        """One more, beside those that are there.

        Raises:
            TooManyRequests: it has to come back later.
        """
        if connections >= CONNECTIONS_MAX:
            self._refuse("The server has as many connections as it can take.")
        if self._bucket.take():
            self._refuse("Too many clients connect at once.")

    def _refuse(self, detail: str) -> None:
        raise TooManyRequests(detail, retry_after_seconds=random.randint(*RETRY_AFTER_SECONDS_RANGE))  # noqa: S311 -- jitter
