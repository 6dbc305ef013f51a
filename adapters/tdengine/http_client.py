"""Posts statements to TDengine's REST API over HTTP, and translates what goes wrong to StoreErrors.

It uses aiohttp, whose parser is written in C: with httpx a statement took about seven times the CPU.
"""

import base64
import ssl
from io import BytesIO
from time import monotonic
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError

from arcbeat.domain.errors import StoreProtocolError, StoreTimeout, StoreUnreachable
from arcbeat.domain.metrics import ConnectObserver

PATH_AND_QUERY = "/rest/sql?tz=UTC"
KEEP_ALIVE_SECONDS = 30.0
PROXY_SCHEMES = frozenset({"http", "https"})
WHOLE_BYTES_MAX = 2**20
"""aiohttp warns of longer bodies that are sent in one piece. TDengine rejects such statements, but by its own error."""


class HttpClient:
    """A pool of connections to one taosAdapter. Close it with ``aclose``.

    Args:
        url: scheme, host and port, for example ``http://127.0.0.1:6041``.
        proxy: the URL of an HTTP proxy, which may contain credentials.
        connect_seconds: the timeout for connecting, TLS included. Only callers limit the time of the rest.
        connections_max: the size of the pool.
        response_bytes_max: the size limit of a response.
        observer: measures how long connecting takes, TLS included.
    """

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        proxy: str | None,
        connect_seconds: float,
        connections_max: int,
        response_bytes_max: int,
        observer: ConnectObserver,
    ) -> None:
        self._url = url + PATH_AND_QUERY
        self._is_tls = url.startswith("https:")
        self._proxy, proxy_credentials = _split_proxy(proxy)
        # Not as headers of the session: aiohttp sends those to the proxy too.
        self._headers = {
            "Authorization": _basic(user, password),
            # taosAdapter takes longer to compress a response than a local network to transmit it.
            "Accept-Encoding": "identity",
            **({} if self._is_tls else proxy_credentials),
        }
        # With TLS, the proxy receives only the request for a tunnel.
        self._tunnel_headers = proxy_credentials if self._is_tls else None
        self._connect_seconds = connect_seconds
        self._connections_max = connections_max
        self._response_bytes_max = response_bytes_max
        self._observer = observer
        self._session: aiohttp.ClientSession | None = None

    async def post(self, statement: str | bytes) -> tuple[bytes, int]:
        """Send a statement, text or its UTF-8, and return the body of the response and its status.

        A connection that the server has closed while it was idle is noticed only when it is used: the statement is then
        sent once more. That is safe for every statement of this adapter, as repeating it changes nothing.

        Raises:
            StoreUnreachable: no connection could be made, or it broke.
            StoreTimeout: connecting took too long.
            StoreProtocolError: the response is too large, or cannot be decompressed.
        """
        attempt = SimpleNamespace(is_reused=False)
        try:
            try:
                return await self._post(statement, attempt)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                if not attempt.is_reused:
                    raise
                return await self._post(statement, attempt)
        except aiohttp.ServerTimeoutError as error:
            raise StoreTimeout from error
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, ContentEncodingError):
                raise StoreProtocolError("The response of TDengine cannot be decompressed.") from error
            raise StoreUnreachable(f"TDengine cannot be reached ({type(error).__name__}).") from error

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, statement: str | bytes, attempt: SimpleNamespace) -> tuple[bytes, int]:
        if self._session is None:
            self._session = self._open()
        body = statement.encode() if isinstance(statement, str) else statement
        async with self._session.post(
            self._url,
            data=body if len(body) <= WHOLE_BYTES_MAX else BytesIO(body),
            proxy=self._proxy,
            headers=self._headers,
            proxy_headers=self._tunnel_headers,
            allow_redirects=False,
            trace_request_ctx=attempt,
        ) as response:
            return await self._read(response), response.status

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > self._response_bytes_max:
                raise StoreProtocolError(f"The response of TDengine has more than {self._response_bytes_max} bytes.")
        return bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        """Return a session of the running event loop, which there is not when this object is created."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._connections_max,
                keepalive_timeout=KEEP_ALIVE_SECONDS,
                resolver=aiohttp.ThreadedResolver(),
                use_dns_cache=False,
                ssl=_tls_context() if self._is_tls else True,
            ),
            skip_auto_headers=("Content-Type",),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_seconds),
            # The shell's proxy variables are meant for the internet, and such a proxy does not reach a local store.
            trust_env=False,
            trace_configs=[_trace(self._observer)],
        )


def _tls_context() -> ssl.SSLContext:
    """Return a context with the authorities that every other HTTP client of this service trusts."""
    import httpx  # takes as long as aiohttp, and few servers use TLS

    return httpx.create_ssl_context(trust_env=False)


def _split_proxy(proxy: str | None) -> tuple[str | None, dict[str, str]]:
    """Return the URL of a proxy without its credentials, and a header with these if there are any.

    Raises:
        ValueError: it is not the URL of an HTTP proxy. The message does not repeat it, as it may contain a password.
    """
    if proxy is None:
        return None, {}
    parts = urlsplit(proxy)
    if parts.scheme not in PROXY_SCHEMES or not parts.hostname:
        raise ValueError("the proxy is not of the form http://user:password@host:3128")
    if parts.username is None:
        return proxy, {}
    header = {"Proxy-Authorization": _basic(unquote(parts.username), unquote(parts.password or ""))}
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), header


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _trace(observer: ConnectObserver) -> aiohttp.TraceConfig:
    """Measure how long connecting takes, and mark attempts that use an existing connection."""

    async def started(_: object, attempt: Any, __: object) -> None:
        attempt.started = monotonic()

    async def connected(_: object, attempt: Any, __: object) -> None:
        observer.connected("tdengine", monotonic() - attempt.started)

    async def reused(_: object, attempt: Any, __: object) -> None:
        attempt.trace_request_ctx.is_reused = True

    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(started)
    config.on_connection_create_end.append(connected)
    config.on_connection_reuseconn.append(reused)
    return config
