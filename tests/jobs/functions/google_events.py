"""Requests and events in the shapes that Google Cloud documents."""

import base64
import json
from typing import Any

SCHEDULER = {
    "User-Agent": "Google-Cloud-Scheduler",
    "X-CloudScheduler": "true",
    "X-CloudScheduler-JobName": "arcbeat-flaky",
    "X-CloudScheduler-ScheduleTime": "2026-03-02T08:00:00Z",
    "X-Cloud-Trace-Context": "105445aa7843bc8bf206b12000100000/1;o=1",
    "X-Forwarded-For": "107.178.200.1",
    "X-Forwarded-Proto": "https",
    "Forwarded": 'for="107.178.200.1";proto=https',
    "Content-Type": "application/octet-stream",
    "Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2EifQ.SIGNATURE_REMOVED_BY_GOOGLE",
}
"""The headers of a request of Cloud Scheduler behind the check of Cloud Run."""
TOPIC = "//pubsub.googleapis.com/projects/my-project/topics/jobs"
MESSAGE_ID = "1096434104173400"


def pubsub_data(content: bytes) -> dict[str, Any]:
    """Return the data of an event about a message of Pub/Sub."""
    return {
        "subscription": "projects/my-project/subscriptions/eventarc-europe-west3-jobs-sub-123",
        "message": {
            "attributes": {"origin": "mes"},
            "data": base64.b64encode(content).decode(),
            "messageId": MESSAGE_ID,
            "message_id": MESSAGE_ID,
            "publishTime": "2026-03-02T08:00:00.123Z",
            "publish_time": "2026-03-02T08:00:00.123Z",
        },
    }


def attributes(**changes: str) -> dict[str, str]:
    """Return the attributes of an event of Eventarc."""
    return {
        "id": MESSAGE_ID,
        "source": TOPIC,
        "specversion": "1.0",
        "type": "google.cloud.pubsub.topic.v1.messagePublished",
        "time": "2026-03-02T08:00:00.123Z",
        **changes,
    }


def binary(data: object, **changes: str) -> dict[str, Any]:
    """Return the headers and the content of an event in binary mode, as Eventarc sends it."""
    headers = {f"ce-{name}": value for name, value in attributes(**changes).items()}
    return {"headers": {**headers, "Content-Type": "application/json"}, "content": json.dumps(data).encode()}


def structured(data: object, **changes: str) -> dict[str, Any]:
    """Return the headers and the content of an event in structured mode."""
    event = {**attributes(**changes), "datacontenttype": "application/json", "data": data}
    return {
        "headers": {"Content-Type": "application/cloudevents+json; charset=utf-8"},
        "content": json.dumps(event).encode(),
    }
