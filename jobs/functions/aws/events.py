"""Reads the events with which EventBridge Scheduler and EventBridge rules start a job."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field

from arcbeat.domain.jobs.runs import RunRequest
from jobs.functions.events import SOURCE_CHARACTERS_MAX, InvalidEvent, JobEvent

EXAMPLE = (
    'An example of the input of a schedule: {"job": "check_latest", "parameters": {"devices_per_type": 50}, '
    '"schedule_arn": "<aws.scheduler.schedule-arn>", "scheduled_time": "<aws.scheduler.scheduled-time>"}'
)


class ScheduledJob(JobEvent):
    """What an event asks for.

    Attributes:
        schedule_arn: The schedule or the rule that sent the event.
        scheduled_time: The moment of the schedule; the same when the event is delivered again.
    """

    schedule_arn: Annotated[str, Field(pattern="^arn:", max_length=SOURCE_CHARACTERS_MAX)]
    scheduled_time: AwareDatetime

    @classmethod
    def from_event(cls, event: object) -> Self:
        """Return what an event asks for.

        ``event`` is the input of a schedule of EventBridge Scheduler, or an event of a rule of EventBridge, whose
        ``detail`` names the job.

        Raises:
            InvalidEvent: A key is missing, unknown or has an invalid value.
        """
        if not isinstance(event, Mapping):
            raise InvalidEvent(f"The event is not a JSON object. {EXAMPLE}")
        return cls.parse(_of_rule(event) if "detail-type" in event else event, EXAMPLE)

    def to_request(self) -> RunRequest:
        """Return the request for a run; the same schedule and moment make the same key."""
        return self.request(self.schedule_arn, self.scheduled_time)


def _of_rule(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event of a rule in the form of the input of a schedule; what it lacks is missing there, too."""
    detail, resources = event.get("detail"), event.get("resources")
    values = dict(detail) if isinstance(detail, Mapping) else {}
    if isinstance(resources, list) and resources:
        values["schedule_arn"] = resources[0]
    if "time" in event:
        values["scheduled_time"] = event["time"]
    return values
