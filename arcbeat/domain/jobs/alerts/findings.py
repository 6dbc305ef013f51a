"""Findings: the problems that the checks of jobs have found at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from arcbeat.domain.errors import ArcbeatError


class JobProblem(StrEnum):
    """A kind of problem that a job can have."""

    FAILING = "failing"
    SILENT = "silent"
    STUCK = "stuck"
    DAMAGED = "damaged"
    SLOW = "slow"
    MEMORY = "memory"
    SLOW_QUERIES = "slow_queries"
    LOG_VOLUME = "log_volume"


class AlertSeverity(StrEnum):
    """How urgent an alert is. A warning waits until quiet hours end; a critical alert does not."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class CheckedProblem:
    """A problem of a job that a check has looked for, whether or not it found it."""

    job_name: str
    problem: JobProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem of a job at this moment.

    Attributes:
        message: One or two English sentences with the figures.
    """

    job_name: str
    problem: JobProblem
    severity: AlertSeverity
    message: str

    @property
    def subject(self) -> CheckedProblem:
        """The job and the problem: what makes a finding and an open alert the same."""
        return CheckedProblem(self.job_name, self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFailure:
    """A check that could not be carried out, for example because a store is unavailable.

    Attributes:
        check: The name of the check, for the log.
    """

    check: str
    error: ArcbeatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What one look at the jobs has found.

    Attributes:
        findings: At most one per job and problem.
        checked: What was looked for. An open alert of a problem that is not among them stays open without a finding.
        failures: The checks that could not be carried out.
    """

    findings: Sequence[Finding] = ()
    checked: frozenset[CheckedProblem] = frozenset()
    failures: Sequence[CheckFailure] = ()
