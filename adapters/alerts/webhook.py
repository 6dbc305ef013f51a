"""Posts a message as JSON to the webhook of a chat service, within limits, and returns the JSON of the response."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import orjson

from arcbeat.domain.errors import AlertNotSent, AlertRejected

RESPONSE_BYTES_MAX = 64 * 1024
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "arcbeat"}
"""Without compression, the limit of the response holds for what is read and for what it becomes."""
RETRYABLE_STATUSES = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The timeouts of one request.

    Attributes:
        connect_seconds: For the name, the connection and TLS.
        total_seconds: From the name to the last byte of the response.
    """

    connect_seconds: float = 5.0
    total_seconds: float = 15.0


LIMITS = RequestLimits()


@dataclass(frozen=True, slots=True)
class Response:
    """What a server has responded.

    Attributes:
        body: At most RESPONSE_BYTES_MAX bytes.
    """

    status: int
    body: bytes

    def fields(self) -> Mapping[str, object]:
        """Return the JSON object of the body; an empty one if it is anything else."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


async def request(
    method: str,
    url: str,
    *,
    limits: RequestLimits = LIMITS,
    params: Mapping[str, str] | None = None,
    message: Mapping[str, object] | None = None,
) -> Response:
    """Send one request and return the response, whatever its status is. Redirects are not followed.

    Raises:
        AlertNotSent: No response arrived in time, or it is too large.
    """
    timeout = httpx.Timeout(limits.total_seconds, connect=limits.connect_seconds)
    # The causes are not chained: they know the URL, which contains secrets.
    try:
        async with (
            asyncio.timeout(limits.total_seconds),
            # trust_env=False ignores the proxy variables of the shell, as for all other connections.
            httpx.AsyncClient(trust_env=False, timeout=timeout, follow_redirects=False, headers=HEADERS) as client,
            client.stream(method, url, params=params, json=message) as response,
        ):
            return Response(response.status_code, await _collect(response))
    except (TimeoutError, httpx.TimeoutException):
        raise AlertNotSent(f"No response within {limits.total_seconds:g} s.") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise AlertNotSent(f"The target cannot be reached: {type(error).__name__}.") from None


async def _collect(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > RESPONSE_BYTES_MAX:
            raise AlertNotSent(f"The response has more than {RESPONSE_BYTES_MAX} bytes.")
    return bytes(body)


def check_status(status: int, explanation: str = "") -> None:
    """Raise the error of a status that is no success.

    Raises:
        AlertRejected: The status is 4xx, so that a repetition would fail in the same way.
        AlertNotSent: It is any other, or tells to wait. A redirect comes from a gateway on
            the way, for example from its login page.
    """
    if 200 <= status < 300:
        return
    is_permanent = 400 <= status < 500 and status not in RETRYABLE_STATUSES
    detail = f"HTTP status {status}{': ' if explanation else ''}{explanation}."
    raise AlertRejected(detail) if is_permanent else AlertNotSent(detail)
