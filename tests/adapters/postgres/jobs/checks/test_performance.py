"""What the last runs of jobs cost, compared with earlier ones, whatever is in the log."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any, LiteralString

import pytest
from psycopg import sql

from adapters.postgres.jobs.checks.performance import BASELINE_RUNS_MAX, HISTORIES, PostgresRunPerformance
from arcbeat.domain.jobs.ports import MetricHistory, RunMetric
from tests.adapters.postgres.jobs.checks.stored_runs import NOW, StoredRun, nightly, store
from tests.adapters.postgres.jobs.conftest import JOB, Jobs

SINCE = NOW - timedelta(days=28)
ATTACH = """
alter table sync_job_log attach partition sync_job_log_2026_03
    for values from ('2026-03-01T00:00:00Z') to ('2026-04-01T00:00:00Z')"""
CHOICES = ('{"limit": 10}', '{"limit": 11}', "{}")
DURATION, MEMORY, QUERIES = RunMetric.DURATION_SECONDS, RunMetric.MEMORY_MB, RunMetric.QUERY_SECONDS


async def histories(jobs: Jobs, *names: str, recent_runs: int = 3) -> list[MetricHistory]:
    jobs.clock.now = NOW
    ids = [(await jobs.catalogue.get_job(name)).id for name in names or (JOB.name,)]
    return list(await PostgresRunPerformance(jobs.database, jobs.clock).histories(ids, SINCE, recent_runs))


async def by_metric(jobs: Jobs) -> dict[RunMetric, MetricHistory]:
    found = await histories(jobs)
    metrics = {each.metric: each for each in found}
    assert len(metrics) == len(found)
    return metrics


async def test_the_last_runs_are_compared_with_those_before(jobs: Jobs) -> None:
    slow = '{"memory_usage_mb": 700, "database_query_time_ms": 90000.0}'
    recent = [replace(run, metrics=slow) for run in nightly(3, 60.0)]
    earlier = [
        replace(run, seconds=seconds)
        for run, seconds in zip(nightly(5, first_hours_ago=96.0), (4, 5, 6, 5.5, 90), strict=True)
    ]
    await store(jobs, *recent, *earlier)

    found = await by_metric(jobs)

    assert found.keys() == {DURATION, MEMORY, QUERIES}
    job = await jobs.catalogue.get_job(JOB.name)
    assert found[DURATION] == MetricHistory(
        job_id=job.id,
        metric=DURATION,
        recent=60.0,
        runs=5,
        since=NOW - timedelta(hours=96 + 4 * 24),
        median=5.5,
        deviation=0.5,
        least=4.0,
    )
    assert (found[MEMORY].recent, found[MEMORY].median, found[MEMORY].deviation) == (700.0, 100.5, 0.0)
    assert (found[QUERIES].recent, found[QUERIES].median) == (90.0, 0.250125)


async def test_runs_that_failed_dry_runs_and_older_ones_do_not_count(jobs: Jobs) -> None:
    await store(
        jobs,
        *nightly(8),
        *nightly(4, 999.0, 23.0, state="failed"),
        *nightly(4, 999.0, 22.0, dry_run=True),
        *nightly(4, 999.0, 24.0 * 28 + 1),
    )

    duration = (await by_metric(jobs))[DURATION]

    assert (duration.recent, duration.runs, duration.least, duration.deviation) == (5.0, 5, 5.0, 0.0)


async def test_runs_of_other_parameters_are_compared_among_themselves(jobs: Jobs) -> None:
    backfills = [
        StoredRun(hours_ago=1 + number / 10, seconds=900.0, parameters='{"limit": 10, "full": true}')
        for number in range(6)
    ]
    await store(jobs, *nightly(10), *backfills)

    durations = [each for each in await histories(jobs) if each.metric is DURATION]

    assert sorted((each.recent, each.median, each.runs) for each in durations) == [(5.0, 5.0, 7), (900.0, 900.0, 3)]


async def test_a_choice_of_parameters_with_too_few_runs_is_not_compared(jobs: Jobs) -> None:
    await store(jobs, *nightly(10), StoredRun(hours_ago=1, seconds=900.0, parameters='{"limit": 11}'))

    assert [(each.recent, each.runs) for each in await histories(jobs) if each.metric is DURATION] == [(5.0, 7)]
    assert await histories(jobs, recent_runs=10) == []  # nothing would be left to compare them with


async def test_parameters_that_runs_no_longer_have_are_not_compared(jobs: Jobs) -> None:
    """For example after a change of the job, or after some backfills that a person has started."""
    before = replace(StoredRun(hours_ago=0), seconds=900.0, parameters='{"limit": 500}')
    changed = [replace(before, hours_ago=24 * (10 + night)) for night in range(8)]
    backfills = [replace(before, hours_ago=30 + number / 10, parameters="{}") for number in range(8)]
    await store(jobs, *nightly(4), *changed, *backfills)

    assert [(each.recent, each.runs) for each in await histories(jobs) if each.metric is DURATION] == [(5.0, 1)]


FOREIGN_JSON = (
    None,
    "null",
    "[]",
    "7",
    '"memory_usage_mb"',
    "{}",
    '{"memory_usage_mb": null}',
    '{"memory_usage_mb": "9 MB"}',
    '{"memory_usage_mb": {"value": 9}}',
    '{"memory_usage_mb": [9]}',
    '{"memory_usage_mb": true, "database_query_time_ms": -5}',
    '{"memory_usage_mb": 1' + "0" * 400 + "}",
    '{"memory_usage_mb": 1e400}',
    '{"Memory_Usage_MB": 9}',
)


@pytest.mark.parametrize("column_type", ["jsonb", "json"])
async def test_any_json_of_another_program_is_passed_over(jobs: Jobs, column_type: str) -> None:
    await jobs.database.execute(
        sql.SQL("alter table sync_job_log alter performance_metrics type {0} using performance_metrics::{0}").format(
            sql.Identifier(column_type)
        )
    )
    foreign = [StoredRun(hours_ago=24.0 * 10 + number, metrics=metrics) for number, metrics in enumerate(FOREIGN_JSON)]
    await store(jobs, *nightly(8), *foreign)

    found = await by_metric(jobs)

    assert (found[DURATION].runs, found[MEMORY].runs, found[QUERIES].runs) == (5 + len(FOREIGN_JSON), 5, 5)
    assert found[MEMORY].least == 100.5


async def test_json_that_jsonb_cannot_hold_is_passed_over(jobs: Jobs) -> None:
    await jobs.database.execute("alter table sync_job_log alter performance_metrics type json")
    unholdable = [
        r'{"note": "\u0000", "memory_usage_mb": 9}',
        r'{"note": "\ud800", "memory_usage_mb": 9}',
        '{"memory_usage_mb": 1e999999}',
    ]
    foreign = [StoredRun(hours_ago=240.0 + number, metrics=metrics) for number, metrics in enumerate(unholdable)]
    await store(jobs, *nightly(8), *foreign)

    found = await by_metric(jobs)

    assert (found[DURATION].runs, found[MEMORY].runs) == (8, 5)


IMPOSSIBLE: tuple[LiteralString, ...] = (
    "started_at = null",
    "finished_at = null",
    "finished_at = started_at - interval '1 s'",
    "started_at = '-infinity'",
    "started_at = 'infinity', finished_at = 'infinity'",
)


async def test_runs_with_impossible_moments_are_passed_over(jobs: Jobs) -> None:
    await store(jobs, *nightly(10))
    for number, change in enumerate(IMPOSSIBLE):
        at = NOW - timedelta(hours=24 * (5 + number))
        statement = sql.SQL("update sync_job_run set {} where created_at = %s").format(sql.SQL(change))
        assert await jobs.database.execute(statement, (at,)) == 1

    found = await by_metric(jobs)

    assert (found[DURATION].runs, found[MEMORY].runs) == (2, 7)


async def test_a_month_that_was_archived_has_no_metrics_and_has_durations(jobs: Jobs) -> None:
    await store(jobs, *nightly(14, first_hours_ago=13.0))  # into March, before midnight
    await jobs.database.execute("alter table sync_job_log detach partition sync_job_log_2026_03")

    found = await histories(jobs)

    assert [(each.metric, each.runs) for each in found] == [(DURATION, 11)]

    await jobs.database.execute(ATTACH)
    assert {each.metric for each in await histories(jobs)} == {DURATION, MEMORY, QUERIES}


async def test_of_many_runs_a_part_counts_evenly_spread(jobs: Jobs) -> None:
    await store(jobs, StoredRun(hours_ago=0.1))
    await jobs.database.execute(
        """insert into sync_job_run (job_id, job_name, state, trigger, requested_by, exclusive, created_at, started_at,
                                     finished_at, parameters)
           select job_id, job_name, state, trigger, requested_by, exclusive, at, at, at + interval '5 s', parameters
             from sync_job_run, generate_series(%s, %s, interval '10 min') at""",
        (SINCE - timedelta(days=1), NOW - timedelta(hours=1)),
    )

    [duration] = await histories(jobs)

    assert BASELINE_RUNS_MAX * 0.9 < duration.runs <= BASELINE_RUNS_MAX
    assert SINCE <= duration.since < SINCE + timedelta(hours=7)


@pytest.mark.parametrize("seed", range(5))
async def test_the_statistics_are_those_of_python(jobs: Jobs, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- values of a test, no secret
    runs = [
        StoredRun(hours_ago=1 + hour, seconds=round(chance.lognormvariate(2, 1), 3), parameters=chance.choice(CHOICES))
        for hour in range(chance.randrange(8, 60))
    ]
    await store(jobs, *runs)
    recent_runs = chance.randrange(1, 5)

    found = [each for each in await histories(jobs, recent_runs=recent_runs) if each.metric is DURATION]

    expected = []
    for parameters in CHOICES:
        values = [run.seconds for run in runs if run.parameters == parameters]
        recent, earlier = values[:recent_runs], values[recent_runs:]
        if earlier:
            deviation = median(abs(value - median(earlier)) for value in earlier)
            expected.append((median(recent), len(earlier), median(earlier), deviation, min(earlier)))
    assert sorted((each.recent, each.runs, each.median, each.deviation, each.least) for each in found) == [
        pytest.approx(each) for each in sorted(expected)
    ]


async def test_jobs_are_kept_apart_also_over_several_statements(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.postgres.jobs.checks.performance.JOBS_MAX", 1)
    await jobs.catalogue.register([replace(JOB, name="other"), replace(JOB, name="idle")])
    await store(jobs, *nightly(5), *nightly(6, 7.0, name="other"))

    found = await histories(jobs, JOB.name, "idle", "other")

    assert [(each.recent, each.runs) for each in found if each.metric is DURATION] == [(5.0, 2), (7.0, 3)]


async def test_a_look_reads_only_the_runs_that_count(jobs: Jobs) -> None:
    await store(jobs, *nightly(8), *nightly(50, state="skipped"))
    job = await jobs.catalogue.get_job(JOB.name)
    values = {"job_ids": [job.id], "since": SINCE, "step": timedelta(hours=2), "runs_max": 5, "recent_runs": 3}
    explain = sql.SQL("explain (analyze, format json) {}").format(HISTORIES)
    async with jobs.database.connection() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")  # as if the table were large
        [row] = await (await connection.execute(explain, values)).fetchall()

    reads = [node for node in nodes(row["QUERY PLAN"][0]["Plan"]) if node.get("Relation Name") == "sync_job_run"]
    assert {node.get("Index Name") for node in reads} == {"idx_sync_job_run_state"}
    assert {node.get("Rows Removed by Filter", 0) for node in reads} == {0}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a node of a plan and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
