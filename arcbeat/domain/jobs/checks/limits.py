"""The thresholds of the checks. Each is a parameter of the job that makes the checks, under the same name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """When a job has a problem. All values are whole numbers.

    Attributes:
        failures_min: A job fails when so many runs failed since the last success …
        failing_hours: … or when a run failed, and none has succeeded for so long: a nightly job fails at its first
            failure, a job of every minute only after some.
        overtime_percent: A run is stuck when it takes longer than this share of the time limit of its job.
        baseline_days: The runs of the last days that show what is usual.
        baseline_runs_min: With fewer runs, it is unknown what is usual.
        recent_runs: The last runs, of which more than half must leave the usual range.
        excess_percent, excess_seconds, excess_memory_mb: By how much they must exceed the median at least. Seconds
            count for the duration and for the time of queries alike.
        forecast_days: The disk, or the limit, must last for so many days.
        limit_bytes: The size up to which the tables of jobs may grow; with 0, the limit of maintain_logs counts.
    """

    failures_min: int = 3
    failing_hours: int = 6
    overtime_percent: int = 200
    baseline_days: int = 28
    baseline_runs_min: int = 10
    recent_runs: int = 3
    excess_percent: int = 50
    excess_seconds: int = 5
    excess_memory_mb: int = 100
    forecast_days: int = 30
    limit_bytes: int = 0
