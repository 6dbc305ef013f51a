"""The frames about alarms: each change encoded once, for all clients that follow the device type."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice, takewhile

import orjson

from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.sampling.row_encoding import encode

CHANGES_MAX = 1_000
"""The changes that are kept for clients that do not read; a client further behind gets `missed`."""
ITEMS_MAX = 200
"""Changes in one frame."""


class AlarmEvent(Enum):
    """What has happened to an alarm."""

    OPENED = auto()
    CLOSED = auto()
    ACKNOWLEDGED = auto()

    def frame(self, body: bytes) -> Frame:
        """Return the frame of openapi/asyncapi.yaml."""
        match self:
            case AlarmEvent.OPENED:
                return Frame("alarm_opened", body)
            case AlarmEvent.CLOSED:
                return Frame("alarm_closed", body)
            case AlarmEvent.ACKNOWLEDGED:
                return Frame("alarm_acknowledged", body)


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """One change of an alarm; ``body`` is an item of the event."""

    event: AlarmEvent
    body: bytes


class AlarmChanges:
    """The last changes in order.

    Attributes:
        position: how many changes there were so far.
    """

    def __init__(self, type_code: str) -> None:
        self.position = 0
        self._type_code = type_code
        self._changes: deque[AlarmChange] = deque(maxlen=CHANGES_MAX)
        self._frames: dict[int, tuple[Frame, int]] = {}

    def extend(self, changes: Iterable[AlarmChange]) -> None:
        """Add changes."""
        added = list(changes)
        self._frames.clear()
        self._changes.extend(added)
        self.position += len(added)

    def next_frame(self, position: int) -> tuple[Frame, int]:
        """Return the frame for a client at an earlier position, and its position after it.

        A frame has the next changes of one event. If some before them are no longer kept, it says so (``missed``).
        """
        if position not in self._frames:
            self._frames[position] = self._frame_at(position)
        return self._frames[position]

    def _frame_at(self, position: int) -> tuple[Frame, int]:
        kept_from = self.position - len(self._changes)
        first = max(position, kept_from)
        event = self._changes[first - kept_from].event
        following = islice(self._changes, first - kept_from, first - kept_from + ITEMS_MAX)
        items = [change.body for change in takewhile(lambda change: change.event == event, following)]
        body = encode(
            {
                "type_code": self._type_code,
                "items": orjson.Fragment(b"[%b]" % b",".join(items)),
                "missed": position < kept_from,
            }
        )
        return event.frame(body), first + len(items)


class AlarmSubscription:
    """The changes of alarms of one device type for one client.

    Attributes:
        position: the last change that the client was sent.
    """

    def __init__(self, changes: AlarmChanges) -> None:
        self._changes = changes
        self.position = changes.position

    @property
    def has_more(self) -> bool:
        return self.position < self._changes.position

    def next_frame(self) -> Frame | None:
        if not self.has_more:
            return None
        frame, self.position = self._changes.next_frame(self.position)
        return frame
