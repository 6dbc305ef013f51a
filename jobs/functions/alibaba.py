"""Alibaba Cloud Function Compute: ``run_job`` carries out jobs for time triggers.

Set it as the handler of an event function: ``main.run_job``, where ``main.py`` imports it from here.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from jobs.context import RegisteredJob
from jobs.functions.events import SOURCE_CHARACTERS_MAX, InvalidEvent, JobEvent
from jobs.functions.execution import carry_out
from jobs.registry import REGISTRY

EXAMPLE = 'An example of the message of a time trigger: {"job": "check_latest", "parameters": {"devices_per_type": 50}}'


class FunctionMeta(Protocol):
    """The function that is called, as far as it is used."""

    @property
    def name(self) -> str: ...

    @property
    def timeout(self) -> int:
        """The time limit of the function, in seconds."""
        ...


class FunctionContext(Protocol):
    """What Function Compute passes to a handler besides the event, as far as it is used.

    The runtimes before Python 3.12 have a ``service`` with a name besides.
    """

    @property
    def function(self) -> FunctionMeta: ...

    @property
    def region(self) -> str: ...


class TimeTriggered(BaseModel):
    """The event of a time trigger.

    Attributes:
        trigger_name: The trigger that sent the event.
        trigger_time: The moment of its schedule; the same when the event is delivered again.
        payload: The message of the trigger, as text.
    """

    trigger_name: Annotated[str, Field(alias="triggerName", min_length=1)]
    trigger_time: Annotated[AwareDatetime, Field(alias="triggerTime")]
    payload: str

    @classmethod
    def parse(cls, event: bytes) -> "TimeTriggered":
        """Return the event.

        Raises:
            InvalidEvent: It is not the event of a time trigger.
        """
        try:
            return cls.model_validate_json(event)
        except ValidationError as error:
            raise InvalidEvent(
                f"The event is not one of a time trigger: {error.errors()[0]['msg']}. {EXAMPLE}"
            ) from error

    def job_event(self) -> JobEvent:
        """Return what the message of the trigger asks for.

        Raises:
            InvalidEvent: It is no JSON object, or a key is missing, unknown or has an invalid value.
        """
        try:
            values = json.loads(self.payload)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, Mapping):
            raise InvalidEvent(f"The message of the time trigger {self.trigger_name} is not a JSON object. {EXAMPLE}")
        return JobEvent.parse(values, EXAMPLE)


def run_job(event: bytes, context: FunctionContext, registry: Mapping[str, RegisteredJob] = REGISTRY) -> str:
    """Carry out the job that the message of a time trigger names; return the run as JSON, whatever its state is.

    An event that is delivered again returns the run that it made before.

    Raises:
        InvalidEvent: The event is not one of a time trigger, or its message does not name a job.
        InvalidValue: A parameter is unknown or has the wrong type.
        Conflict: A run with this key was requested differently.
        TimeoutError: The timeout of the function is too short for any run; nothing was stored.
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored. Function Compute
            delivers the event again.
        SettingsError: A setting is missing or invalid.
    """
    trigger = TimeTriggered.parse(event)
    request = trigger.job_event().request(_source(trigger, context), trigger.trigger_time)
    # The context has no remaining time. The time limit counts from the call of the handler.
    return json.dumps(carry_out(request, registry, context.function.timeout), ensure_ascii=False)


def _source(trigger: TimeTriggered, context: FunctionContext) -> str:
    """Return a name of the trigger that no other one has within the account."""
    service: Any = getattr(context, "service", None)
    names = (context.region, getattr(service, "name", None), context.function.name, trigger.trigger_name)
    source = "/".join(name for name in names if name)
    if len(source) > SOURCE_CHARACTERS_MAX:
        raise InvalidEvent(
            f"The names of the function and of its time trigger have too many characters: {source} has {len(source)}, "
            f"and at most {SOURCE_CHARACTERS_MAX} fit. Choose a shorter name for the trigger."
        )
    return source
