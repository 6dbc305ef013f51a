"""Find which acknowledgements have changed since they were last read."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from arcbeat.domain.alarms.changes import AcknowledgementChange
from arcbeat.domain.alarms.ports import AcknowledgementChanges
from arcbeat.realtime.rooms.limits import Monotonic

LATE_COMMITS_MAX = timedelta(seconds=60)
"""A change becomes visible when it is committed, which may be this long after the time that is stored with it."""


class AcknowledgementFeed:
    """The changes of acknowledgements of one device type, each returned once."""

    def __init__(self, source: AcknowledgementChanges, type_code: str, monotonic: Monotonic = time.monotonic) -> None:
        self._source = source
        self._type_code = type_code
        self._monotonic = monotonic
        self._known: frozenset[tuple[str, datetime, datetime]] = frozenset()
        self._read_at = monotonic()

    async def read(self) -> Sequence[AcknowledgementChange]:
        """Return the changes that were not returned before.

        Raises:
            StoreError: they cannot be read; the next call returns what changed meanwhile.
        """
        read_at = self._monotonic()
        age = LATE_COMMITS_MAX + timedelta(seconds=read_at - self._read_at)
        found = await self._source.changes(self._type_code, newer_than=age)
        new = [each for each in found if _key(each) not in self._known]
        self._known, self._read_at = frozenset(map(_key, found)), read_at
        return new


def _key(change: AcknowledgementChange) -> tuple[str, datetime, datetime]:
    return change.device_code, change.start, change.changed_at
