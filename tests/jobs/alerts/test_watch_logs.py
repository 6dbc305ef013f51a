"""The job that watches: it opens, keeps and closes alerts, and sends each notice once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import AlertNotSent, AlertRejected, StatementTimeout, StoreError, StoreUnavailable
from arcbeat.domain.jobs.alerts import AlertSeverity
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.runs import RunState
from tests.jobs.alerts.conftest import FLAKY, REJECTED, RecordingSender, SettablePerformance, Watcher
from tests.jobs.database import execute, query

OPENED = ("opened", REJECTED, "failing")
SLOW = ("opened", FLAKY, "slow")
RECOVERED = ("recovered", REJECTED, "failing")
DOWN = AlertNotSent("The target is down.")
OPEN_ALERTS = "select job_name, problem from sync_job_alert where closed_at is null"


async def recover(watcher: Watcher) -> None:
    """Let the job succeed, and look until its alert is closed."""
    watcher.recover()
    for _ in range(3):
        watcher.pass_time(minutes=5)
        await watcher.look()


async def test_a_job_that_fails_opens_an_alert_and_one_that_recovers_closes_it(
    watcher: Watcher, target: RecordingSender
) -> None:
    await watcher.fail()

    opened = await watcher.look()
    again = await watcher.look()
    await recover(watcher)

    assert [(each["job_name"], each["problem"]) for each in opened["opened"]] == [(REJECTED, "failing")]
    assert (opened["sent"], opened["not_sent"]) == (1, [])
    assert (again["opened"], again["sent"]) == ([], 0)
    assert target.sent == [OPENED, RECOVERED]
    assert target.notices[1].closed_at is not None


async def test_each_look_reports_to_the_dead_man_switch(watcher: Watcher) -> None:
    await watcher.look()
    await watcher.look()

    assert watcher.switch.reports == 2


async def test_a_dry_run_changes_and_sends_nothing(
    watcher: Watcher, target: RecordingSender, environment: dict[str, str]
) -> None:
    await watcher.fail()

    run = await watcher.run(dry_run=True)

    result: Mapping[str, Any] = run.result or {}
    assert [(each["job_name"], each["problem"]) for each in result["opened"]] == [(REJECTED, "failing")]
    assert (result["closed"], result["due"]) == ([], 0)
    assert query(environment, "select * from sync_job_alert") == []
    assert (target.sent, watcher.switch.reports) == ([], 0)


async def test_a_dry_run_shows_what_waits_to_be_sent(watcher: Watcher, target: RecordingSender) -> None:
    await watcher.fail()
    target.error = DOWN
    await watcher.look()
    watcher.pass_time(minutes=5)

    run = await watcher.run(dry_run=True)

    assert (run.result or {})["due"] == 1
    assert target.tried == 1


async def test_a_target_that_is_down_gets_the_notice_later_and_the_others_only_once(
    watcher: Watcher, target: RecordingSender
) -> None:
    other = RecordingSender("mail", error=DOWN)
    watcher.senders = [target, other]
    await watcher.fail()

    first = await watcher.look()
    other.error = None
    watcher.pass_time(minutes=5)
    await watcher.look()

    [not_sent] = first["not_sent"]
    assert not_sent.startswith("The notice «opened» about alert ")
    assert not_sent.endswith(f"({REJECTED}: failing) was not sent to mail: The target is down.")
    assert (target.sent, other.sent) == ([OPENED], [OPENED])


async def test_a_notice_that_is_given_up_lets_the_run_fail_and_is_not_tried_again(
    watcher: Watcher, target: RecordingSender, environment: dict[str, str]
) -> None:
    await watcher.fail()
    target.error = DOWN
    runs = []
    for _ in range(8):
        runs.append(await watcher.run(parameters={"escalate_after_hours": 0}))
        watcher.pass_time(hours=2)
    target.error = None
    after = await watcher.look(escalate_after_hours=0)

    assert {run.state for run in runs[:7]} == {RunState.SUCCEEDED}
    assert (runs[7].state, runs[7].error_category) == (RunState.FAILED, ErrorCategory.UNAVAILABLE)
    [row] = query(
        environment,
        """select error_message from sync_job_log
            where job_name = 'watch_logs' and execution_phase = 'final' and status = 'failed'""",
    )
    assert "was not sent to chat: The target is down." in row["error_message"]
    assert (after["sent"], target.tried) == (0, 8)


async def test_a_target_that_rejects_notices_lets_the_run_fail_at_once_and_is_tried_again(
    watcher: Watcher, target: RecordingSender
) -> None:
    await watcher.look()
    await watcher.fail()
    target.error = AlertRejected("errcode 310000: keywords not in content.")

    run = await watcher.run()
    target.error = None  # its settings were corrected
    watcher.pass_time(minutes=5)
    after = await watcher.look()

    assert (run.state, run.error_category) == (RunState.FAILED, ErrorCategory.DATA_ERROR)
    assert (run.error_message or "").endswith("was not sent to chat: errcode 310000: keywords not in content.")
    result: Mapping[str, Any] = run.result or {}
    assert [each["job_name"] for each in result["opened"]] == [REJECTED]
    assert after["sent"] == 1
    assert target.sent == [OPENED]


async def test_a_target_that_fails_is_not_tried_for_each_notice(watcher: Watcher, target: RecordingSender) -> None:
    target.error = DOWN
    await watcher.fail()
    for _ in range(3):
        await watcher.job("broken")

    result = await watcher.look()

    assert len(result["opened"]) == 2
    assert target.tried == 1


async def test_nothing_is_reported_to_the_dead_man_switch_while_no_target_accepts_a_notice(
    watcher: Watcher, target: RecordingSender
) -> None:
    target.error = DOWN
    await watcher.fail()

    await watcher.look()

    assert watcher.switch.reports == 0


async def test_a_target_in_both_groups_gets_each_notice_once(watcher: Watcher, target: RecordingSender) -> None:
    watcher.escalation_senders = [target]
    await watcher.fail()
    for _ in range(2):
        await watcher.look(escalate_after_hours=2)
        watcher.pass_time(hours=2)
    await recover(watcher)

    assert target.sent == [OPENED, ("escalated", REJECTED, "failing"), RECOVERED]


async def test_the_notice_for_a_target_that_was_removed_is_given_up_and_lets_no_run_fail(
    watcher: Watcher, target: RecordingSender, environment: dict[str, str]
) -> None:
    watcher.senders = [target, RecordingSender("mail")]
    await watcher.fail()
    await watcher.look()
    watcher.senders = [target]
    await recover(watcher)
    watcher.pass_time(hours=49)

    result = await watcher.look()

    [not_sent] = result["not_sent"]
    assert not_sent.endswith("was not sent to mail: no process has this target in its settings.")
    assert target.sent == [OPENED, RECOVERED]
    assert query(environment, "select target from sync_job_alert_delivery where state = 'failed'") == [
        {"target": "mail"}
    ]


async def test_without_a_target_alerts_are_stored(watcher: Watcher, environment: dict[str, str]) -> None:
    watcher.senders = []
    await watcher.fail()

    await watcher.look()

    assert query(environment, OPEN_ALERTS) == [{"job_name": REJECTED, "problem": "failing"}]
    assert watcher.switch.reports == 1


async def test_an_alert_that_was_opened_without_a_target_is_sent_when_there_is_one(
    watcher: Watcher, target: RecordingSender
) -> None:
    """For example because the process that opened it lacks the setting, or before the setting was made."""
    watcher.senders = []
    await watcher.fail()
    await watcher.look()
    watcher.senders = [target]

    assert [(await watcher.look())["sent"] for _ in range(2)] == [1, 0]
    assert target.sent == [OPENED]


async def test_an_escalation_without_a_target_is_sent_when_there_is_one(
    watcher: Watcher, target: RecordingSender
) -> None:
    chief = RecordingSender("chief")
    watcher.senders = []
    await watcher.fail()
    await watcher.look()
    watcher.pass_time(hours=5)
    assert len((await watcher.look())["escalated"]) == 1
    watcher.senders, watcher.escalation_senders = [target], [chief]

    assert [(await watcher.look())["sent"] for _ in range(2)] == [2, 0]
    assert [each.sent for each in (target, chief)] == [[OPENED], [("escalated", REJECTED, "failing")]]


def hours_around_now(time_zone: str = "UTC") -> str:
    """Return quiet hours in which this moment is."""
    now = datetime.now(ZoneInfo(time_zone))
    return f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"


@pytest.mark.usefixtures("slow")
async def test_in_quiet_hours_a_warning_waits_until_they_end(
    watcher: Watcher, target: RecordingSender, environment: dict[str, str]
) -> None:
    execute(environment, "update sync_job set time_zone = 'Asia/Shanghai' where name = 'watch_logs'")
    quiet = await watcher.look(quiet_hours=hours_around_now("Asia/Shanghai"))
    assert target.sent == []

    after = await watcher.look(quiet_hours=hours_around_now("UTC"))  # elsewhere, at another time of day

    assert (quiet["quiet"], quiet["sent"], after["quiet"], after["sent"]) == (True, 0, False, 1)
    assert target.sent == [SLOW]
    assert target.notices[0].severity is AlertSeverity.WARNING


async def test_in_quiet_hours_a_critical_notice_is_sent_at_once(watcher: Watcher, target: RecordingSender) -> None:
    await watcher.fail()

    await watcher.look(quiet_hours=hours_around_now())

    assert target.sent == [OPENED]
    assert target.notices[0].severity is AlertSeverity.CRITICAL


async def test_a_warning_that_comes_and_goes_within_quiet_hours_sends_nothing(
    watcher: Watcher, target: RecordingSender, slow: SettablePerformance
) -> None:
    await watcher.look(quiet_hours=hours_around_now())
    slow.is_slow = False
    closed = 0
    for _ in range(3):
        watcher.pass_time(minutes=5)
        closed += len((await watcher.look(quiet_hours=hours_around_now()))["closed"])

    await watcher.look()

    assert (closed, target.sent) == (1, [])


@pytest.mark.usefixtures("slow")
async def test_a_warning_that_waits_in_quiet_hours_is_not_escalated(watcher: Watcher, target: RecordingSender) -> None:
    await watcher.look(quiet_hours=hours_around_now())
    watcher.pass_time(hours=9)
    await watcher.look(quiet_hours=hours_around_now())

    await watcher.look()

    assert target.sent == [SLOW]


async def test_a_problem_that_comes_and_goes_sends_one_notice(
    watcher: Watcher, target: RecordingSender, slow: SettablePerformance
) -> None:
    for number in range(6):
        slow.is_slow = number % 2 == 0
        await watcher.look()
        watcher.pass_time(minutes=5)

    assert target.sent == [SLOW]


async def test_an_alert_that_stays_is_escalated_once_to_the_second_group(
    watcher: Watcher, target: RecordingSender
) -> None:
    chief = RecordingSender("chief")
    watcher.escalation_senders = [chief]
    await watcher.fail()
    for _ in range(4):
        await watcher.look(escalate_after_hours=2)
        watcher.pass_time(hours=1)

    assert target.sent == [OPENED]
    assert chief.sent == [("escalated", REJECTED, "failing")]


async def test_without_a_second_group_the_first_one_gets_the_escalation(
    watcher: Watcher, target: RecordingSender
) -> None:
    await watcher.fail()
    for _ in range(4):
        await watcher.look(escalate_after_hours=2)
        watcher.pass_time(hours=1)

    assert target.sent == [OPENED, ("escalated", REJECTED, "failing")]


async def test_escalations_can_be_switched_off(watcher: Watcher, target: RecordingSender) -> None:
    await watcher.fail()
    for _ in range(4):
        await watcher.look(escalate_after_hours=0)
        watcher.pass_time(hours=24)

    assert target.sent == [OPENED]


@dataclass(frozen=True, slots=True)
class FailingHistory:
    """A RunHistory that cannot be read."""

    error: StoreError

    def __getattr__(self, name: str) -> Any:
        raise self.error


@pytest.mark.parametrize("error", [StoreUnavailable(), StatementTimeout()], ids=["unavailable", "timeout"])
async def test_a_check_that_cannot_be_carried_out_closes_no_alert_and_lets_the_run_fail(
    watcher: Watcher, environment: dict[str, str], error: StoreError
) -> None:
    await watcher.fail()
    await watcher.look()
    works = watcher.runtime
    watcher.runtime = replace(works, ports=replace(works.ports, history=FailingHistory(error)))
    for _ in range(4):
        watcher.pass_time(hours=1)
        run = await watcher.run()
        assert (run.state, run.error_message) == (RunState.FAILED, error.detail)

    assert query(environment, f"{OPEN_ALERTS} and gone_since is null") == [{"job_name": REJECTED, "problem": "failing"}]
    assert watcher.switch.reports == 1


async def test_closed_alerts_are_deleted_after_some_days(watcher: Watcher, environment: dict[str, str]) -> None:
    await watcher.fail()
    await watcher.look()
    await recover(watcher)
    watcher.pass_time(days=6)
    assert (await watcher.look(keep_closed_days=7))["deleted"] == 0
    watcher.pass_time(days=1, seconds=1)

    assert (await watcher.look(keep_closed_days=7))["deleted"] == 1
    assert query(environment, "select from sync_job_alert_delivery") == []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("recover_after_minutes", -1), ("escalate_after_hours", 721), ("keep_closed_days", 0), ("quiet_hours", "night")],
)
async def test_a_parameter_that_is_impossible_lets_the_run_fail(
    watcher: Watcher, parameter: str, value: str | int
) -> None:
    run = await watcher.run(parameters={parameter: value})

    assert (run.state, run.error_category) == (RunState.FAILED, ErrorCategory.DATA_ERROR)
    assert (run.error_message or "").startswith(f"{parameter} is {value!r}; it must be ")
    assert watcher.switch.reports == 0
