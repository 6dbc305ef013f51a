"""The requests that the tests of faults send."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

DEVICES = ("M1", "M2")
PAGE = "/api/v1/device/data/realtime"
MANY_READINGS = 1_000
INGEST = "/api/v1/device/data"


def get_page(client: httpx.Client, request_id: str) -> httpx.Response:
    """Get the page of newest readings, which the service has cached."""
    return client.get(PAGE, headers=_headers(request_id))


def get_snapshot(client: httpx.Client, request_id: str) -> httpx.Response:
    """Get the full snapshot."""
    return client.get(f"{PAGE}/snapshot", headers=_headers(request_id))


def get_uncached_page(client: httpx.Client, request_id: str) -> httpx.Response:
    """Get the same page from the stores, not from a cache."""
    return client.get(PAGE, params={"max_age": 0}, headers=_headers(request_id))


def send_reading(client: httpx.Client, request_id: str) -> httpx.Response:
    """Send one reading of one device with the current time."""
    return client.post(INGEST, json=batch(datetime.now(UTC)), headers=_headers(request_id))


def send_many_readings(client: httpx.Client, request_id: str) -> httpx.Response:
    """Send enough new readings that PostgreSQL has to extend its files."""
    first = datetime.now(UTC)
    timestamps = [first - number * timedelta(milliseconds=1) for number in range(MANY_READINGS)]
    return client.post(INGEST, json=batch(*timestamps), headers=_headers(request_id))


def batch(*timestamps: datetime) -> dict[str, Any]:
    """Return a request body with one reading of the first device per timestamp."""
    readings = [{"device_code": DEVICES[0], "ts": ts.isoformat(), "values": {"weld_current": 1.5}} for ts in timestamps]
    return {"type_code": "welding", "readings": readings}


def new_request_id() -> str:
    return uuid4().hex


def _headers(request_id: str) -> dict[str, str]:
    return {"X-Request-ID": request_id}
