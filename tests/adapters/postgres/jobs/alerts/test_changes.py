"""Alerts open once, stay open while their problem is found, and close when it has been gone for long enough."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from arcbeat.domain.errors import LeaseLost
from arcbeat.domain.jobs.alerts import AlertSeverity
from arcbeat.domain.jobs.alerts import JobProblem as Problem
from tests.adapters.postgres.jobs.alerts.conftest import FAILING, TARGETS, Watch, ids, opened

CRITICAL = replace(FAILING, severity=AlertSeverity.CRITICAL, message="All runs fail.")


async def test_a_finding_opens_one_alert_which_later_findings_keep_open(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    for _ in range(3):
        watch.pass_time(minutes=5)
        later = await watch.look(replace(FAILING, message="More runs have failed."))
        assert (later.opened, later.closed, later.escalated) == ([], [], [])

    [stored] = await watch.alerts.open_alerts()

    assert (stored.id, stored.findings, stored.opened_at) == (alert.id, 4, alert.opened_at)
    assert (stored.first_message, stored.message) == (FAILING.message, "More runs have failed.")
    assert stored.last_found_at == watch.jobs.clock()


async def test_each_problem_of_a_job_has_an_alert_of_its_own(watch: Watch) -> None:
    changes = await watch.look(FAILING, replace(FAILING, problem=Problem.SLOW))

    assert {each.problem for each in changes.opened} == {Problem.FAILING, Problem.SLOW}


async def test_of_eight_processes_that_find_the_same_problems_one_opens_each_alert(watch: Watch) -> None:
    findings = [replace(FAILING, problem=problem) for problem in Problem]
    plan = await watch.plan(*findings)

    stored = await asyncio.gather(
        *(watch.alerts.store(watch.run, plan, TARGETS, watch.jobs.clock()) for _ in range(8)),
    )

    assert sorted(alert.problem for changes in stored for alert in changes.opened) == sorted(Problem)
    assert len(await watch.alerts.open_alerts()) == len(Problem)


async def test_of_eight_processes_one_closes_an_alert(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.send_all()
    watch.pass_time(minutes=5)
    await watch.look()
    watch.pass_time(minutes=10)
    plan = await watch.plan()

    stored = await asyncio.gather(
        *(watch.alerts.store(watch.run, plan, TARGETS, watch.jobs.clock()) for _ in range(8)),
    )

    assert sum(len(changes.closed) for changes in stored) == 1
    assert await watch.send_all() == [("recovered", "first"), ("recovered", "second")]


async def test_an_alert_closes_when_its_problem_was_gone_for_the_whole_hold(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    watch.pass_time(minutes=5)
    assert (await watch.look()).closed == []
    watch.pass_time(minutes=9)
    assert (await watch.look()).closed == []
    watch.pass_time(minutes=1)

    closed = (await watch.look()).closed

    assert ids(closed) == [alert.id]
    assert closed[0].closed_at == watch.jobs.clock()
    assert closed[0].gone_since == watch.jobs.clock() - timedelta(minutes=10)
    assert (await watch.look()).closed == []


async def test_a_problem_that_comes_and_goes_sends_one_notice(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    for _ in range(20):
        watch.pass_time(minutes=5)
        await watch.look()
        watch.pass_time(minutes=5)
        await watch.look(FAILING)

    assert await watch.send_all() == [("opened", "first"), ("opened", "second")]
    assert len(await watch.alerts.open_alerts()) == 1


async def test_a_problem_that_comes_back_after_the_end_opens_another_alert(watch: Watch) -> None:
    first = opened(await watch.look(FAILING))
    for _ in range(4):
        watch.pass_time(minutes=5)
        await watch.look()

    second = opened(await watch.look(FAILING))

    assert second.id > first.id


async def test_an_alert_stays_open_while_its_problem_is_not_looked_for(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    for _ in range(5):
        watch.pass_time(hours=1)
        changes = await watch.look(checked=frozenset())
        assert changes.closed == []

    [alert] = await watch.alerts.open_alerts()
    assert alert.gone_since is None


async def test_the_alert_of_a_job_that_no_longer_exists_closes(watch: Watch) -> None:
    alert = opened(await watch.look(replace(FAILING, job_name="removed")))
    watch.pass_time(minutes=5)
    await watch.look(checked=frozenset())
    watch.pass_time(minutes=10)

    assert ids((await watch.look(checked=frozenset())).closed) == [alert.id]


async def test_an_alert_that_another_process_has_found_again_is_not_closed(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    watch.pass_time(minutes=5)
    await watch.look()
    watch.pass_time(minutes=10)
    late = await watch.plan()
    watch.pass_time(seconds=1)
    await watch.look(FAILING)

    stored = await watch.alerts.store(watch.run, late, TARGETS, watch.jobs.clock())

    assert stored.closed == []
    assert len(await watch.alerts.open_alerts()) == 1


async def test_the_severity_of_an_open_alert_only_rises(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.look(CRITICAL)
    await watch.look(FAILING)

    [alert] = await watch.alerts.open_alerts()

    assert (alert.severity, alert.message) == (AlertSeverity.CRITICAL, FAILING.message)


async def test_a_process_that_lost_the_run_stores_nothing(watch: Watch) -> None:
    await watch.jobs.lose_lease(watch.run)
    await watch.jobs.queue.sweep()
    await watch.jobs.claim()

    with pytest.raises(LeaseLost):
        await watch.look(FAILING)
    with pytest.raises(LeaseLost):
        await watch.alerts.prune(watch.run, watch.jobs.clock())

    assert await watch.alerts.open_alerts() == []


async def test_an_alert_is_escalated_once(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    await watch.send_all()
    watch.pass_time(hours=3, minutes=55)
    assert (await watch.look(FAILING)).escalated == []
    watch.pass_time(minutes=5)

    assert ids((await watch.look(FAILING)).escalated) == [alert.id]
    watch.pass_time(hours=24)
    assert (await watch.look(FAILING)).escalated == []
    assert await watch.send_all() == [("escalated", "chief")]


async def test_of_eight_processes_one_escalates_an_alert(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.send_all()
    watch.pass_time(hours=4)
    plan = await watch.plan(FAILING)

    stored = await asyncio.gather(
        *(watch.alerts.store(watch.run, plan, TARGETS, watch.jobs.clock()) for _ in range(8)),
    )

    assert sum(len(changes.escalated) for changes in stored) == 1
    assert await watch.send_all() == [("escalated", "chief")]


async def test_an_acknowledged_alert_is_not_escalated(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    await watch.send_all()
    await watch.history.acknowledge(alert.id, "wang", "")
    watch.pass_time(hours=48)

    assert (await watch.look(FAILING)).escalated == []


async def test_the_time_before_an_escalation_begins_when_the_first_notice_is_sent(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    watch.pass_time(hours=9)  # in quiet hours
    assert (await watch.look(FAILING)).escalated == []
    await watch.send_all()
    watch.pass_time(hours=3)
    assert (await watch.look(FAILING)).escalated == []
    watch.pass_time(hours=1)

    assert len((await watch.look(FAILING)).escalated) == 1


async def test_an_alert_whose_problem_is_gone_is_not_escalated(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.send_all()
    watch.pass_time(hours=5)

    assert (await watch.look()).escalated == []


async def test_the_recovery_is_sent_to_all_who_know_of_the_alert(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.send_all()
    watch.pass_time(hours=4)
    await watch.look(FAILING)
    await watch.send_all()
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()

    sent = await watch.send_all()

    assert sorted(sent) == [("recovered", "chief"), ("recovered", "first"), ("recovered", "second")]


async def test_an_alert_that_recovers_before_its_first_notice_was_sent_sends_none(watch: Watch) -> None:
    alert = opened(await watch.look(FAILING))
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()

    assert await watch.send_all() == []
    assert await watch.states(alert) == [("opened", "first", "cancelled"), ("opened", "second", "cancelled")]


async def test_old_closed_alerts_are_deleted_with_their_notices(watch: Watch) -> None:
    opened(await watch.look(FAILING))
    await watch.send_all()
    for _ in range(3):
        watch.pass_time(minutes=5)
        await watch.look()
    watch.pass_time(days=90, seconds=1)
    young = opened(await watch.look(FAILING))

    deleted = await watch.alerts.prune(watch.run, watch.jobs.clock() - timedelta(days=90))

    assert deleted == 1
    rows = await watch.jobs.database.fetch_all("select id from sync_job_alert")
    assert [row["id"] for row in rows] == [young.id]
    left = "select alert_id from sync_job_alert_notice n join sync_job_alert_delivery d on d.notice_id = n.id"
    assert {row["alert_id"] for row in await watch.jobs.database.fetch_all(left)} == {young.id}
