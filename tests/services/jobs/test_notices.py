"""The delivery of notices: the names of targets, and when an attempt is repeated."""
# ruff: noqa: ARG002 -- the signatures of the ports

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.errors import AlertNotSent
from arcbeat.domain.jobs.alerts import AlertSeverity, ClaimedDelivery, JobProblem, Notice, NoticeKind
from arcbeat.services.jobs.notices import ATTEMPTS_MAX, DELAY_SECONDS_RANGE, JITTER, NoticeDelivery, SendersByTarget

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOTICE = Notice(
    id=1,
    alert_id=1,
    kind=NoticeKind.OPENED,
    job_name="sync_devices",
    problem=JobProblem.FAILING,
    severity=AlertSeverity.CRITICAL,
    message="The last 3 runs failed.",
    opened_at=NOW,
)


@dataclass(eq=False)
class Limited:
    """An AlertSender whose target limits the rate."""

    target: str
    retry_after_seconds: float = 0.0

    async def send(self, _: Notice) -> None:
        raise AlertNotSent("errcode 130101: send too fast.", retry_after_seconds=self.retry_after_seconds)


@dataclass
class OneNotice:
    """A NoticeOutbox with one notice.

    Attributes:
        next_attempts: When the next attempt begins, per failed one.
    """

    attempt: int = 1
    next_attempts: list[datetime | None] = field(default_factory=list)

    async def claim(self, target: str, *, only_critical: bool, now: datetime) -> ClaimedDelivery | None:
        return None if self.next_attempts else ClaimedDelivery(id=1, target=target, attempt=self.attempt, notice=NOTICE)

    async def count_due(self, target: str, *, only_critical: bool, now: datetime) -> int:
        return 1

    async def mark_sent(self, delivery: ClaimedDelivery, now: datetime) -> None:
        raise AssertionError("the target accepts nothing")

    async def mark_not_sent(self, delivery: ClaimedDelivery, error: str, next_attempt_at: datetime | None) -> None:
        self.next_attempts.append(next_attempt_at)

    async def give_up(self, attempts_max: int, created_before: datetime) -> Sequence[ClaimedDelivery]:
        return ()


async def next_attempt(*, attempt: int, retry_after_seconds: float) -> datetime | None:
    """Return when the attempt after a failed one begins."""
    outbox, sender = OneNotice(attempt), Limited("dingtalk oapi.dingtalk.com", retry_after_seconds)
    delivery = NoticeDelivery(outbox=outbox, senders={sender.target: sender}, clock=lambda: NOW, only_critical=False)
    await delivery.deliver()
    [found] = outbox.next_attempts
    return found


@pytest.mark.parametrize(
    ("attempt", "retry_after_seconds", "delay"),
    [(1, 0, 60), (1, 600, 600), (3, 0, 240), (5, 600, 960), (7, 600, DELAY_SECONDS_RANGE[1])],
)
async def test_an_attempt_waits_at_least_as_long_as_the_target_asks(
    attempt: int, retry_after_seconds: float, delay: float
) -> None:
    found = await next_attempt(attempt=attempt, retry_after_seconds=retry_after_seconds)

    assert found is not None
    assert timedelta(seconds=delay) <= found - NOW <= timedelta(seconds=delay * (1 + JITTER))


async def test_nothing_follows_the_last_attempt_whatever_the_target_asks() -> None:
    assert await next_attempt(attempt=ATTEMPTS_MAX, retry_after_seconds=600) is None


def test_targets_with_one_name_are_numbered() -> None:
    first, second, third = Limited("slack"), Limited("slack"), Limited("slack")

    found = SendersByTarget.of([first, second], [third])

    assert found.senders == {"slack": first, "slack (2)": second, "slack (3)": third}
    assert (found.targets.opened, found.targets.escalated) == (["slack", "slack (2)"], ["slack (3)"])


def test_a_sender_of_both_lists_is_one_target() -> None:
    group, boss = Limited("dingtalk oapi.dingtalk.com"), Limited("mailto mail.example.com")

    found = SendersByTarget.of([group], [group, boss])

    assert found.senders == {group.target: group, boss.target: boss}
    assert (found.targets.opened, found.targets.escalated) == ([group.target], [group.target, boss.target])


def test_without_targets_of_escalations_the_others_get_them() -> None:
    group = Limited("dingtalk oapi.dingtalk.com")

    found = SendersByTarget.of([group], [])

    assert found.targets.escalated == [group.target]
