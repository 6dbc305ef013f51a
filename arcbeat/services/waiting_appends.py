"""The plain batches that wait to be appended to one super table, and which of them are stored together."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.catalogue.known_types import KnownType
from arcbeat.domain.errors import StoreOverloaded
from arcbeat.domain.readings.plain_batches import PlainBatch

LARGE_READINGS_MIN = 500
"""So many waiting readings may be stored while another append is under way."""
APPENDS_MAX = 2
"""Appends that are under way per super table."""
TOGETHER_BYTES_MAX = 2 * 2**20
"""The size of the text of readings that are stored together."""
WAITING_READINGS_MAX = 50_000
"""The readings that wait per super table; a request with further ones is not accepted."""
WAITING_BYTES_MAX = 64 * 2**20
"""The size of their text."""
STREAMS_WAITING_FOR_ROOM_MAX = 64
"""A stream that has sent a gigabyte is not rejected because others are being stored: it waits until there is room. Its
sender waits too, because it is read no faster than it is stored."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A batch whose sender waits for the outcome: whether it is stored."""

    known: KnownType
    batch: PlainBatch
    bytes: int
    device_codes: frozenset[str]
    outcome: "asyncio.Future[bool]"


@dataclass(slots=True)
class Queue:
    """The batches that wait for one super table.

    Attributes:
        waiting: in the order in which they are stored.
        without_room: batches of streams for which there is no room in ``waiting`` yet.
        readings: the number of readings in ``waiting``.
        bytes: the size of their text.
        under_way: the number of appends.
    """

    waiting: deque[Waiting] = field(default_factory=deque)
    without_room: deque[Waiting] = field(default_factory=deque)
    readings: int = 0
    bytes: int = 0
    under_way: int = 0

    @property
    def may_start(self) -> bool:
        """Whether a further append may start."""
        at_once = APPENDS_MAX if self.readings >= LARGE_READINGS_MIN else 1
        return bool(self.waiting) and self.under_way < at_once

    def add(self, each: Waiting, *, is_of_stream: bool) -> None:
        """Let a batch wait.

        Raises:
            StoreOverloaded: too many readings wait, or too many streams for room.
        """
        if self._has_room_for(each):
            self._add(each)
        elif is_of_stream and len(self.without_room) < STREAMS_WAITING_FOR_ROOM_MAX:
            self.without_room.append(each)
        else:
            raise StoreOverloaded

    def take(self, readings_max: int) -> list[Waiting]:
        """Remove and return the first batches that can be stored together; one that has more readings is alone.

        Of two readings with the same device and ts, the later one must be stored later, so they are not taken together.
        """
        taken = [self._remove_first()]
        size, text_bytes = taken[0].batch.size, taken[0].bytes
        keys: set[tuple[str, datetime]] = set()
        while self.waiting and _are_alike(taken[0], self.waiting[0]):
            size, text_bytes = size + self.waiting[0].batch.size, text_bytes + self.waiting[0].bytes
            keys = keys or taken[0].batch.keys()
            added = self.waiting[0].batch.keys()
            if size > readings_max or text_bytes > TOGETHER_BYTES_MAX or not keys.isdisjoint(added):
                break
            keys |= added
            taken.append(self._remove_first())
        self._give_room()
        return [each for each in taken if not each.outcome.done()]  # the senders of the others have gone

    def take_all(self) -> list[Waiting]:
        """Remove and return all batches."""
        taken = [*self.waiting, *self.without_room]
        self.waiting.clear()
        self.without_room.clear()
        self.readings = self.bytes = 0
        return taken

    def _has_room_for(self, each: Waiting) -> bool:
        return self.readings + each.batch.size <= WAITING_READINGS_MAX and self.bytes + each.bytes <= WAITING_BYTES_MAX

    def _give_room(self) -> None:
        while self.without_room and self._has_room_for(self.without_room[0]):
            each = self.without_room.popleft()
            if not each.outcome.done():
                self._add(each)

    def _add(self, each: Waiting) -> None:
        self.waiting.append(each)
        self.readings += each.batch.size
        self.bytes += each.bytes

    def _remove_first(self) -> Waiting:
        first = self.waiting.popleft()
        self.readings -= first.batch.size
        self.bytes -= first.bytes
        return first


def _are_alike(first: Waiting, second: Waiting) -> bool:
    """Return whether two batches were validated against the same state of the same type and super table."""
    return first.known is second.known and first.batch.columns is second.batch.columns
