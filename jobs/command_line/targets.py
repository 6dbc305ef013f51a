"""``test-alert``: sends a test notice to every target, so that a wrong setting is found at set-up and not at night."""

import asyncio
import json
import os
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, dataclass

import click

from arcbeat.app import open_jobs
from arcbeat.domain.errors import AlertNotSent
from arcbeat.domain.jobs.alerts import AlertSeverity, JobProblem, Notice, NoticeKind
from arcbeat.domain.jobs.ports import JobPorts
from arcbeat.domain.time.clock import utc_now
from arcbeat.services.jobs.notices import SendersByTarget
from jobs.command_line.exit_codes import EXIT_NOT_DELIVERED, EXIT_USAGE
from jobs.command_line.options import as_json
from jobs.execution.event_loop import run_to_end

DEAD_MAN = "ALERT_DEAD_MAN_URL"
NOTHING_SET = (
    "ALERT_URLS, ALERT_ESCALATION_URLS and ALERT_DEAD_MAN_URL are not set; "
    "docs/how-to/watch-jobs.md describes the URLs of targets"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the test notice for one target.

    Attributes:
        error: None if it was delivered.
    """

    target: str
    error: str | None

    def describe(self) -> str:
        """Return the outcome as a line."""
        return f"{self.target}: {'delivered' if self.error is None else f'not delivered: {self.error}'}"


@click.command("test-alert", help="Send a test notice to every target, and a report to the dead-man switch.")
@as_json
def test_alert(as_json: bool) -> int:
    outcomes = run_to_end(_send_all())
    if not outcomes:
        click.echo(f"jobs: {NOTHING_SET}", err=True)
        return EXIT_USAGE
    for outcome in outcomes:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False) if as_json else outcome.describe())
    return EXIT_NOT_DELIVERED if any(outcome.error for outcome in outcomes) else 0


async def _send_all() -> Sequence[Outcome]:
    async with open_jobs(os.environ) as runtime:
        return await asyncio.gather(*_attempts(runtime.ports))


def _attempts(ports: JobPorts) -> Sequence[Awaitable[Outcome]]:
    # A target of both settings gets one notice. The names are those of the log of watch_logs.
    senders = SendersByTarget.of(ports.alert_senders, ports.escalation_senders).senders
    attempts = [_attempt(target, sender.send(_notice())) for target, sender in senders.items()]
    return [*attempts, _attempt(DEAD_MAN, ports.dead_man.report())] if ports.dead_man else attempts


async def _attempt(target: str, attempt: Awaitable[None]) -> Outcome:
    try:
        await attempt
    except AlertNotSent as error:
        return Outcome(target, error.detail)
    return Outcome(target, None)


def _notice() -> Notice:
    return Notice(
        id=0,
        alert_id=0,
        kind=NoticeKind.OPENED,
        job_name="test-alert（测试）",
        problem=JobProblem.FAILING,
        severity=AlertSeverity.WARNING,
        message="这是一条测试通知，没有任务出现问题。This is a test: no job has a problem.",
        opened_at=utc_now(),
    )
