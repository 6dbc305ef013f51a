"""One connection to the namespace ``/realtime``, from its handshake to its end."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import httpx
import socketio

from arcbeat_client.errors import ConnectionEnded, Rejected

NAMESPACE = "/realtime"
EVENTS = ("delta", "view", "lagging", "reset", "fields", "closing")
ANSWER_SECONDS = 20.0
CLOSE_SECONDS = 5.0
FRAMES_WAITING_MAX = 32
"""Frames that wait while a snapshot is fetched. Further ones are dropped; the next one then shows the gap."""

Payload = dict[str, Any]


class Inbox:
    """The events of the server, in their order."""

    def __init__(self) -> None:
        self._events: deque[tuple[str, Any]] = deque()
        self._arrived = asyncio.Event()

    def put(self, event: str, payload: Any) -> None:
        if event not in {"delta", "view"} or len(self._events) < FRAMES_WAITING_MAX:
            self._events.append((event, payload))
            self._arrived.set()

    async def get(self) -> tuple[str, Any]:
        while not self._events:
            self._arrived.clear()
            await self._arrived.wait()
        return self._events.popleft()


class Session:
    """An admitted connection: asks the server, and receives its events."""

    def __init__(self, http: httpx.AsyncClient, credentials: Mapping[str, str]) -> None:
        self._http = http
        self._credentials = credentials
        self._inbox = Inbox()
        self._problem: Any = None
        self._client = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,  # signals belong to the program
            # aiohttp accepts messages up to 4 MiB by default; the frame of very many devices is larger.
            websocket_extra_options={"max_msg_size": 0},
        )
        for event in EVENTS:
            self._client.on(event, lambda payload, event=event: self._inbox.put(event, payload), namespace=NAMESPACE)
        self._client.on("disconnect", lambda *_: self._inbox.put("disconnect", None), namespace=NAMESPACE)
        self._client.on("connect_error", self._keep_problem, namespace=NAMESPACE)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, http: httpx.AsyncClient, credentials: Mapping[str, str]) -> AsyncIterator[Self]:
        """Connect, and disconnect in the end.

        Args:
            credentials: ``{"token": …}`` or ``{"api_key": …}``.

        Raises:
            Rejected: the server does not admit the client.
            socketio.exceptions.ConnectionError: the server cannot be reached.
        """
        session = cls(http, credentials)
        try:
            await session._connect(url)
            yield session
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await session._client.disconnect()

    async def ask(self, event: str, payload: Payload) -> Payload:
        """Send an event and return its acknowledgement.

        Raises:
            Rejected: the acknowledgement is a problem.
        """
        answer: Payload = await self._client.call(event, payload, namespace=NAMESPACE, timeout=ANSWER_SECONDS)
        if "problem" in answer:
            raise Rejected(answer["problem"])
        return answer

    async def fetch(self, path: str) -> Any:
        """Return the JSON body of a GET with the credentials of the connection.

        Raises:
            Rejected: the response is a problem.
        """
        token = self._credentials.get("token")
        headers = {"Authorization": f"Bearer {token}"} if token else {"X-API-Key": self._credentials["api_key"]}
        answer = await self._http.get(path, headers=headers)
        if answer.headers.get("Content-Type") == "application/problem+json":
            raise Rejected.from_response(answer.json(), answer.headers)
        return answer.raise_for_status().json()

    async def event(self) -> tuple[str, Payload]:
        """Return the next event with its payload.

        Raises:
            ConnectionEnded: the server has closed the connection or ended the subscription, or the connection was lost.
        """
        event, payload = await self._inbox.get()
        if event == "disconnect":
            raise ConnectionEnded("disconnect")
        if event == "closing" or (event == "reset" and "snapshot_url" not in payload):
            raise ConnectionEnded(payload["reason"], payload.get("detail", ""))
        return event, payload

    async def _connect(self, url: str) -> None:
        try:
            await self._client.connect(
                url,
                auth=dict(self._credentials),
                namespaces=[NAMESPACE],
                transports=["websocket"],
                wait_timeout=ANSWER_SECONDS,
            )
        except socketio.exceptions.ConnectionError:
            if self._problem is not None:
                raise Rejected(self._problem) from None
            raise

    def _keep_problem(self, error: Any) -> None:
        if isinstance(error, dict):
            self._problem = error.get("data")
