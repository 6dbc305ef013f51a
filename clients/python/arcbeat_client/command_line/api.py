"""Requests about runs, repeated while the service is unavailable."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from arcbeat_client.command_line.errors import NotArcbeat, RequestRejected, ServiceUnavailable
from arcbeat_client.command_line.runs import LogRow, Run, RunRequest

T = TypeVar("T")

REPEATED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""The same request may succeed later. Each request may be repeated: a start has its Idempotency-Key."""
DELAY_SECONDS = 0.5
DELAY_SECONDS_MAX = 15.0
REQUEST_SECONDS_MAX = 20.0
LOG_ROWS_MAX = 100
"""Rows of the log per request; the newest ones, if a run has written more since the last one."""


class RunsApi:
    """The operations of the HTTP API that the command uses.

    Args:
        patience_seconds: how long one request is repeated while the service is unavailable.
        on_failure: is called with the reason before a request is repeated.
    """

    def __init__(self, client: httpx.AsyncClient, patience_seconds: float, on_failure: Callable[[str], None]) -> None:
        self._client = client
        self._patience_seconds = patience_seconds
        self._on_failure = on_failure

    async def start(self, request: RunRequest) -> Run:
        """Request a run, or return the one that was requested with the same key."""
        path = f"/api/v1/jobs/{quote(request.job, safe='')}/runs"
        body = await self._send("POST", path, headers={"Idempotency-Key": request.key}, json=dict(request.body))
        return _read(Run.from_body, body)

    async def get(self, run: Run) -> Run:
        """Return the present state of a run."""
        return _read(Run.from_body, await self._send("GET", f"/api/v1/jobs/runs/{run.id}"))

    async def cancel(self, run: Run) -> Run:
        """Request the cancellation of a run."""
        return _read(Run.from_body, await self._send("POST", f"/api/v1/jobs/runs/{run.id}/cancel"))

    async def logs(self, run: Run) -> Sequence[LogRow]:
        """Return the newest rows of the log of a run, the oldest first."""
        query = {"run_id": str(run.id), "from": run.started_at, "page_size": str(LOG_ROWS_MAX)}
        body = await self._send("GET", "/api/v1/jobs/logs", params=query)
        return sorted(_read(_rows_of, body), key=lambda row: row.id)

    async def _send(self, method: str, path: str, **options: Any) -> Mapping[str, Any]:
        """Return the body of the response.

        Raises:
            NotArcbeat: another server responded.
            RequestRejected: the service would reject the same request again.
            ServiceUnavailable: no response came within ``patience_seconds``.
        """
        began, delay = time.monotonic(), DELAY_SECONDS
        while True:
            retry_after = 0.0
            try:
                response = await self._client.request(method, path, **options)
            except httpx.TransportError as error:
                reason = f"{type(error).__name__} {error}".strip()
            else:
                if response.status_code not in REPEATED_STATUSES:
                    return _body_of(response)
                reason, retry_after = f"status {response.status_code}", _retry_after(response)
            wait = max(delay * random.uniform(1, 2), retry_after)  # noqa: S311 -- it spreads the load, and hides nothing
            if (waited := time.monotonic() - began) + wait > self._patience_seconds:
                raise ServiceUnavailable(waited, reason)
            self._on_failure(reason)
            await asyncio.sleep(wait)
            delay = min(2 * delay, DELAY_SECONDS_MAX)


def _rows_of(body: Mapping[str, Any]) -> Sequence[LogRow]:
    return [LogRow.from_body(item) for item in body["items"]]


def _read(parse: Callable[[Mapping[str, Any]], T], body: Mapping[str, Any]) -> T:
    try:
        return parse(body)
    except KeyError as missing:
        raise NotArcbeat(f"the response has no {missing}; check ARCBEAT_URL") from missing


def _body_of(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.is_success and isinstance(body, dict):
        return body
    if isinstance(body, dict) and "detail" in body:
        raise RequestRejected(response.status_code, str(body["detail"]))
    raise NotArcbeat(f"the response with the status {response.status_code} is not one of arcbeat; check ARCBEAT_URL")


def _retry_after(response: httpx.Response) -> float:
    """Return the seconds that the service asks for; a date, which arcbeat does not send, counts as none."""
    given = response.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else 0.0
