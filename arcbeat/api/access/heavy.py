"""Limits on heavy requests per caller, so that one caller cannot use up the stores for all others."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from starlette.types import Scope

from arcbeat.api.access.rates import caller_key
from arcbeat.api.arguments import CACHED_QUERIES_MAX, CACHED_QUERY_BYTES_MAX
from arcbeat.api.logged_paths import operation_name
from arcbeat.domain.errors import TooManyRequests

QUERIES = frozenset(
    {
        "list_history_by_value",
        "list_windows",
        "list_group_windows",
        "list_states",
        "list_state_spans",
        "list_alarms",
        "get_drift",
    }
)
"""Operations with one long statement."""
TRANSFERS = frozenset(
    {"export_windows", "export_history", "export_state_spans", "export_devices", "import_devices", "import_fields"}
)
"""Operations that last as long as the client sends or receives a file."""
PAGES = frozenset({"list_latest", "get_latest", "list_latest_by_earlier_name", "get_snapshot"})
"""Operations that query the stores at each request if ``max_age`` is below `CACHED_SECONDS_MIN`."""
HISTORY = "list_history"
LOGS = "list_job_logs"
"""It is a heavy query if it searches for a text."""
CACHED_SECONDS_MIN = 1.0

QUERIES_MAX = 6
"""Heavy queries at the same time, of the ten connections to PostgreSQL and the eight to TDengine."""
TRANSFERS_MAX = 64
UNCACHED_PAGES_PER_CALLER_MAX = 32
UNCACHED_PAGES_MAX = 256
WAITING_PER_CALLER_MAX = 8
"""Requests of one caller that may wait for its others to end; further ones are rejected at once."""
WAIT_SECONDS_MAX = 5.0
RETRY_AFTER_SECONDS_RANGE = (1, 5)
"""Retry-After is random, so that clients do not all retry at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many requests may run and wait.

    Attributes:
        per_caller: requests of one caller that run at the same time.
        total: requests of all callers that run at the same time.
    """

    per_caller: int
    total: int
    waiting_per_caller: int = WAITING_PER_CALLER_MAX
    wait_seconds: float = WAIT_SECONDS_MAX


class FairLimit:
    """Runs a limited number of requests. A slot that becomes free goes to the caller with the fewest running ones."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._running: Counter[str] = Counter()
        # Per caller the requests that wait, oldest first; callers in the order in which they are served.
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def admitted(self, caller: str) -> AsyncIterator[None]:
        """Run the body when the caller has a free slot.

        Raises:
            TooManyRequests: too many requests of the caller wait, or no slot became free in time.
        """
        await self._enter(caller)
        try:
            yield
        finally:
            self._leave(caller)

    async def _enter(self, caller: str) -> None:
        if caller not in self._waiting and self._has_slot(caller):
            self._running[caller] += 1
            return
        queue = self._waiting.setdefault(caller, deque())
        if len(queue) >= self._share.waiting_per_caller:
            raise self._rejection()
        slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(slot)
        try:
            async with asyncio.timeout(self._share.wait_seconds):
                await slot
        except BaseException as error:
            self._give_up(caller, slot)
            if isinstance(error, TimeoutError):
                raise self._rejection() from error
            raise

    def _give_up(self, caller: str, slot: asyncio.Future[None]) -> None:
        if slot.done() and not slot.cancelled():  # the slot was given at the same moment
            self._leave(caller)
        elif slot in self._waiting.get(caller, ()):
            self._waiting[caller].remove(slot)
            if not self._waiting[caller]:
                del self._waiting[caller]

    def _leave(self, caller: str) -> None:
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        self._serve_next()

    def _serve_next(self) -> None:
        while callers := [each for each in self._waiting if self._has_slot(each)]:
            caller = min(callers, key=lambda each: self._running[each])
            queue = self._waiting.pop(caller)
            slot = queue.popleft()
            if queue:
                self._waiting[caller] = queue  # behind the others
            if not slot.done():  # its request may have been cancelled at the same moment
                self._running[caller] += 1
                slot.set_result(None)

    def _has_slot(self, caller: str) -> bool:
        return self._running[caller] < self._share.per_caller and self._running.total() < self._share.total

    def _rejection(self) -> TooManyRequests:
        return TooManyRequests(
            f"At most {self._share.per_caller} of these heavy requests of one user or API key run at the same time; "
            "wait until one has ended.",
            retry_after_seconds=random.randint(*RETRY_AFTER_SECONDS_RANGE),  # noqa: S311 -- jitter, no secret
        )


class HeavyLimits:
    """The limits of each kind of heavy request.

    Args:
        per_caller: queries, and transfers, of one caller that run at the same time.
    """

    def __init__(self, per_caller: int) -> None:
        self._queries = FairLimit(Share(per_caller=per_caller, total=QUERIES_MAX))
        self._transfers = FairLimit(Share(per_caller=per_caller, total=TRANSFERS_MAX))
        self._pages = FairLimit(Share(per_caller=UNCACHED_PAGES_PER_CALLER_MAX, total=UNCACHED_PAGES_MAX))

    def admission(self, scope: Scope) -> AbstractAsyncContextManager[None] | None:
        """Return a context that limits an authenticated request, see `FairLimit.admitted`; None if it is not heavy."""
        limit = self._limit_of(scope)
        identity = scope["state"]["caller"].identity
        return limit.admitted(caller_key(identity)) if limit and identity else None

    def _limit_of(self, scope: Scope) -> FairLimit | None:
        operation = operation_name(scope)
        if operation in QUERIES or (operation == LOGS and b"text=" in scope["query_string"]):
            return self._queries
        if operation in TRANSFERS:
            return self._transfers
        if operation == HISTORY or (operation in PAGES and _is_uncached(scope["query_string"])):
            return self._pages
        return None


def _is_uncached(query: bytes) -> bool:
    if b"max_age" not in query:
        return False
    return (_is_uncached_known if len(query) <= CACHED_QUERY_BYTES_MAX else _has_low_max_age)(query)


def _has_low_max_age(query: bytes) -> bool:
    try:
        return float(parse_qs(query.decode("latin-1"))["max_age"][-1]) < CACHED_SECONDS_MIN
    except (KeyError, ValueError):
        return False  # it is rejected later


_is_uncached_known = lru_cache(CACHED_QUERIES_MAX)(_has_low_max_age)
