"""The ports of alerts: where they are stored, who delivers their notices, and the dead-man switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arcbeat.domain.jobs.alerts import Alert, AlertDetail, JobProblem, Notice


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
class AlertFilter:
    """Which alerts are listed; None does not filter."""

    is_open: bool | None = None
    job_name: str | None = None
    problem: JobProblem | None = None


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

    async def acknowledge(self, alert_id: int, by: str) -> Alert:
        """Store who deals with an alert, which is then not escalated; return the alert.

        An alert that was acknowledged before keeps the first name and moment.

        Raises:
            UnknownAlert: No alert has this id.
            Conflict: The alert is closed.
        """
        ...
