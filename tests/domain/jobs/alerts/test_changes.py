"""What a look changes, decided without a store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from arcbeat.domain.jobs.alerts import Alert, AlertSeverity, CheckedProblem, Finding, Inspection
from arcbeat.domain.jobs.alerts import JobProblem as Problem
from arcbeat.domain.jobs.alerts.changes import AlertChanges, plan_changes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAILING = Finding(job_name="check", problem=Problem.FAILING, severity=AlertSeverity.WARNING, message="It fails.")
ALERT = Alert(
    id=1,
    job_name="check",
    problem=Problem.FAILING,
    severity=AlertSeverity.WARNING,
    first_message="It fails.",
    message="It fails.",
    findings=3,
    opened_at=NOON - timedelta(hours=1),
    last_found_at=NOON - timedelta(minutes=5),
)
CHECKED = frozenset({CheckedProblem("check", Problem.FAILING)})


def plan(
    *open_alerts: Alert,
    inspection: Inspection,
    escalations: tuple[Alert, ...] = (),
    job_names: tuple[str, ...] = ("check",),
    minutes: float = 10,
) -> AlertChanges:
    return plan_changes(
        open_alerts,
        inspection,
        job_names=job_names,
        escalations=escalations,
        recover_after=timedelta(minutes=minutes),
        now=NOON,
    )


def test_a_finding_without_an_open_alert_opens_one() -> None:
    changes = plan(inspection=Inspection(findings=[FAILING], checked=CHECKED))

    assert changes == AlertChanges(opened=[FAILING], kept=[], missing=[], closed=[], escalated=[])


def test_a_finding_keeps_its_alert_open_also_if_the_check_does_not_list_what_it_looked_for() -> None:
    gone = replace(ALERT, gone_since=NOON - timedelta(hours=1))

    assert plan(gone, inspection=Inspection(findings=[FAILING])).kept == [(gone, FAILING)]


def test_a_problem_that_is_gone_closes_after_the_hold() -> None:
    nothing = Inspection(checked=CHECKED)
    missing = replace(ALERT, gone_since=NOON - timedelta(minutes=10))

    assert plan(ALERT, inspection=nothing) == AlertChanges(opened=[], kept=[], missing=[ALERT], closed=[], escalated=[])
    assert plan(replace(missing, gone_since=NOON - timedelta(minutes=9)), inspection=nothing).closed == []
    assert plan(missing, inspection=nothing).closed == [missing]


def test_without_a_hold_a_problem_that_is_gone_closes_at_once() -> None:
    changes = plan(ALERT, inspection=Inspection(checked=CHECKED), minutes=0)

    assert (changes.missing, changes.closed) == ([], [ALERT])


def test_what_was_not_looked_for_stays_as_it_is() -> None:
    other = frozenset({CheckedProblem("check", Problem.SLOW), CheckedProblem("other", Problem.FAILING)})
    changes = plan(replace(ALERT, gone_since=NOON - timedelta(days=1)), inspection=Inspection(checked=other))

    assert (changes.missing, changes.closed) == ([], [])


def test_the_alert_of_a_removed_job_is_missing_without_a_look() -> None:
    assert plan(ALERT, inspection=Inspection(), job_names=("other",)).missing == [ALERT]


def test_an_alert_is_not_escalated_when_its_problem_is_gone() -> None:
    found = Inspection(findings=[FAILING], checked=CHECKED)

    assert plan(ALERT, inspection=found, escalations=(ALERT,)).escalated == [ALERT]
    assert plan(ALERT, inspection=Inspection(checked=CHECKED), escalations=(ALERT,)).escalated == []
