"""Changes of acknowledgements, as other processes learn of them."""

from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.alarms.alarms import Acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementChange:
    """The present acknowledgement of an alarm.

    Attributes:
        start: the start of the alarm when it was acknowledged.
        changed_at: differs between two changes of one acknowledgement.
        acknowledgement: None if it was withdrawn.
    """

    device_code: str
    state: str
    start: datetime
    changed_at: datetime
    acknowledgement: Acknowledgement | None
