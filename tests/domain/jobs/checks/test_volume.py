"""How long the space for the tables of jobs lasts."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from arcbeat.domain.jobs.alerts import AlertSeverity, Finding, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.volume import VolumeForecast, find_volume_problem, forecast_volume, limit_of
from arcbeat.domain.jobs.jobs import Job, Parameter
from arcbeat.domain.jobs.ports import LogMonth, TableGrowth

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = CheckLimits()
GIB = 2**30
WARNING, CRITICAL = AlertSeverity.WARNING, AlertSeverity.CRITICAL
MARCH = LogMonth(month=date(2026, 3, 1), rows=1_000_000, size_bytes=GIB, open_runs=0)
AHEAD = LogMonth(month=date(2026, 4, 1), rows=0, size_bytes=200_000, open_runs=0)
GROWTH = TableGrowth(days=7, log_rows=7_000_000, runs=0, run_rows=None, run_bytes=0)
"""A month's partition of 1 GiB per million rows, and a million rows a day."""


def forecast(
    *months: LogMonth, growth: TableGrowth = GROWTH, free: int | None = None, limit: int = 0
) -> VolumeForecast:
    return forecast_volume(months, growth, free, limit, NOW)


def found(days_left: float | None) -> Finding | None:
    each = VolumeForecast(
        total_bytes=20 * GIB,
        daily_bytes=3 * GIB // 2,
        free_bytes=None,
        left_bytes=8 * GIB,
        days_left=days_left,
        unknown_because=None,
    )
    return find_volume_problem(each, LIMITS)


def test_rows_of_the_last_days_are_multiplied_by_their_average_size() -> None:
    each = forecast(MARCH, AHEAD, free=10 * GIB)

    assert (each.total_bytes, each.free_bytes, each.left_bytes) == (GIB + 200_000, 10 * GIB, 10 * GIB)
    assert (each.daily_bytes, each.days_left, each.unknown_because) == (GIB, 10, None)


def test_runs_take_space_too() -> None:
    growth = replace(GROWTH, log_rows=0, runs=700, run_rows=1000, run_bytes=1_000_000)

    each = forecast(MARCH, growth=growth, free=GIB)

    assert (each.total_bytes, each.daily_bytes) == (GIB + 1_000_000, 100_000)


def test_the_growth_of_complete_months_counts_where_it_is_larger() -> None:
    february = LogMonth(month=date(2026, 2, 1), rows=40_000_000, size_bytes=61 * GIB, open_runs=0)

    assert forecast(february, growth=replace(GROWTH, log_rows=0), free=GIB).daily_bytes == pytest.approx(
        2 * GIB, rel=0.01
    )


def test_what_is_left_is_that_of_the_disk_or_of_the_limit_whichever_ends_first() -> None:
    assert forecast(MARCH, free=9 * GIB, limit=3 * GIB).left_bytes == 2 * GIB
    assert forecast(MARCH, free=GIB, limit=3 * GIB).left_bytes == GIB
    assert forecast(MARCH, limit=GIB // 2).days_left == 0


@pytest.mark.parametrize(
    ("own", "of_maintain_logs", "limit"),
    [(0, None, 0), (0, 0, 0), (0, 500, 500), (0, 5e9, 5_000_000_000), (7, 500, 7), (0, "500", 0), (0, -1, 0)],
)
def test_the_limit_of_maintain_logs_counts_where_the_check_has_none(
    own: int, of_maintain_logs: Parameter, limit: int
) -> None:
    maintain = Job(id=1, name="maintain_logs", description="", parameters={"limit_bytes": of_maintain_logs})

    assert limit_of([maintain], replace(LIMITS, limit_bytes=own)) == limit
    assert limit_of([], replace(LIMITS, limit_bytes=own)) == own


def test_without_a_disk_and_without_a_limit_there_is_no_forecast_and_a_reason() -> None:
    each = forecast(MARCH)

    assert (each.left_bytes, each.days_left) == (None, None)
    assert "limit_bytes" in str(each.unknown_because)
    assert find_volume_problem(each, LIMITS) is None


@pytest.mark.parametrize("growth", [replace(GROWTH, days=0), GROWTH])
def test_without_a_complete_day_or_the_size_of_a_row_there_is_no_forecast(growth: TableGrowth) -> None:
    unknown_rows = replace(MARCH, rows=None)

    each = forecast(unknown_rows, growth=growth, free=GIB)

    assert (each.daily_bytes, each.days_left) == (None, None)
    assert "no complete day yet" in str(each.unknown_because)


@pytest.mark.parametrize("growth", [replace(GROWTH, days=0), replace(GROWTH, log_rows=0), GROWTH])
def test_a_limit_that_is_exceeded_is_a_problem_whatever_the_growth(growth: TableGrowth) -> None:
    each = forecast(MARCH, growth=growth, free=9 * GIB, limit=GIB // 2)
    finding = find_volume_problem(each, LIMITS)

    assert (each.days_left, each.unknown_because) == (0, None)
    assert finding is not None
    assert finding.severity is CRITICAL
    assert finding.message == "The tables of jobs take 1.0 GiB. Nothing is left of limit_bytes or of the disk."


def test_a_table_of_runs_whose_rows_are_unknown_does_not_grow() -> None:
    """After a restoration from a backup, PostgreSQL has estimates of some tables only."""
    growth = replace(GROWTH, runs=7000, run_rows=None, run_bytes=GIB)

    assert forecast(MARCH, growth=growth, free=GIB).daily_bytes == GIB


def test_an_idle_log_lasts_for_ever() -> None:
    each = forecast(MARCH, growth=replace(GROWTH, log_rows=0), free=GIB)

    assert (each.daily_bytes, each.days_left, each.unknown_because) == (0, None, None)


@pytest.mark.parametrize(
    ("days_left", "severity"),
    [
        (None, None),
        (30, None),
        (29.9, AlertSeverity.WARNING),
        (7, AlertSeverity.WARNING),
        (6.9, AlertSeverity.CRITICAL),
    ],
)
def test_space_for_few_days_is_a_problem(days_left: float | None, severity: AlertSeverity | None) -> None:
    finding = found(days_left)

    assert (finding and finding.severity) == severity


def test_the_finding_has_the_figures() -> None:
    assert found(5.33) == Finding(
        job_name="maintain_logs",
        problem=JobProblem.LOG_VOLUME,
        severity=CRITICAL,
        message="The tables of jobs take 20.0 GiB. They grow by 1.5 GiB a day, and the 8.0 GiB that are left last for "
        "5.3 days.",
    )
