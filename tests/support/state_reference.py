"""State runs and state time computed reading by reading: what the stores and the sums over runs are compared with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.states.runs import StateRun
from arcbeat.domain.states.state_time import Day

SILENT = "silent"

Moment = tuple[datetime, str | None]


def moments(readings: Iterable[Reading], field: str) -> list[Moment]:
    """Return the state of one device at each ts; of several with one ts the greatest by code point."""
    states: dict[datetime, list[str]] = defaultdict(list)
    for reading in readings:
        value = reading.values[field]
        states[reading.ts].append("" if value is None else str(value))
    return [(ts, max(found) or None) for ts, found in sorted(states.items())]


def runs_by_reading(device_code: str, readings: Iterable[Reading], field: str, max_gap: timedelta) -> list[StateRun]:
    """Return the state runs of one device."""
    runs: list[list[Moment]] = []
    for ts, state in moments(readings, field):
        if runs and runs[-1][-1][1] == state and ts - runs[-1][-1][0] <= max_gap:
            runs[-1].append((ts, state))
        else:
            runs.append([(ts, state)])
    return [StateRun(device_code, run[0][1], run[0][0], run[-1][0]) for run in runs]


def time_by_reading(
    day: Day, readings: Iterable[Reading], field: str, max_gap: timedelta
) -> Mapping[str | None, timedelta]:
    """Return the time of a day by state, of which None is «no state» and SILENT «no recent reading»."""
    held_in: dict[str | None, timedelta] = defaultdict(timedelta)
    known = moments(readings, field)
    for (ts, state), (end, _) in pairwise([*known, (day.end, None)]):
        held = min(end, ts + max_gap, day.end) - max(ts, day.start)
        if held > timedelta():
            held_in[state] += held
    held_in[SILENT] = day.end - day.start - sum(held_in.values(), timedelta())
    return held_in
