"""The requests that tests of faults make."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

DEVICES = ("M1", "M2")
PAGE = "/api/v1/device/data/realtime"
READINGS_MANY = 1_000
INGEST = "/api/v1/device/data"


def page(client: httpx.Client, request_id: str) -> httpx.Response:
    """A page that was asked for before."""
    return client.get(PAGE, headers=_named(request_id))


def whole(client: httpx.Client, request_id: str) -> httpx.Response:
    """The whole snapshot."""
    return client.get(f"{PAGE}/snapshot", headers=_named(request_id))


def newest(client: httpx.Client, request_id: str) -> httpx.Response:
    """The same page as the stores say now, whatever is known."""
    return client.get(PAGE, params={"max_age": 0}, headers=_named(request_id))


def ingest(client: httpx.Client, request_id: str) -> httpx.Response:
    """A reading of one device, as of now."""
    return client.post(INGEST, json=batch(datetime.now(UTC)), headers=_named(request_id))


def ingest_much(client: httpx.Client, request_id: str) -> httpx.Response:
    """So many readings that PostgreSQL needs more room for them, none of which was sent before."""
    first = datetime.now(UTC)
    moments = [first - number * timedelta(milliseconds=1) for number in range(READINGS_MANY)]
    return client.post(INGEST, json=batch(*moments), headers=_named(request_id))


def batch(*moments: datetime) -> dict[str, Any]:
    """Readings of one device at these moments."""
    readings = [
        {"device_code": DEVICES[0], "ts": moment.isoformat(), "values": {"weld_current": 1.5}} for moment in moments
    ]
    return {"type_code": "welding", "readings": readings}


def new_id() -> str:
    return uuid4().hex


def _named(request_id: str) -> dict[str, str]:
    return {"X-Request-ID": request_id}
