"""A client of arcbeat's own API, as a gateway on the shop floor has one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from arcbeat.domain.readings.readings import Reading, Rejection

TOKEN_PATH = "/api/v1/auth/token"  # noqa: S105 -- a path, no secret
DATA_PATH = "/api/v1/device/data"
REQUEST_READINGS_MAX = 5000
RENEW_AT_SHARE = 0.8
"""A token is renewed when this share of its lifetime has passed."""
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
LIMITS = httpx.Limits(max_connections=2)
DETAIL_CHARACTERS_MAX = 200


class SendFailed(Exception):
    """A request failed; ``retry_after_seconds`` is the wait that the service asks for, or 0."""

    def __init__(self, detail: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Login:
    """The user as which a client logs in."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    renew_at: float


def open_client(url: str) -> httpx.AsyncClient:
    """Return an HTTP client for a service on this machine, which ignores the proxies of the environment."""
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=TIMEOUT, limits=LIMITS)


class Ingest:
    """Sends readings and queries, with a token that it renews."""

    def __init__(self, http: httpx.AsyncClient, login: Login, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._login = login
        self._monotonic = monotonic
        self._token: _Token | None = None

    async def send(self, type_code: str, readings: Sequence[Reading]) -> list[Rejection]:
        """Send readings of one device type; return the rejected ones, by their index among the readings.

        Raises:
            SendFailed: a request failed; some readings may have been stored.
        """
        rejections: list[Rejection] = []
        for start in range(0, len(readings), REQUEST_READINGS_MAX):
            result = await self._post(type_code, readings[start : start + REQUEST_READINGS_MAX])
            rejections.extend(_rejections(result, start))
        return rejections

    async def get(self, path: str, **parameters: str) -> Any:
        """Return the JSON that a path responds with.

        Raises:
            SendFailed: the request failed.
        """
        return await self._call("GET", path, params=parameters)

    async def _post(self, type_code: str, readings: Sequence[Reading]) -> Any:
        body = orjson.dumps({"type_code": type_code, "readings": [_to_body(each) for each in readings]})
        return await self._call("POST", DATA_PATH, content=body)

    async def _call(self, method: str, path: str, **content: Any) -> Any:
        response = await self._call_with_token(method, path, **content)
        if response.status_code == httpx.codes.UNAUTHORIZED:  # revoked, or signed with the secret of an earlier run
            self._token = None
            response = await self._call_with_token(method, path, **content)
        return _decode(response)

    async def _call_with_token(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._valid_token()}", "Content-Type": "application/json"}
        return await self._request(method, path, headers=headers, **content)

    async def _valid_token(self) -> str:
        if self._token is None or self._monotonic() >= self._token.renew_at:
            requested_at = self._monotonic()
            form = {"grant_type": "password", "username": self._login.username, "password": self._login.password}
            body = _decode(await self._request("POST", TOKEN_PATH, data=form))
            self._token = _Token(body["access_token"], requested_at + body["expires_in"] * RENEW_AT_SHARE)
        return self._token.text

    async def _request(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **content)
        except httpx.HTTPError as error:
            raise SendFailed(f"{path}: {type(error).__name__}") from error


def _to_body(reading: Reading) -> dict[str, Any]:
    return {"device_code": reading.device_code, "ts": reading.ts, "values": reading.values}


def _decode(response: httpx.Response) -> Any:
    path = response.request.url.path
    if not response.is_success:
        detail = f"{path}: {response.status_code} {response.text[:DETAIL_CHARACTERS_MAX]}"
        raise SendFailed(detail, _retry_after_seconds(response))
    try:
        return response.json()
    except ValueError as error:
        raise SendFailed(f"{path}: the response is not JSON") from error


def _retry_after_seconds(response: httpx.Response) -> float:
    """Return the Retry-After header in seconds, or 0; a date is ignored, because arcbeat sends none."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0


def _rejections(result: Any, start: int) -> list[Rejection]:
    return [Rejection(start + each["index"], each["reason"], each["detail"]) for each in result["results"]]
