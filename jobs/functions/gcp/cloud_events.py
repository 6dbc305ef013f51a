"""CloudEvents that start a job: messages of Pub/Sub, as Eventarc delivers them."""

import base64
import json
import os
import re
from collections.abc import Mapping

import structlog
from cloudevents.http import CloudEvent

from arcbeat.app import configure_job_logs
from arcbeat.domain.errors import Conflict, InvalidValue, LeaseLost
from arcbeat.domain.jobs.runs import RunRequest
from jobs.context import RegisteredJob
from jobs.functions.events import InvalidEvent, JobEvent
from jobs.functions.gcp.execution import carry_out_on_google_cloud

KEY_CHARACTERS_MAX = 255
EXAMPLE = 'An example of a message: {"job": "check_latest", "parameters": {"devices_per_type": 50}}'
_KEY = re.compile(r"[!-~]+ [!-~]+\Z")

logger = structlog.get_logger(__name__)


async def handle_event(event: CloudEvent, registry: Mapping[str, RegisteredJob]) -> None:
    """Carry out the job that an event names. An event that is delivered again starts no second run.

    An invalid event is logged, and so acknowledged: it would not become valid by being delivered again. So is one whose
    key belongs to a different request.

    Raises:
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored.
        SettingsError: A setting is missing or invalid.
    """
    try:
        await carry_out_on_google_cloud(_run_request(event), registry)
    except LeaseLost:
        raise
    except (InvalidEvent, InvalidValue, Conflict) as error:
        configure_job_logs(os.environ)
        logger.error("event_rejected", source=event["source"], event_id=event["id"], detail=str(error))  # noqa: TRY400 -- a traceback says no more


def _run_request(event: CloudEvent) -> RunRequest:
    """Return the request for a run; CloudEvents promise that the source and the id together are unique.

    Raises:
        InvalidEvent: The event does not name a job, or has an unusable source or id.
    """
    source, key = event["source"], f"{event['source']} {event['id']}"
    if len(key) > KEY_CHARACTERS_MAX or not _KEY.match(key):
        raise InvalidEvent(
            f"The source and the id of the event must be visible ASCII characters, together at most "
            f"{KEY_CHARACTERS_MAX - 1}, for example //pubsub.googleapis.com/projects/my-project/topics/jobs and 10964."
        )
    return JobEvent.parse(_message(event.get_data()), EXAMPLE).keyed_request(source, key)


def _message(data: object) -> Mapping[str, object]:
    """Return the JSON object in the data of a message of Pub/Sub."""
    message = data.get("message") if isinstance(data, dict) else None
    encoded = message.get("data") if isinstance(message, dict) else None
    if not isinstance(encoded, str):
        raise InvalidEvent(f"The event is not a message of Pub/Sub: it has no `message/data`. {EXAMPLE}")
    try:
        values = json.loads(base64.b64decode(encoded, validate=True))
    except (ValueError, RecursionError) as error:
        raise InvalidEvent(f"The data of the message is not JSON in base64: {error}. {EXAMPLE}") from error
    if not isinstance(values, dict):
        raise InvalidEvent(f"The data of the message is not a JSON object. {EXAMPLE}")
    return values
