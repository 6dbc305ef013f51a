"""What the function of a job receives: the run, the ports, and where it reports what it does."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.jobs.jobs import JobDefinition, Parameter
from arcbeat.domain.jobs.ports import JobPorts
from arcbeat.domain.jobs.rules import check_job_name
from arcbeat.domain.jobs.runs import RowCounts, Run
from jobs.reports import SILENT, Reporter


@dataclass(slots=True, eq=False)
class JobContext:
    """One attempt of a run. It is mutable: the job counts in it what it does.

    Attributes:
        rows: The rows that this attempt has read, written and skipped so far.
        window_start, window_end: The range of time that this attempt covers, if the job has one.
        partial_result: What the job has found so far: the result of the run if it fails. A job that goes on after an
            error sets it.
        finished: Parts of the run that need not be repeated, as the job names them. Later attempts of the run in this
            process have it, too.
    """

    run: Run
    ports: JobPorts
    attempt_number: int = 1
    reporter: Reporter = SILENT
    rows: RowCounts = field(default_factory=RowCounts)
    window_start: datetime | None = None
    window_end: datetime | None = None
    partial_result: Mapping[str, object] | None = None
    finished: set[Hashable] = field(default_factory=set)

    def parameter(self, name: str) -> Parameter:
        """Return a parameter of the run."""
        return self.run.parameters[name]

    def number(self, name: str, *, at_least: int, at_most: int) -> int:
        """Return a parameter that is a whole number.

        Raises:
            InvalidValue: It is not a whole number within the bounds; a repetition does not help.
        """
        value = self.run.parameters[name]
        if not isinstance(value, int | float) or value % 1 or not at_least <= value <= at_most:
            raise InvalidValue.of(name, f"is {value!r}; it must be a whole number from {at_least} to {at_most}")
        return int(value)

    def count(self, *, read: int = 0, written: int = 0, skipped: int = 0) -> None:
        """Count rows."""
        rows = self.rows
        self.rows = RowCounts(rows.read + read, rows.written + written, rows.skipped + skipped)

    def cover(self, start: datetime, end: datetime) -> None:
        """Extend the range of time that the attempt covers, so that it contains this one."""
        self.window_start = min(self.window_start or start, start)
        self.window_end = max(self.window_end or end, end)

    def progress(self, done: int, total: int) -> None:
        """Report how many of the steps of this attempt are done."""
        self.reporter.progress(self.run, done, total)


Work = Callable[[JobContext], Awaitable[Mapping[str, object]]]
"""The function of a job. It returns the result of the run: counts and findings, JSON values only.

It may be called again for the same run, after an error or after the process died, so whatever it writes must be safe to
write twice: to PostgreSQL behind the fence of the run, to the readings store with timestamps that a repetition
overwrites. With ``run.dry_run`` it writes nothing.
"""


@dataclass(frozen=True, slots=True)
class RegisteredJob:
    """A job and the function that does its work.

    Raises:
        ValueError: The job has a name that it cannot have.
    """

    definition: JobDefinition
    work: Work

    def __post_init__(self) -> None:
        check_job_name(self.definition.name)
