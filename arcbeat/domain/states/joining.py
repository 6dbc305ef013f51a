"""Makes state runs of readings, and joins the runs of queries that follow each other."""

from dataclasses import replace
from datetime import datetime, timedelta

from arcbeat.domain.schema.columns import Value
from arcbeat.domain.states.runs import StateRun, state_of


class RunJoiner:
    """Joins runs, given by device and then by time, where one continues another: a query may have cut them.

    One run is in memory.
    """

    def __init__(self, max_gap: timedelta) -> None:
        self._max_gap = max_gap
        self._open: StateRun | None = None

    def add(self, run: StateRun) -> StateRun | None:
        """Add the next run, and return the one that has ended by it."""
        ended = self._open
        if ended is not None and self._continues(ended, run):
            self._open = replace(ended, last=run.last)
            return None
        self._open = run
        return ended

    def finish(self) -> StateRun | None:
        """Return the last run, if there is one."""
        ended, self._open = self._open, None
        return ended

    def _continues(self, run: StateRun, later: StateRun) -> bool:
        return (
            run.state == later.state
            and run.device_code == later.device_code
            and later.first - run.last <= self._max_gap
        )


class RunsOfReadings:
    """Makes the runs of one device, reading by reading; two readings are in memory."""

    def __init__(self, device_code: str, max_gap: timedelta) -> None:
        self._device_code = device_code
        self._joiner = RunJoiner(max_gap)
        self._newest: StateRun | None = None

    def add(self, ts: datetime, value: Value) -> StateRun | None:
        """Add the next reading in order of time, and return the run that has ended by it."""
        newest, state = self._newest, state_of(value)
        if newest is not None and newest.first == ts:
            # Readings of one moment come in any order, so that the choice must not depend on it.
            self._newest = replace(newest, state=max(newest.state or "", state or "") or None)
            return None
        self._newest = StateRun(self._device_code, state, ts, ts)
        return None if newest is None else self._joiner.add(newest)

    def finish(self) -> list[StateRun]:
        """Return the runs that have not been returned, once all readings are added."""
        ended = [None if self._newest is None else self._joiner.add(self._newest), self._joiner.finish()]
        self._newest = None
        return [run for run in ended if run is not None]
