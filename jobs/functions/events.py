"""What the events of all platforms have in common: each names a job, and the moment that makes it one run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from arcbeat.domain.jobs.jobs import Parameter
from arcbeat.domain.jobs.runs import RunRequest, Trigger

SOURCE_CHARACTERS_MAX = 220
"""With the time, an idempotency key has at most 255 characters, which every database of arcbeat can store."""
PARAMETERS_MAX = 100


class InvalidEvent(ValueError):
    """The handler does not accept the event; the message says what is wrong with it."""


class JobEvent(BaseModel):
    """The job that an event starts. The module of a platform may add what its events have besides.

    Attributes:
        dry_run: Whether the job only reports what it would change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Annotated[str, Field(min_length=1)]
    parameters: Annotated[dict[str, Parameter], Field(max_length=PARAMETERS_MAX)] = {}
    dry_run: StrictBool = False

    @classmethod
    def parse(cls, values: Mapping[str, Any], example: str) -> Self:
        """Return what an event asks for.

        Args:
            example: What a valid event is, for the message of an invalid one.

        Raises:
            InvalidEvent: A key is missing, unknown or has an invalid value.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = "; ".join(
                f"`{'/'.join(str(part) for part in each['loc'])}`: {each['msg']}" for each in error.errors()
            )
            raise InvalidEvent(f"The event does not start a job: {problems}. {example}") from error

    def request(self, source: str, moment: datetime) -> RunRequest:
        """Return the request for a run; the same source and moment make the same key, and so the same run.

        Args:
            source: The schedule that sent the event, in at most 220 characters.
            moment: The moment of the schedule, which is the same when the event is delivered again.
        """
        return RunRequest(
            job_name=self.job,
            trigger=Trigger.FUNCTION,
            requested_by=source,
            parameters=self.parameters,
            idempotency_key=f"{source} {moment.astimezone(UTC).isoformat()}",
            dry_run=self.dry_run,
        )
