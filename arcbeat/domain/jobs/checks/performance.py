"""Whether the last runs of a job leave the range that was usual before.

The usual range is that of the modified z-score: as far from the median as 3.5 standard deviations of a normal
distribution, which are estimated by the median of the distances from the median. Up to half of the runs may be unusual
without moving it much. Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.jobs.alerts import AlertSeverity, Finding, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.texts import day_text, mebibytes_text, seconds_text
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.ports.performance import MetricHistory, RunMetric

Z_SCORE_MAX = 3.5
"""The threshold that Iglewicz and Hoaglin recommend."""
STANDARD_DEVIATIONS = 1.4826
"""The standard deviation of a normal distribution, in medians of the distances from its median."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a metric out of its range means.

    Attributes:
        excess: The least excess over the median that matters.
        text: Returns a value with its unit.
        message: What is out of its range; a template.
    """

    problem: JobProblem
    excess: Callable[[CheckLimits], int]
    text: Callable[[float], str]
    message: str


RULES: Mapping[RunMetric, Rule] = {
    RunMetric.DURATION_SECONDS: Rule(
        JobProblem.SLOW,
        lambda limits: limits.excess_seconds,
        seconds_text,
        "{last_runs} took {value}",
    ),
    RunMetric.MEMORY_MB: Rule(
        JobProblem.MEMORY,
        lambda limits: limits.excess_memory_mb,
        mebibytes_text,
        "{last_runs} ended with {value} of memory in use",
    ),
    RunMetric.QUERY_SECONDS: Rule(
        JobProblem.SLOW_QUERIES,
        lambda limits: limits.excess_seconds,
        seconds_text,
        "{last_runs} spent {value} on calls to PostgreSQL",
    ),
}


def judged_problems(job: Job, histories: Sequence[MetricHistory], limits: CheckLimits) -> frozenset[JobProblem]:
    """Return the problems that can be judged: those of metrics with enough earlier runs.

    All are judged of a disabled job, and of one without runs that can be compared: nothing would close its alerts.
    """
    if not job.enabled or not histories:
        return frozenset(rule.problem for rule in RULES.values())
    return frozenset(RULES[each.metric].problem for each in histories if each.runs >= limits.baseline_runs_min)


def find_performance_problems(job: Job, histories: Sequence[MetricHistory], limits: CheckLimits) -> Iterator[Finding]:
    """Yield what is out of its usual range, at most one finding per problem; nothing for a disabled job.

    Each finding is a warning: the job does its work.

    Args:
        histories: Those of the job; a metric may have several, of runs with different parameters.
    """
    if not job.enabled:
        return
    for metric, rule in RULES.items():
        unusual = [each for each in histories if each.metric is metric and is_unusual(each, limits)]
        if unusual:
            worst = max(unusual, key=lambda each: each.recent / max(each.median, 1e-9))
            message = _message(rule, worst, limits)
            yield Finding(job_name=job.name, problem=rule.problem, severity=AlertSeverity.WARNING, message=message)


def is_unusual(history: MetricHistory, limits: CheckLimits) -> bool:
    """Return whether the last runs exceed the usual range, and the median by as much as matters."""
    excess = history.recent - history.median
    least = max(history.median * limits.excess_percent / 100, RULES[history.metric].excess(limits))
    return history.runs >= limits.baseline_runs_min and excess > _reach(history) and excess >= least


def _reach(history: MetricHistory) -> float:
    """Return how far the usual range reaches from the median."""
    return Z_SCORE_MAX * STANDARD_DEVIATIONS * history.deviation


def _message(rule: Rule, history: MetricHistory, limits: CheckLimits) -> str:
    number, value = limits.recent_runs, rule.text(history.recent)
    last_runs, value = ("The last run", value) if number == 1 else (f"The last {number} runs", f"{value} (median)")
    found = rule.message.format(last_runs=last_runs, value=value)
    low = rule.text(max(history.least, history.median - _reach(history)))
    high = rule.text(history.median + _reach(history))
    usual = low if low == high else f"{low} to {high}"
    return f"{found}; usual is {usual} over {history.runs} runs since {day_text(history.since)}."
