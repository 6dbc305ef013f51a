"""The ports of alerts: where they are stored, who delivers their notices, and the dead-man switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from arcbeat.domain.jobs.alerts import Alert, AlertDetail, AlertSeverity, ClaimedDelivery, JobProblem, Notice
from arcbeat.domain.jobs.alerts.changes import AlertChanges
from arcbeat.domain.jobs.runs import Run


class AlertSender(Protocol):
    """Delivers notices to one target."""

    @property
    def target(self) -> str:
        """A name for logs, without secrets, for example ``dingtalk oapi.dingtalk.com``."""
        ...

    async def send(self, notice: Notice) -> None:
        """Deliver a notice; return when the target has accepted it.

        Raises:
            AlertNotSent: The target did not accept it; the detail has no secret.
        """
        ...


class DeadManSwitch(Protocol):
    """Another program that raises an alarm when reports stay away: the watch cannot report its own death."""

    async def report(self) -> None:
        """Report that the jobs were looked at.

        Raises:
            AlertNotSent: The report did not arrive; the detail has no secret.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTargets:
    """The names of the targets of notices.

    Attributes:
        opened: Get the notice that an alert was opened.
        escalated: Get the notice that it was escalated.
    """

    opened: Sequence[str] = ()
    escalated: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChanges:
    """The alerts that a look has changed; another process may have changed others before."""

    opened: Sequence[Alert] = ()
    closed: Sequence[Alert] = ()
    escalated: Sequence[Alert] = ()


class Alerts(Protocol):
    """The alerts, for the job that looks after them."""

    async def open_alerts(self) -> Sequence[Alert]:
        """Return the open alerts, by id."""
        ...

    async def due_escalations(self, before: datetime) -> Sequence[Alert]:
        """Return the open alerts that are to be escalated, by id.

        Those are not acknowledged and not escalated yet, their problem is still found, and people know of them since
        before a moment. An alert whose first notice waits is not due.
        """
        ...

    async def store(self, run: Run, changes: AlertChanges, targets: NoticeTargets, now: datetime) -> StoredChanges:
        """Store changes and their notices in one transaction behind the fence of the run; return what was changed.

        Each change is compare-and-set: an alert that another process has opened, closed or escalated since is left as
        it is, and gets no second notice. An open alert that is found again, is not acknowledged, and has a notice
        without deliveries because there was no target, gets the deliveries now. The notice that an alert is closed goes
        to the targets that know of it. If there is none, for example because the first notice waited for the end of
        quiet hours, there is no notice.

        Raises:
            LeaseLost: Another process holds the run; nothing is stored.
        """
        ...

    async def prune(self, run: Run, closed_before: datetime) -> int:
        """Delete alerts that were closed before a moment, with their notices; return how many.

        At most a few thousand are deleted at once; the next call deletes further ones.

        Raises:
            LeaseLost: Another process holds the run; nothing is deleted.
        """
        ...


class NoticeOutbox(Protocol):
    """The notices that are to be delivered. Any number of processes may deliver them at the same time.

    A process that claims a delivery has it for a limited time. If it ends in between, another one claims the delivery:
    without such an end a notice is delivered once per target, and otherwise at least once.
    """

    async def claim(self, target: str, *, only_critical: bool, now: datetime) -> ClaimedDelivery | None:
        """Claim the oldest delivery to a target that is due; None if there is none.

        Args:
            only_critical: Leave the notices about warnings waiting.
        """
        ...

    async def count_due(self, target: str, *, only_critical: bool, now: datetime) -> int:
        """Return how many deliveries to a target are due and not claimed."""
        ...

    async def mark_sent(self, delivery: ClaimedDelivery, now: datetime) -> None:
        """Store that the target has accepted a notice."""
        ...

    async def mark_not_sent(self, delivery: ClaimedDelivery, error: str, next_attempt_at: datetime | None) -> None:
        """Store why an attempt failed, and when the next one begins; None if it was the last one."""
        ...

    async def give_up(self, attempts_max: int, due_before: datetime) -> Sequence[ClaimedDelivery]:
        """End the deliveries that wait in vain, as failed, and return them.

        Those are the ones that no process has ended at their last attempt, and the ones that have been due since
        before a moment, for example because their target is no longer configured.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts are listed; None does not filter."""

    is_open: bool | None = None
    job_name: str | None = None
    problem: JobProblem | None = None
    severity: AlertSeverity | None = None


class AlertHistory(Protocol):
    """The alerts, for people who look at them."""

    async def list_alerts(self, where: AlertFilter, before_id: int | None, limit: int) -> Sequence[Alert]:
        """Return alerts, the newest first.

        Args:
            before_id: The id of the alert that was delivered last; None for the first page.
        """
        ...

    async def get_alert(self, alert_id: int) -> AlertDetail:
        """Return one alert with its notices and their deliveries.

        Raises:
            UnknownAlert: No alert has this id.
        """
        ...

    async def acknowledge(self, alert_id: int, by: str, note: str) -> Alert:
        """Store who deals with an alert, which is then not escalated; return the alert.

        An alert that was acknowledged before keeps the first name, note and moment, also after it was closed.

        Raises:
            UnknownAlert: No alert has this id.
            Conflict: The alert is closed, and no person has acknowledged it.
        """
        ...
