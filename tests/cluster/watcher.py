"""A client that follows a device type as a web page does, and records the snapshots that it gets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx

from arcbeat.domain.identity.identity import Scope
from tests.realtime.support.sockets import SocketIo, check_message, reader
from tests.support.serving import Serving

TYPE_CODE = "welding"
WAIT_SECONDS_MAX = 60.0
Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Moment:
    """One snapshot of a client.

    Attributes:
        is_reset: whether the client fetched the full snapshot, instead of applying a delta.
    """

    stream_id: str
    seq: int
    sampled_at: datetime
    rows: Rows
    is_reset: bool

    def tick(self, period_seconds: float) -> int:
        """Return the number of periods since 1970; a tick may come a moment early."""
        return round(self.sampled_at.timestamp() / period_seconds)


class _OrderedClient(SocketIo):
    """Receives frames in order."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def _take(self, event: str, payload: Any) -> None:
        check_message(event, payload)
        self.frames.put_nowait((event, payload))


class Watcher:
    """Follows one process after another, and continues from its last snapshot.

    Attributes:
        moments: all snapshots, in order.
    """

    def __init__(self, moved: Callable[[], None]) -> None:
        self.moments: list[Moment] = []
        self._moved = moved
        self._news = asyncio.Condition()

    @asynccontextmanager
    async def watching(self, serving: Serving) -> AsyncIterator[None]:
        """Follow a process while the context is entered."""
        service = serving.service
        headers = {"Authorization": f"Bearer {service.token(Scope.TELEMETRY_READ)}"}
        client = _OrderedClient()
        async with httpx.AsyncClient(base_url=service.url, headers=headers, trust_env=False, timeout=20) as http:
            await client.connect(service.url, reader(service))
            following = asyncio.create_task(self._follow(client, http))
            try:
                yield
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                await client.client.disconnect()

    @property
    def at(self) -> Moment:
        return self.moments[-1]

    @property
    def resets(self) -> int:
        return sum(moment.is_reset for moment in self.moments)

    def longest_wait(self, period_seconds: float, since: Moment | None = None) -> int:
        """Return the greatest number of ticks between two consecutive snapshots."""
        first = self.moments.index(since) if since else 0
        return max(
            after.tick(period_seconds) - before.tick(period_seconds) for before, after in pairwise(self.moments[first:])
        )

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until a condition is true; it is checked at each new snapshot."""
        async with self._news, asyncio.timeout(WAIT_SECONDS_MAX):
            await self._news.wait_for(is_true)

    async def more(self, count: int) -> None:
        """Wait for ``count`` more snapshots."""
        enough = len(self.moments) + count
        await self.until(lambda: len(self.moments) >= enough)

    async def _follow(self, client: _OrderedClient, http: httpx.AsyncClient) -> None:
        position = await client.call("subscribe", {"type_code": TYPE_CODE})
        await self._catch_up(client, http, position)
        while True:
            match await client.frames.get():
                case "delta", delta if self._can_apply(delta):
                    await self._apply(delta)
                case "delta", _:
                    await self._catch_up(client, http, position)
                case (("lagging" | "reset"), position):
                    await self._take_snapshot(http, position)

    async def _catch_up(self, client: _OrderedClient, http: httpx.AsyncClient, position: dict[str, Any]) -> None:
        if self.moments and position["stream_id"] == self.at.stream_id:
            since = {"type_code": TYPE_CODE, "stream_id": self.at.stream_id, "since": self.at.seq}
            answer = await client.call("resync", since)
            if "delta" in answer and self._can_apply(answer["delta"]):
                await self._apply(answer["delta"])
                return
        await self._take_snapshot(http, position)

    def _can_apply(self, delta: dict[str, Any]) -> bool:
        return bool(delta["stream_id"] == self.at.stream_id and delta["since"] <= self.at.seq)

    async def _apply(self, delta: dict[str, Any]) -> None:
        if delta["seq"] <= self.at.seq:
            return
        rows = deepcopy(self.at.rows)
        for code in delta["removed"]:
            rows.pop(code, None)
        for code, change in delta["changed"].items():
            row = rows.get(code, {"values": {}})
            rows[code] = {**row, **change, "values": {**row["values"], **change.get("values", {})}}
        await self._move(delta, rows, is_reset=False)

    async def _take_snapshot(self, http: httpx.AsyncClient, position: dict[str, Any]) -> None:
        answer = await http.get(position["snapshot_url"])
        snapshot = answer.raise_for_status().json()
        await self._move(snapshot, {row.pop("device_code"): row for row in snapshot["items"]}, is_reset=True)

    async def _move(self, moment: dict[str, Any], rows: Rows, *, is_reset: bool) -> None:
        sampled_at = datetime.fromisoformat(moment["sampled_at"])
        self.moments.append(Moment(moment["stream_id"], moment["seq"], sampled_at, rows, is_reset))
        self._moved()
        async with self._news:
            self._news.notify_all()


def check_agreement(*watchers: Watcher) -> None:
    """Fail if two snapshots with the same stream_id and seq have different rows."""
    frames: dict[tuple[str, int], Rows] = {}
    for moment in (moment for watcher in watchers for moment in watcher.moments):
        assert frames.setdefault((moment.stream_id, moment.seq), moment.rows) == moment.rows
