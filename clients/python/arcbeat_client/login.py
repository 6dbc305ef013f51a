"""Access tokens of a user, refreshed in time."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

import httpx

from arcbeat_client.errors import Rejected
from arcbeat_client.rest import AuthenticatedClient, Client, models
from arcbeat_client.rest.api.auth import issue_token, refresh_token

TokenSource = Callable[[str | None], Awaitable[str]]
"""Returns a valid access token. It is given the token that the server has rejected, or None."""

RENEW_BEFORE_SECONDS = 60.0
REQUEST_SECONDS = 20.0
DIRECT = {"trust_env": False}
"""Without a proxy from the environment: Socket.IO does not use it either."""


class Login(httpx.Auth):
    """Log in with a password; refresh the token before it expires, and log in again when the session has ended.

    It is a `TokenSource` for tables, and an authentication of httpx. One object serves many tables and requests.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url
        self._username = username
        self._password = password
        self._tokens: models.Token | None = None
        self._renew_at = 0.0
        self._lock = asyncio.Lock()

    async def __call__(self, rejected: str | None = None) -> str:
        """Return an access token that is valid for some time and is not the rejected one.

        Raises:
            Rejected: the server rejected the name or the password, or is temporarily unable to check them.
        """
        async with self._lock:
            tokens = self._tokens
            if tokens is None or tokens.access_token == rejected or time.monotonic() >= self._renew_at:
                tokens = await self._renewed(tokens)
                self._tokens = tokens
                self._renew_at = time.monotonic() + max(tokens.expires_in - RENEW_BEFORE_SECONDS, tokens.expires_in / 2)
            return tokens.access_token

    def client(self) -> AuthenticatedClient:
        """Return a client for the functions of ``arcbeat_client.rest`` whose requests have a valid token."""
        timeout = httpx.Timeout(REQUEST_SECONDS)
        # The empty token is replaced in each request.
        return AuthenticatedClient(self._url, token="", timeout=timeout, httpx_args={**DIRECT, "auth": self})

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            request.headers["Authorization"] = f"Bearer {await self(token)}"
            yield request

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:  # noqa: ARG002
        raise RuntimeError(
            "Login works with asyncio only; use the functions named asyncio, for example list_latest.asyncio"
        )

    async def _renewed(self, tokens: models.Token | None) -> models.Token:
        """Return the next tokens. A refresh token can be used once, so a failed refresh is followed by a login."""
        async with Client(self._url, timeout=httpx.Timeout(REQUEST_SECONDS), httpx_args=DIRECT) as client:
            if tokens is not None:
                self._tokens = None
                grant = models.RefreshRequestGrantType.REFRESH_TOKEN
                refresh = models.RefreshRequest(grant_type=grant, refresh_token=tokens.refresh_token)
                if isinstance(refreshed := await refresh_token.asyncio(client=client, body=refresh), models.Token):
                    return refreshed
            password = models.TokenRequestGrantType.PASSWORD
            login = models.TokenRequest(grant_type=password, username=self._username, password=self._password)
            answer = await issue_token.asyncio_detailed(client=client, body=login)
        if isinstance(answer.parsed, models.Token):
            return answer.parsed
        if isinstance(answer.parsed, models.Problem):
            raise Rejected.from_response(answer.parsed.to_dict(), answer.headers)
        raise httpx.HTTPError(f"the login returned the status {answer.status_code}")
