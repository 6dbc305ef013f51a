"""The port for clients that follow runs live."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from arcbeat.domain.jobs.runs import Run


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A run as it is followed live.

    Attributes:
        waits_until: The planned end of the wait before the next attempt; None unless the run waits.
    """

    run: Run
    waits_until: datetime | None = None


class RunWatch(Protocol):
    """The runs, for clients that follow them live."""

    async def newest(self, known_ids: Sequence[int]) -> Sequence[RunProgress]:
        """Return the runs that have not ended, those with these ids, and the last ones that were requested, by id."""
        ...

    def listening(self) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]:
        """Yield a function that returns when a run may have changed: after a notification, or after a second."""
        ...
