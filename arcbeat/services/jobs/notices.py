"""Delivers the notices that are due, to each target on its own, so that one that is down does not hold up others."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from arcbeat.concurrency import run_each
from arcbeat.domain.errors import OUTAGE_ERRORS, AlertNotSent, StoreError
from arcbeat.domain.jobs.alerts import ClaimedDelivery
from arcbeat.domain.jobs.ports import AlertSender, NoticeOutbox, NoticeTargets
from arcbeat.domain.time.clock import Clock
from arcbeat.services.jobs.delivery_report import DeliveryReport, FailedDelivery

ATTEMPTS_MAX = 8
"""Attempts per notice and target; with the delays below, the last one begins about two hours after the first."""
DELAY_SECONDS_RANGE = (60.0, 3600.0)
"""Delays between attempts; each is about twice as long as the one before, with jitter. A sender is called by a job that
runs every few minutes, so a delay also lasts until its next run."""
JITTER = 0.2
"""The share by which a delay may be longer."""
NOTICE_HOURS_MAX = 48
"""A notice that has been due for so long without an attempt is given up, for example because its target is no longer
configured."""
SEND_SECONDS_MAX = 30.0
"""The time limit of one attempt, which a sender may undercut. It must be shorter than the claim of a delivery."""
TARGETS_AT_ONCE = 8
NOTICES_PER_TARGET_MAX = 20
"""Notices that one look sends to one target: what robots of chats accept per minute. All senders that use one robot
share its limit. Further notices follow at the next look."""
MARK_SECONDS_MAX = 30.0
"""How long it is tried to store that a notice was sent, while PostgreSQL is unavailable. With the time limit of the
attempt, it must be shorter than the claim of a delivery, or another process sends the notice again."""
MARK_WAIT = wait_random(0.2, 1.0)
"""The wait between two tries, in seconds."""
DELIVERY_SECONDS_MAX = 90.0
"""No attempt begins later than this after the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendersByTarget:
    """The senders by a name of their target that no other one has."""

    senders: Mapping[str, AlertSender]
    targets: NoticeTargets

    @classmethod
    def of(cls, opened: Sequence[AlertSender], escalated: Sequence[AlertSender]) -> "SendersByTarget":
        """Number the targets that have the same name; without targets of escalations, the others get them.

        A sender in both lists is one target, which gets one notice that an alert has recovered.
        """
        names: dict[AlertSender, str] = {}
        for sender in dict.fromkeys((*opened, *escalated)):
            number, name = 1, sender.target
            while name in names.values():
                number += 1
                name = f"{sender.target} ({number})"
            names[sender] = name
        targets = NoticeTargets(
            opened=[names[each] for each in opened], escalated=[names[each] for each in escalated or opened]
        )
        return cls(senders={name: sender for sender, name in names.items()}, targets=targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDelivery:
    """Delivers notices.

    Attributes:
        only_critical: Notices about warnings wait: it is in quiet hours.
    """

    outbox: NoticeOutbox
    senders: Mapping[str, AlertSender]
    clock: Clock
    only_critical: bool

    async def deliver(self) -> DeliveryReport:
        """Deliver the notices that are due; give up those that wait in vain.

        Raises:
            StoreError: PostgreSQL is unavailable. Notices under way to other targets are not interrupted.
        """
        report = DeliveryReport()
        await self._give_up(report)
        ends_at = asyncio.get_running_loop().time() + DELIVERY_SECONDS_MAX

        async def deliver_to(target: str) -> StoreError | None:
            try:
                await self._deliver_to(target, self.senders[target], ends_at, report)
            except StoreError as error:
                return error
            return None

        errors = await run_each(deliver_to, self.senders, at_once=TARGETS_AT_ONCE)
        if error := next(filter(None, errors), None):
            raise error
        return report

    async def count_due(self) -> int:
        """Return how many notices would be delivered now."""
        now = self.clock()
        counts = [
            await self.outbox.count_due(target, only_critical=self.only_critical, now=now) for target in self.senders
        ]
        return sum(counts)

    async def _give_up(self, report: DeliveryReport) -> None:
        due_before = self.clock() - timedelta(hours=NOTICE_HOURS_MAX)
        for delivery in await self.outbox.give_up(ATTEMPTS_MAX, due_before):
            reason = "it was given up." if delivery.attempt else "no process has this target in its settings."
            # That of a target which was never tried is no failure: an operator has removed the target.
            report.add_failure(FailedDelivery(delivery, reason, is_final=delivery.attempt > 0))

    async def _deliver_to(self, target: str, sender: AlertSender, ends_at: float, report: DeliveryReport) -> None:
        """Deliver to one target, until nothing is due, an attempt fails, or a limit is reached."""
        for _ in range(NOTICES_PER_TARGET_MAX):
            if asyncio.get_running_loop().time() >= ends_at:
                return
            delivery = await self.outbox.claim(target, only_critical=self.only_critical, now=self.clock())
            if delivery is None or not await self._send(delivery, sender, report):
                return

    async def _send(self, delivery: ClaimedDelivery, sender: AlertSender, report: DeliveryReport) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                await sender.send(delivery.notice)
        except AlertNotSent as error:
            await self._fail(delivery, error, report)
            return False
        except TimeoutError:
            late = AlertNotSent(f"The target did not respond within {SEND_SECONDS_MAX:.0f} seconds.")
            await self._fail(delivery, late, report)
            return False
        await self._mark_sent(delivery)
        report.sent.append(delivery)
        return True

    async def _mark_sent(self, delivery: ClaimedDelivery) -> None:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(OUTAGE_ERRORS),
            wait=MARK_WAIT,
            stop=stop_after_delay(MARK_SECONDS_MAX),
            reraise=True,
        ):
            with attempt:
                await self.outbox.mark_sent(delivery, self.clock())

    async def _fail(self, delivery: ClaimedDelivery, error: AlertNotSent, report: DeliveryReport) -> None:
        next_attempt_at = _next_attempt(delivery, self.clock(), error.retry_after_seconds)
        await self.outbox.mark_not_sent(delivery, error.detail, next_attempt_at)
        is_final, is_rejected = next_attempt_at is None, not error.retryable
        report.add_failure(FailedDelivery(delivery, error.detail, is_final, is_rejected))


def _next_attempt(delivery: ClaimedDelivery, now: datetime, retry_after_seconds: float) -> datetime | None:
    """Return when the next attempt may begin; None after the last one.

    A target that limits the rate says how long it accepts nothing; it is not asked before.
    """
    if delivery.attempt >= ATTEMPTS_MAX:
        return None
    first, longest = DELAY_SECONDS_RANGE
    delay = max(min(first * 2 ** (delivery.attempt - 1), longest), retry_after_seconds)
    return now + timedelta(seconds=delay * random.uniform(1, 1 + JITTER))  # noqa: S311 -- no secret
