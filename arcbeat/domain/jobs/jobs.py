"""What a job is: its schedule, its limits and what happens when runs overlap or come too late."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.jobs.retry import RetryPolicy

Parameter = str | int | float | bool | None
Parameters = Mapping[str, Parameter]


class OverlapPolicy(StrEnum):
    """What happens to a run that is requested while another run of an exclusive job has not ended."""

    SKIP = "skip"
    QUEUE = "queue"
    REFUSE = "refuse"


class MisfirePolicy(StrEnum):
    """What happens to the moments of a schedule that passed while no scheduler ran."""

    RUN_ONCE = "run_once"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDefinition:
    """What the code says of a job; the table ``sync_job`` may say otherwise.

    Attributes:
        name: Lower case with underscores, the name of the module that does the work.
        description: One sentence in English; the console translates by name.
        schedule: A cron expression of five fields; None for a job that starts only on request.
        time_zone: The IANA name of the zone in which the schedule counts.
        timeout_seconds: The time limit of a whole run with all its attempts and waits; a run that is taken up again
            after its process died gets the whole time again.
        exclusive: At most one run of the job is under way at a time; ``overlap`` decides about others.
        misfire_grace_seconds: A scheduled moment that is missed by less is not a misfire.
        max_resumes: How often a run whose worker died is taken up again before it is closed.
        parameters: The defaults of the parameters of a run.
    """

    name: str
    description: str
    schedule: str | None = None
    time_zone: str = "UTC"
    enabled: bool = True
    timeout_seconds: float = 600.0
    exclusive: bool = True
    overlap: OverlapPolicy = OverlapPolicy.SKIP
    misfire: MisfirePolicy = MisfirePolicy.RUN_ONCE
    misfire_grace_seconds: float = 60.0
    max_resumes: int = 3
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(JobDefinition):
    """A job as it is stored in ``sync_job``.

    Attributes:
        problem: What is wrong with the stored retry policy or parameters; None for a valid job. With a problem, the
            attributes have the default policy and no parameters, and the job is neither started nor changed.
        next_run_at: The next moment of the schedule; None for a job without a schedule, or one that is disabled.
    """

    id: int
    problem: str | None = None
    next_run_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


def merge_parameters(job: JobDefinition, given: Parameters) -> Parameters:
    """Return the parameters of a run: the defaults of the job, replaced by the given ones.

    Raises:
        InvalidValue: The job has no parameter of a name, a value has another type than the default (null included), or
            it is not a finite number.
    """
    violations = [violation for name, value in given.items() if (violation := _violation(job, name, value))]
    if violations:
        raise InvalidValue(violations)
    return {**job.parameters, **given}


def _violation(job: JobDefinition, name: str, value: Parameter) -> Violation | None:
    if name not in job.parameters:
        names = ", ".join(sorted(job.parameters)) or "none"
        return Violation(name, f"is not a parameter of {job.name}; its parameters: {names}")
    default = job.parameters[name]
    if isinstance(value, float) and not math.isfinite(value):
        return Violation(name, f"is {value}; it must be a finite number")
    if default is None or _kind(value) is _kind(default):
        return None
    return Violation(name, f"must be {_KINDS[_kind(default)]}, like its default {default!r}")


_KINDS: Mapping[type, str] = {float: "a number", bool: "true or false", str: "a text"}


def _kind(value: Parameter) -> type:
    """Return the type of a value; a whole number is also a float."""
    return float if type(value) is int else type(value)
