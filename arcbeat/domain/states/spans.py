"""State spans: a range of time, divided by what is known of a device: its state, that it has none, or silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from arcbeat.domain.states.runs import StateRun


class SpanKind(StrEnum):
    """What is known of the device.

    STATE: it was in a state. UNKNOWN: it sent readings without a state. SILENT: its last reading, if there is one, is
    older than the longest gap.
    """

    STATE = "state"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class StateSpan:
    """What is known of a device from ``start`` to ``end``.

    Attributes:
        state: None unless the kind is STATE.
    """

    device_code: str
    kind: SpanKind
    state: str | None
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SpanPosition:
    """Where a page of spans ended: the device and the start of the first span of the next page."""

    device_code: str
    start: datetime


@dataclass(frozen=True, slots=True)
class SpanPage:
    """Spans, ordered by device code, then by time.

    Attributes:
        end: where the page ended and the next one begins; None for the last page.
    """

    spans: Sequence[StateSpan]
    end: SpanPosition | None


class SpanDivider:
    """Divides a range of time by the runs of one device, given in order of time; no two spans overlap or leave a gap.

    A state holds until the next run begins, but no longer than ``max_gap`` after its last reading.
    """

    def __init__(self, device_code: str, start: datetime, end: datetime, max_gap: timedelta) -> None:
        self.device_code = device_code
        self._end = end
        self._max_gap = max_gap
        self._divided_until = start
        self._run: StateRun | None = None

    def add(self, run: StateRun) -> list[StateSpan]:
        """Add the next run, and return the spans before it."""
        spans = self._spans_until(run.first)
        self._run = run
        return spans

    def finish(self) -> list[StateSpan]:
        """Return the remaining spans, once all runs are added."""
        return self._spans_until(self._end)

    def _spans_until(self, ts: datetime) -> list[StateSpan]:
        spans = []
        end, run = min(ts, self._end), self._run
        if run is not None:
            until = min(end, run.last + self._max_gap)
            kind = SpanKind.UNKNOWN if run.state is None else SpanKind.STATE
            if until > self._divided_until:
                spans.append(StateSpan(self.device_code, kind, run.state, self._divided_until, until))
                self._divided_until = until
        if end > self._divided_until:
            spans.append(StateSpan(self.device_code, SpanKind.SILENT, None, self._divided_until, end))
            self._divided_until = end
        return spans
