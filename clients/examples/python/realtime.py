"""Follow a device type live: its snapshot over HTTP, then what changes at every tick over Socket.IO.

    pip install httpx "python-socketio[asyncio_client]"
    ARCBEAT_USERNAME=vera ARCBEAT_PASSWORD=… python realtime.py http://localhost:8000 welding

Prints a JSON object a line: what was done, and at the end (Ctrl-C) all rows as they are known.
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
TELLING = ("delta", "lagging", "reset", "closing")
WAIT_SECONDS = 1.0
"""Between two attempts, unless the server says when to come back; up to twice as long, so that not all come at once."""


class Rows:
    """What is known of a device type: a snapshot, kept up to date by deltas."""

    def __init__(self) -> None:
        self.stream_id = ""
        self.seq = 0
        self.by_code: dict[str, dict[str, Any]] = {}

    def take(self, snapshot: dict[str, Any]) -> None:
        self.stream_id, self.seq = snapshot["stream_id"], snapshot["seq"]
        self.by_code = {row.pop("device_code"): row for row in snapshot["items"]}

    def apply(self, delta: dict[str, Any]) -> bool:
        """Whether the delta leads on from here, or is known already; where it does not, something was missed."""
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
    """Connects, and connects again; goes on from where it was."""

    def __init__(self, url: str, type_code: str, http: httpx.AsyncClient) -> None:
        self.rows = Rows()
        self._url = url
        self._type_code = type_code
        self._http = http
        self._wait_seconds = WAIT_SECONDS
        self._token: str | None = None

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            self._wait_seconds = WAIT_SECONDS
            # a server that is not there, or not yet there again, is tried again
            with suppress(socketio.exceptions.SocketIOError, httpx.HTTPError):
                await self._connection()
            await asyncio.sleep(self._wait_seconds * random.uniform(1, 2))

    async def _connection(self) -> None:
        """One connection, from its beginning to its end."""
        told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        # a frame of very many devices is larger than aiohttp takes unless it is told
        client = socketio.AsyncClient(reconnection=False, websocket_extra_options={"max_msg_size": 0})
        for event in TELLING:
            client.on(event, lambda payload, event=event: told.put_nowait((event, payload)), namespace=NAMESPACE)
        client.on("disconnect", lambda *_: told.put_nowait(("disconnect", None)), namespace=NAMESPACE)
        client.on("connect_error", self._refused, namespace=NAMESPACE)
        try:
            auth = {"token": self._token or await self._log_in()}
            await client.connect(self._url, auth=auth, namespaces=[NAMESPACE], transports=["websocket"])
            await self._listen(client, told)
        finally:
            await client.disconnect()

    async def _listen(self, client: socketio.AsyncClient, told: asyncio.Queue[tuple[str, Any]]) -> None:
        where = await self._ask(client, "subscribe", {"type_code": self._type_code})
        await self._catch_up(client, where)
        while True:
            # one after another: what is told while the snapshot is on its way waits here
            match await told.get():
                case "delta", delta if self.rows.apply(delta):
                    say("delta", seq=self.rows.seq, changed=sorted(delta["changed"]))
                case "delta", delta:
                    await self._catch_up(client, where)
                case (("lagging" | "reset"), {"snapshot_url": _} as where):
                    await self._take_snapshot(where)
                case event, payload:  # the end: closing, disconnect, or the type is no more
                    self._token = None if event == "closing" else self._token
                    say(event, payload=payload)
                    return

    async def _catch_up(self, client: socketio.AsyncClient, where: dict[str, Any]) -> None:
        """By one delta where the server still knows what was missed, by the snapshot where not."""
        if where["stream_id"] == self.rows.stream_id:
            since = {"type_code": self._type_code, "stream_id": self.rows.stream_id, "since": self.rows.seq}
            answer = await self._ask(client, "resync", since)
            if "delta" in answer and self.rows.apply(answer["delta"]):
                say("resynced", seq=self.rows.seq, since=since["since"])
                return
        await self._take_snapshot(where)

    async def _take_snapshot(self, where: dict[str, Any]) -> None:
        answer = await self._http.get(where["snapshot_url"], headers={"Authorization": f"Bearer {self._token}"})
        self.rows.take(answer.raise_for_status().json())
        say("snapshot", seq=self.rows.seq, devices=len(self.rows.by_code))

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

    def _refused(self, error: Any) -> None:
        problem = error.get("data", {}) if isinstance(error, dict) else {}
        self._token = None
        self._wait_seconds = problem.get("retry_after_seconds", WAIT_SECONDS)
        say("refused", detail=problem.get("detail", str(error)))


def say(event: str, **what: Any) -> None:
    """A line for who reads what is printed."""
    print(json.dumps({"event": event, **what}, ensure_ascii=False), flush=True)


async def main(url: str, type_code: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        follower = Follower(url, type_code, http)
        following = asyncio.create_task(follower.follow())
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, following.cancel)
        with suppress(asyncio.CancelledError):
            await following
    say("end", stream_id=follower.rows.stream_id, seq=follower.rows.seq, rows=follower.rows.by_code)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
