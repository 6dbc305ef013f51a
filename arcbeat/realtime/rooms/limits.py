"""Limits on sockets: per connection, and for all connections of the process."""

import math
import random
from collections.abc import Callable

from arcbeat.domain.errors import Conflict, TooManyRequests

SUBSCRIPTIONS_MAX = 20
"""Device types to which one connection may subscribe."""
WATCHED_DEVICES_MAX = 500
"""Devices in all views of one connection."""
MESSAGE_BYTES_MAX = 64 * 1024
"""Size of one message from a client."""
MESSAGES_PER_SECOND_MAX = 20
"""Messages from one client; those above it are rejected."""
REJECTED_MESSAGES_MAX = 100
"""Messages rejected in a row; after that the connection is closed."""
UNSENT_PACKETS_MAX = 8
"""Acknowledgements that may wait for one client; further requests are rejected until the client reads them."""
WAITING_SECONDS_MAX = 60.0
"""Time for which a frame may wait for a client that does not read; after that the connection is closed."""
CONNECTIONS_MAX = 5_000
CONNECTIONS_PER_SECOND_MAX = 200
RETRY_AFTER_SECONDS_RANGE = (2, 15)
"""A client that is rejected for load gets a random delay from this range, so that clients do not retry together."""

Monotonic = Callable[[], float]
"""A clock that never goes back, in seconds, such as `time.monotonic`."""


def check_connection_limits(subscriptions: int, watched_devices: int) -> None:
    """Check how much one connection would subscribe to and watch.

    Raises:
        Conflict: a limit would be exceeded.
    """
    if subscriptions > SUBSCRIPTIONS_MAX:
        raise Conflict(f"A connection may have at most {SUBSCRIPTIONS_MAX} subscriptions.")
    if watched_devices > WATCHED_DEVICES_MAX:
        raise Conflict(f"A connection may watch at most {WATCHED_DEVICES_MAX} devices, counted over all device types.")


class TokenBucket:
    """A token bucket that starts full, holds up to ``size`` tokens and gains ``per_second`` tokens each second."""

    def __init__(self, per_second: float, size: float, monotonic: Monotonic) -> None:
        self._per_second = per_second
        self._size = size
        self._monotonic = monotonic
        self._tokens = size
        self._filled_at = monotonic()

    def take(self) -> float:
        """Take one token. Return 0, or the seconds until there will be one, in which case nothing is taken."""
        now = self._monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._per_second
        self._tokens -= 1
        return 0.0


class MessageRateLimit:
    """The rate limit on the messages of one client.

    Attributes:
        rejected: how many messages in a row exceeded the limit.
    """

    def __init__(self, monotonic: Monotonic) -> None:
        self._bucket = TokenBucket(MESSAGES_PER_SECOND_MAX, MESSAGES_PER_SECOND_MAX, monotonic)
        self._wait_seconds = 0.0
        self.rejected = 0

    def count(self) -> None:
        """Count a message that has arrived."""
        self._wait_seconds = self._bucket.take()
        self.rejected = self.rejected + 1 if self._wait_seconds else 0

    @property
    def is_abused(self) -> bool:
        """Whether the client goes on sending although its messages are rejected."""
        return self.rejected > REJECTED_MESSAGES_MAX

    def check(self) -> None:
        """Check the message that was counted last.

        Raises:
            TooManyRequests: it exceeded the limit.
        """
        if self._wait_seconds:
            raise TooManyRequests(
                f"A connection may send at most {MESSAGES_PER_SECOND_MAX} messages per second.",
                retry_after_seconds=math.ceil(self._wait_seconds),
            )


class AdmissionLimits:
    """Limits on new connections. After a restart of the server all clients connect again at once."""

    def __init__(self, monotonic: Monotonic, *, sockets_per_user_max: int) -> None:
        self._bucket = TokenBucket(CONNECTIONS_PER_SECOND_MAX, CONNECTIONS_PER_SECOND_MAX, monotonic)
        self._sockets_per_user_max = sockets_per_user_max

    def check(self, connections: int, of_user: int) -> None:
        """Check whether one more connection may open.

        Args:
            connections: the connections that are open.
            of_user: those of them that belong to the same user, API key or external subject.

        Raises:
            TooManyRequests: a limit is reached; the client should retry after the random delay in the error.
        """
        if connections >= CONNECTIONS_MAX:
            self._reject("The server has reached its limit of connections.")
        if of_user >= self._sockets_per_user_max:
            self._reject(f"This user or API key has {of_user} open connections, which is the limit; close one first.")
        if self._bucket.take():
            self._reject("Too many clients are connecting at once.")

    def _reject(self, detail: str) -> None:
        delay = random.randint(*RETRY_AFTER_SECONDS_RANGE)  # noqa: S311 -- jitter, not a secret
        raise TooManyRequests(detail, retry_after_seconds=delay)
