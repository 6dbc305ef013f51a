"""Makes state runs of the windows of TDengine: the parts of windows of equal states that lie within sessions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from operator import attrgetter, itemgetter

from adapters.tdengine.rows import Row
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.states.runs import StateRun, state_of

RunsByDevice = Mapping[str, list[StateRun]]
Window = tuple[datetime, datetime, str | None]
"""First and last ts of consecutive readings of one partition, and the state of a window of equal states.

A tuple, because there are as many as runs, and making them is a large share of the work.
"""


def to_runs(sessions: Iterable[Row], windows: Iterable[Row]) -> RunsByDevice:
    """Return the parts of windows within sessions of the same partition, by device, then by time."""
    found: defaultdict[str, list[StateRun]] = defaultdict(list)
    sessions_of, windows_of = _by_partition(sessions), _by_partition(windows)
    for partition, each in windows_of.items():
        code = str(partition[0])
        found[code] += (StateRun(code, *part) for part in _common_parts(each, sessions_of.get(partition, [])))
    for runs in found.values():
        runs.sort(key=attrgetter("first", "last"))
    return found


def _by_partition(rows: Iterable[Row]) -> Mapping[Row, list[Window]]:
    """Return the windows by device code and, if the rows have it, subtable; in order of time."""
    found: defaultdict[Row, list[Window]] = defaultdict(list)
    for first, last, *partition, value in rows:
        if not isinstance(first, datetime) or not isinstance(last, datetime):
            raise StoreProtocolError("A window in the response of TDengine has no start or no end.")
        found[tuple(partition)].append((first, last, state_of(value)))
    for windows in found.values():
        windows.sort(key=itemgetter(0, 1))
    return found


def _common_parts(
    windows: Sequence[Window], sessions: Sequence[Window]
) -> Iterator[tuple[str | None, datetime, datetime]]:
    """Yield state, first and last of each part; both are in order of time, and neither has overlaps."""
    first_index = 0
    for first, last, state in windows:
        while first_index < len(sessions) and sessions[first_index][1] < first:
            first_index += 1
        index = first_index
        while index < len(sessions) and sessions[index][0] <= last:
            session_first, session_last, _ = sessions[index]
            yield state, max(first, session_first), min(last, session_last)
            index += 1


def mixed_devices(found: RunsByDevice) -> tuple[str, ...]:
    """Return the devices with runs that overlap or touch each other."""
    return tuple(code for code, runs in sorted(found.items()) if any(b.first <= a.last for a, b in pairwise(runs)))
