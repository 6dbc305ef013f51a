"""What became of the notices that one look has tried to deliver."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from arcbeat.domain.jobs.alerts import ClaimedDelivery

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """An attempt that failed.

    Attributes:
        is_final: No further attempt follows.
        is_rejected: The target accepts nothing until its URL or its settings are corrected; attempts go on meanwhile.
    """

    delivery: ClaimedDelivery
    error: str
    is_final: bool
    is_rejected: bool = False

    def describe(self) -> str:
        """Return a sentence for the log of the run."""
        notice = self.delivery.notice
        subject = f"alert {notice.alert_id} ({notice.job_name}: {notice.problem})"
        return f"The notice «{notice.kind}» about {subject} was not sent to {self.delivery.target}: {self.error}"


@dataclass(slots=True, eq=False)
class DeliveryReport:
    """What became of the notices that were due."""

    sent: list[ClaimedDelivery] = field(default_factory=list)
    failed: list[FailedDelivery] = field(default_factory=list)

    @property
    def serious(self) -> Sequence[FailedDelivery]:
        """The failures that do not pass by themselves."""
        return [each for each in self.failed if each.is_final or each.is_rejected]

    @property
    def reached_no_target(self) -> bool:
        """Whether notices were due and no target accepted any."""
        return bool(self.failed) and not self.sent

    def add_failure(self, failed: FailedDelivery) -> None:
        """Add a failed attempt, and log it."""
        self.failed.append(failed)
        notice = failed.delivery.notice
        logger.warning(
            "alert_notice_not_sent",
            alert_id=notice.alert_id,
            kind=notice.kind,
            about_job=notice.job_name,
            problem=notice.problem,
            target=failed.delivery.target,
            attempt=failed.delivery.attempt,
            error=failed.error,
            is_final=failed.is_final,
        )
