"""A table of newest readings that stays up to date until it is closed."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
import socketio

from arcbeat_client.errors import ArcbeatError, ConnectionEnded, Rejected
from arcbeat_client.frames import Field, Row
from arcbeat_client.live.modes import Filters, Mode, Subscription, Viewing
from arcbeat_client.live.rows import Update
from arcbeat_client.live.session import Session
from arcbeat_client.login import TokenSource

WAIT_SECONDS = 1.0
"""Delay before the second attempt to connect; it doubles with each failure. Randomly up to twice as long."""
WAIT_SECONDS_MAX = 30.0
UNAUTHENTICATED_MAX = 2
"""Rejected credentials in a row after which the table ends: those of the source and those that it returns instead."""
REQUEST_SECONDS = 30.0

TRANSIENT = (socketio.exceptions.SocketIOError, httpx.HTTPError, OSError)


@dataclass(frozen=True, kw_only=True)
class ConnectionState:
    """Whether the table is connected, and why not."""

    connected: bool
    detail: str = ""


class LiveTable:
    """The newest readings of a device type, kept up to date over Socket.IO.

        async with LiveTable(url, "welding", token=Login(url, username, password)) as table:
            async for update in table:
                print(update.changed, table.rows["W1"]["values"])

    It connects again whenever the connection ends, and continues with the changes that it missed. The iterator yields
    after the rows have changed. Updates that it has not yielded yet are merged, so a slow reader costs no memory.

    Args:
        token: an access token, or a function that returns one, for example `Login`. Pass either this or ``api_key``.
        filters: only the devices that match.
        device_codes: follow these devices only, at most 500, by complete rows at every tick.
        include: ``["device"]`` adds the master data to the rows of ``device_codes``.
        on_state: is called when the connection begins or ends.

    Raises:
        Rejected: by the iterator, if the server rejects the request and would reject it again: unknown device type,
            missing scope, invalid parameters, or invalid credentials twice in a row.
        ConnectionEnded: by the iterator, if the server closes the connection because of what this program sends.
    """

    def __init__(
        self,
        url: str,
        type_code: str,
        *,
        token: str | TokenSource | None = None,
        api_key: str | None = None,
        filters: Filters | None = None,
        device_codes: Sequence[str] = (),
        include: Sequence[str] = (),
        on_state: Callable[[ConnectionState], None] | None = None,
    ) -> None:
        if (token is None) == (api_key is None):
            raise TypeError("LiveTable needs either token or api_key, for example token=Login(url, username, password)")
        if include and not device_codes:
            raise TypeError("include needs device_codes: the rows of a whole device type have no master data")
        self._url = url
        self._token = token
        self._api_key = api_key
        self._mode: Mode = (
            Viewing(type_code, filters or {}, device_codes, include)
            if device_codes
            else Subscription(type_code, filters or {})
        )
        self._on_state = on_state or (lambda _: None)
        self._pending: Update | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._rejected: str | None = None  # the last token that the server did not accept
        self._failures = 0
        self._unauthenticated = 0

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows by device code. They change between two awaits of the reader, never during its own code."""
        return self._mode.rows.by_code

    @property
    def fields(self) -> Sequence[Field]:
        """The fields of the device type with their labels, in order; empty for ``device_codes``."""
        return self._mode.rows.fields

    @property
    def position(self) -> tuple[str, int]:
        """The stream and the number of the snapshot that the rows equal."""
        return self._mode.rows.stream_id, self._mode.rows.seq

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        self._task.add_done_callback(lambda _: self._changed.set())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnect. The iterator ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])  # its error, if there is one, is the iterator's to raise
            if not self._task.cancelled():
                self._task.exception()

    async def __aiter__(self) -> AsyncIterator[Update]:
        if self._task is None:
            raise RuntimeError("the table is not connected; use async with LiveTable(…) as table")
        while True:
            await self._changed.wait()
            self._changed.clear()
            update, self._pending = self._pending, None
            if update is not None:
                yield update
            if self._task.done():
                if not self._task.cancelled():
                    self._task.result()
                return

    async def _follow(self) -> None:
        """Run one session after another, until it is cancelled or fails for good."""
        async with httpx.AsyncClient(base_url=self._url, timeout=REQUEST_SECONDS, trust_env=False) as http:
            while True:
                try:
                    await self._run_session(http)
                except (*TRANSIENT, ArcbeatError) as error:
                    self._on_state(ConnectionState(connected=False, detail=str(error)))
                    await asyncio.sleep(self._delay_after(error))

    async def _run_session(self, http: httpx.AsyncClient) -> None:
        """Follow until the connection ends, which is an error."""
        credentials = await self._credentials()
        try:
            async with Session.open(self._url, http, credentials) as session:
                self._publish(await self._mode.start(session))
                self._failures = self._unauthenticated = 0
                self._on_state(ConnectionState(connected=True))
                while True:
                    self._publish(await self._mode.receive(session, *await session.event()))
        except ConnectionEnded as error:
            if error.reason in {"expired", "revoked"}:
                self._rejected = credentials.get("token")
            raise
        except Rejected as error:
            if error.problem["status"] == httpx.codes.UNAUTHORIZED:
                self._rejected = credentials.get("token")
            raise

    async def _credentials(self) -> dict[str, str]:
        if self._api_key is not None:
            return {"api_key": self._api_key}
        return {"token": await self._token(self._rejected) if callable(self._token) else str(self._token)}

    def _publish(self, update: Update | None) -> None:
        if update is not None:
            self._pending = self._pending.followed_by(update) if self._pending else update
            self._changed.set()

    def _delay_after(self, error: Exception) -> float:
        """Return how long to wait before the next attempt, in seconds; raise the error if there is none."""
        if isinstance(error, Rejected | ConnectionEnded) and error.is_permanent:
            raise error
        delay: float = min(WAIT_SECONDS * 2**self._failures, WAIT_SECONDS_MAX)
        self._failures = min(self._failures + 1, 10)
        problem: Any = error.problem if isinstance(error, Rejected) else {}
        if problem.get("status") == httpx.codes.UNAUTHORIZED:
            self._unauthenticated += 1
            if self._unauthenticated >= UNAUTHENTICATED_MAX:
                raise error
        delay *= random.uniform(1, 2)  # noqa: S311 - spreads clients out
        return max(delay, float(problem.get("retry_after_seconds", 0)))
