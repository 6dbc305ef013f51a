"""What the events of all platforms have in common: each names a job, and the moment that makes it one run."""

import re
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError

from arcbeat.domain.jobs.jobs import Parameter
from arcbeat.domain.jobs.runs import RunRequest, Trigger, schedule_key

SOURCE_CHARACTERS_MAX = 220
"""With the time, an idempotency key has at most 255 characters, which every database of arcbeat can store."""
PARAMETERS_MAX = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InvalidEvent(ValueError):
    """The handler does not accept the event; the message says what is wrong with it."""


def _check_storable(value: Parameter) -> Parameter:
    """Reject what PostgreSQL does not store as JSON: such an event would fail each time that it is delivered."""
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise ValueError("must not contain the character U+0000 or half of a pair of surrogates")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("must be a finite number")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("must be a number of at most 64 bits")
    return value


class JobEvent(BaseModel):
    """The job that an event starts. The module of a platform may add what its events have besides.

    Attributes:
        dry_run: Whether the job only reports what it would change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Annotated[str, Field(min_length=1)]
    parameters: Annotated[
        dict[str, Annotated[Parameter, AfterValidator(_check_storable)]], Field(max_length=PARAMETERS_MAX)
    ] = {}
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
        return self.keyed_request(source, schedule_key(source, moment))

    def keyed_request(self, source: str, key: str | None) -> RunRequest:
        """Return the request for a run.

        Args:
            source: What sent the event.
            key: What is the same when the event is delivered again; without it, each delivery makes a run.
        """
        return RunRequest(
            job_name=self.job,
            trigger=Trigger.FUNCTION,
            requested_by=source,
            parameters=self.parameters,
            idempotency_key=key,
            dry_run=self.dry_run,
        )
