"""Reads the events with which EventBridge Scheduler and EventBridge rules start a job."""

from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, ValidationError

from arcbeat.domain.jobs.jobs import Parameter
from arcbeat.domain.jobs.runs import RunRequest, Trigger

ARN_CHARACTERS_MAX = 220
"""With the time, an idempotency key has at most 255 characters, which every database of arcbeat can store."""
PARAMETERS_MAX = 100
EXAMPLE = (
    '{"job": "check_latest", "parameters": {"devices_per_type": 50}, "schedule_arn": "<aws.scheduler.schedule-arn>", '
    '"scheduled_time": "<aws.scheduler.scheduled-time>"}'
)


class InvalidEvent(ValueError):
    """The event does not start a job; the message lists what is wrong with it."""


class ScheduledJob(BaseModel):
    """What an event asks for.

    Attributes:
        schedule_arn: The schedule or the rule that sent the event.
        scheduled_time: The moment of the schedule; the same when the event is delivered again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Annotated[str, Field(min_length=1)]
    parameters: Annotated[dict[str, Parameter], Field(max_length=PARAMETERS_MAX)] = {}
    dry_run: StrictBool = False
    schedule_arn: Annotated[str, Field(pattern="^arn:", max_length=ARN_CHARACTERS_MAX)]
    scheduled_time: AwareDatetime

    @classmethod
    def from_event(cls, event: object) -> "ScheduledJob":
        """Return what an event asks for.

        ``event`` is the input of a schedule of EventBridge Scheduler, or an event of a rule of EventBridge, whose
        ``detail`` names the job.

        Raises:
            InvalidEvent: A key is missing, unknown or has an invalid value.
        """
        if not isinstance(event, Mapping):
            raise InvalidEvent(f"The event is not a JSON object. An example of the input of a schedule: {EXAMPLE}")
        try:
            return cls.model_validate(_of_rule(event) if "detail-type" in event else event)
        except ValidationError as error:
            problems = "; ".join(
                f"`{'/'.join(str(part) for part in each['loc'])}`: {each['msg']}" for each in error.errors()
            )
            raise InvalidEvent(
                f"The event does not start a job: {problems}. An example of the input of a schedule: {EXAMPLE}"
            ) from error

    def to_request(self) -> RunRequest:
        """Return the request for a run; the same schedule and moment make the same key."""
        moment = self.scheduled_time.astimezone(UTC).isoformat()
        return RunRequest(
            job_name=self.job,
            trigger=Trigger.FUNCTION,
            requested_by=self.schedule_arn,
            parameters=self.parameters,
            idempotency_key=f"{self.schedule_arn} {moment}",
            dry_run=self.dry_run,
        )


def _of_rule(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event of a rule in the form of the input of a schedule; what it lacks is missing there, too."""
    detail, resources = event.get("detail"), event.get("resources")
    values = dict(detail) if isinstance(detail, Mapping) else {}
    if isinstance(resources, list) and resources:
        values["schedule_arn"] = resources[0]
    if "time" in event:
        values["scheduled_time"] = event["time"]
    return values
