"""A client of the product's own API, as a gateway on the shop floor would be."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from arcbeat.domain.readings.readings import Reading, Rejection

TOKEN_PATH = "/api/v1/auth/token"  # noqa: S105 (a path)
DATA_PATH = "/api/v1/device/data"
READINGS_A_REQUEST_MAX = 5000
RENEW_AT_SHARE = 0.8
"""How much of a token's life is used."""
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
LIMITS = httpx.Limits(max_connections=2)
DETAIL_CHARACTERS_MAX = 200


class SendFailed(Exception):
    """The service did not take a batch; ``retry_after_seconds`` is what it asks for, if anything."""

    def __init__(self, detail: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Login:
    """Who sends."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    renew_at: float


def open_client(url: str) -> httpx.AsyncClient:
    """Proxies of the shell are not for a service on this machine."""
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=TIMEOUT, limits=LIMITS)


class Ingest:
    """Sends readings, and asks, with a token that it renews by itself."""

    def __init__(self, http: httpx.AsyncClient, login: Login, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._login = login
        self._monotonic = monotonic
        self._token: _Token | None = None

    async def send(self, type_code: str, readings: Sequence[Reading]) -> list[Rejection]:
        """Send readings of one device type; what is not rejected is stored.

        Raises:
            SendFailed: some may be stored nevertheless.
        """
        rejections: list[Rejection] = []
        for start in range(0, len(readings), READINGS_A_REQUEST_MAX):
            answer = await self._post(type_code, readings[start : start + READINGS_A_REQUEST_MAX])
            rejections.extend(_rejections(answer, start))
        return rejections

    async def get(self, path: str, **parameters: str) -> Any:
        """What the service answers.

        Raises:
            SendFailed: it does not.
        """
        return await self._ask("GET", path, params=parameters)

    async def _post(self, type_code: str, readings: Sequence[Reading]) -> Any:
        body = orjson.dumps({"type_code": type_code, "readings": [_shown(each) for each in readings]})
        return await self._ask("POST", DATA_PATH, content=body)

    async def _ask(self, method: str, path: str, **content: Any) -> Any:
        response = await self._ask_with_token(method, path, **content)
        if response.status_code == httpx.codes.UNAUTHORIZED:  # revoked, or the service has another secret now
            self._token = None
            response = await self._ask_with_token(method, path, **content)
        return _decode(response)

    async def _ask_with_token(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._valid_token()}", "Content-Type": "application/json"}
        return await self._request(method, path, headers=headers, **content)

    async def _valid_token(self) -> str:
        if self._token is None or self._monotonic() >= self._token.renew_at:
            asked_at = self._monotonic()
            form = {"grant_type": "password", "username": self._login.username, "password": self._login.password}
            answer = _decode(await self._request("POST", TOKEN_PATH, data=form))
            self._token = _Token(answer["access_token"], asked_at + answer["expires_in"] * RENEW_AT_SHARE)
        return self._token.text

    async def _request(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **content)
        except httpx.HTTPError as error:
            raise SendFailed(f"{path}: {type(error).__name__}") from error


def _shown(reading: Reading) -> dict[str, Any]:
    return {"device_code": reading.device_code, "ts": reading.ts, "values": reading.values}


def _decode(response: httpx.Response) -> Any:
    path = response.request.url.path
    if not response.is_success:
        detail = f"{path}: {response.status_code} {response.text[:DETAIL_CHARACTERS_MAX]}"
        raise SendFailed(detail, _retry_after_seconds(response))
    try:
        return response.json()
    except ValueError as error:
        raise SendFailed(f"{path}: the answer is no JSON") from error


def _retry_after_seconds(response: httpx.Response) -> float:
    """In seconds; a date, which our service does not send, counts as nothing."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0


def _rejections(answer: Any, start: int) -> list[Rejection]:
    return [Rejection(start + each["index"], each["reason"], each["detail"]) for each in answer["results"]]
