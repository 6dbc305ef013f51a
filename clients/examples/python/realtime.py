"""Follow a device type: take its snapshot over HTTP, then apply the changes of each tick from Socket.IO.

    pip install httpx "python-socketio[asyncio_client]"
    ARCBEAT_USERNAME=vera ARCBEAT_PASSWORD=… python realtime.py http://localhost:8000 welding

Prints one JSON object per line: each step, and all rows at the end (Ctrl-C).
"""

import asyncio
import json
import os
import random
import signal
import sys
from contextlib import suppress
from typing import Any

import httpx
import socketio

NAMESPACE = "/realtime"
EVENTS = ("delta", "lagging", "reset", "closing")
WAIT_SECONDS = 1.0
"""Delay between two attempts if the server gives none; randomly up to twice as long, so that clients spread out."""


class Rows:
    """The rows of a device type: a snapshot, kept up to date by deltas."""

    def __init__(self) -> None:
        self.stream_id = ""
        self.seq = 0
        self.by_code: dict[str, dict[str, Any]] = {}

    def take(self, snapshot: dict[str, Any]) -> None:
        self.stream_id, self.seq = snapshot["stream_id"], snapshot["seq"]
        self.by_code = {row.pop("device_code"): row for row in snapshot["items"]}

    def apply(self, delta: dict[str, Any]) -> bool:
        """Apply a delta, or ignore one that is older. Return False if a delta before it was missed."""
        if delta["stream_id"] != self.stream_id or delta["since"] > self.seq:
            return False
        if delta["seq"] > self.seq:
            for code in delta["removed"]:
                self.by_code.pop(code, None)
            for code, change in delta["changed"].items():
                row = self.by_code.get(code, {"values": {}})
                self.by_code[code] = {**row, **change, "values": {**row["values"], **change.get("values", {})}}
            self.seq = delta["seq"]
        return True


class Follower:
    """Connect, and reconnect whenever the connection ends, continuing from the last known snapshot."""

    def __init__(self, url: str, type_code: str, http: httpx.AsyncClient) -> None:
        self.rows = Rows()
        self._url = url
        self._type_code = type_code
        self._http = http
        self._wait_seconds = WAIT_SECONDS
        self._token: str | None = None

    async def follow(self) -> None:
        """Run until cancelled."""
        while True:
            self._wait_seconds = WAIT_SECONDS
            # The server may be down or restarting: try again.
            with suppress(socketio.exceptions.SocketIOError, httpx.HTTPError):
                await self._connection()
            await asyncio.sleep(self._wait_seconds * random.uniform(1, 2))

    async def _connection(self) -> None:
        """Run one connection from its start to its end."""
        events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        # aiohttp accepts messages up to 4 MiB by default; the frame of very many devices is larger.
        client = socketio.AsyncClient(reconnection=False, websocket_extra_options={"max_msg_size": 0})
        for event in EVENTS:
            client.on(event, lambda payload, event=event: events.put_nowait((event, payload)), namespace=NAMESPACE)
        client.on("disconnect", lambda *_: events.put_nowait(("disconnect", None)), namespace=NAMESPACE)
        client.on("connect_error", self._rejected, namespace=NAMESPACE)
        try:
            auth = {"token": self._token or await self._log_in()}
            await client.connect(self._url, auth=auth, namespaces=[NAMESPACE], transports=["websocket"])
            await self._listen(client, events)
        finally:
            await client.disconnect()

    async def _listen(self, client: socketio.AsyncClient, events: asyncio.Queue[tuple[str, Any]]) -> None:
        position = await self._ask(client, "subscribe", {"type_code": self._type_code})
        await self._catch_up(client, position)
        while True:
            # One at a time: events that arrive while the snapshot is being fetched wait in the queue.
            match await events.get():
                case "delta", delta if self.rows.apply(delta):
                    log("delta", seq=self.rows.seq, changed=sorted(delta["changed"]))
                case "delta", delta:
                    await self._catch_up(client, position)
                case (("lagging" | "reset"), {"snapshot_url": _} as position):
                    await self._take_snapshot(position)
                case event, payload:  # closing, disconnect, or a reset because the device type was retired
                    self._token = None if event == "closing" else self._token
                    log(event, payload=payload)
                    return

    async def _catch_up(self, client: socketio.AsyncClient, position: dict[str, Any]) -> None:
        """Get the missed changes in one delta if the server still has them, or else take the snapshot."""
        if position["stream_id"] == self.rows.stream_id:
            since = {"type_code": self._type_code, "stream_id": self.rows.stream_id, "since": self.rows.seq}
            answer = await self._ask(client, "resync", since)
            if "delta" in answer and self.rows.apply(answer["delta"]):
                log("resynced", seq=self.rows.seq, since=since["since"])
                return
        await self._take_snapshot(position)

    async def _take_snapshot(self, position: dict[str, Any]) -> None:
        answer = await self._http.get(position["snapshot_url"], headers={"Authorization": f"Bearer {self._token}"})
        self.rows.take(answer.raise_for_status().json())
        log("snapshot", seq=self.rows.seq, devices=len(self.rows.by_code))

    async def _ask(self, client: socketio.AsyncClient, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await client.call(event, payload, namespace=NAMESPACE)
        if "problem" in answer:
            self._wait_seconds = answer["problem"].get("retry_after_seconds", WAIT_SECONDS)
            raise socketio.exceptions.SocketIOError(answer["problem"]["detail"])
        return answer

    async def _log_in(self) -> str:
        login = {"username": os.environ["ARCBEAT_USERNAME"], "password": os.environ["ARCBEAT_PASSWORD"]}
        answer = await self._http.post("/api/v1/auth/token", data={"grant_type": "password", **login})
        self._token = str(answer.raise_for_status().json()["access_token"])
        return self._token

    def _rejected(self, error: Any) -> None:
        problem = error.get("data", {}) if isinstance(error, dict) else {}
        self._token = None
        self._wait_seconds = problem.get("retry_after_seconds", WAIT_SECONDS)
        log("refused", detail=problem.get("detail", str(error)))


def log(event: str, **fields: Any) -> None:
    """Print one step as a line of JSON."""
    print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)


async def main(url: str, type_code: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        follower = Follower(url, type_code, http)
        following = asyncio.create_task(follower.follow())
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, following.cancel)
        with suppress(asyncio.CancelledError):
            await following
    log("end", stream_id=follower.rows.stream_id, seq=follower.rows.seq, rows=follower.rows.by_code)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
