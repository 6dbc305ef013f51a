"""Runs an example client as a process, which reaches the server through a proxy that tests can cut off."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.faults.proxy import PASSING, Behaviour, Mode, Proxy, to_tcp
from tests.support.identity import PASSWORD, add_user
from tests.support.service import Service
from tests.support.waiting import eventually

PATIENCE_SECONDS = 60.0
TYPE_CODE = "cutting"
USERNAME = "example"
SNAPSHOT = "/api/v1/device/data/realtime/snapshot"


def program(name: str) -> str:
    """Return the path of a program of this machine."""
    path = shutil.which(name)
    assert path, f"there is no {name} on the PATH"
    return path


class Example:
    """A running example client, which prints one JSON object per line for each event.

    Its environment names a proxy that does not exist, as that of a shell may name one that cannot reach the server.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def running(cls, command: Sequence[str], url: str) -> AsyncIterator["Example"]:
        account = {"ARCBEAT_USERNAME": USERNAME, "ARCBEAT_PASSWORD": PASSWORD}
        environment = {"PATH": os.environ["PATH"], "http_proxy": "http://127.0.0.1:9", **account}
        process = await asyncio.create_subprocess_exec(
            *command, url, TYPE_CODE, stdout=asyncio.subprocess.PIPE, env=environment, limit=2**20
        )
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def wait_for(self, event: str, device_code: str | None = None) -> dict[str, Any]:
        """Return the next line with this event and, if one is given, about this device."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._process.stdout:
                message: dict[str, Any] = orjson.loads(line)
                if message["event"] == event and (device_code is None or device_code in message["changed"]):
                    return message
        raise AssertionError(f"the example ended before the event {event}")

    async def end(self) -> dict[str, Any]:
        self._process.send_signal(signal.SIGINT)  # as Ctrl-C does
        return await self.wait_for("end")


def snapshot_of(service: Service) -> Any:
    return service.operator.get(SNAPSHOT, params={"type_code": TYPE_CODE}).json()


def has_reading(service: Service, device_code: str) -> bool:
    return any(row["ts"] for row in snapshot_of(service)["items"] if row["device_code"] == device_code)


async def follows_through_a_cut(command: Sequence[str], service: Service) -> None:
    """Check that a client has the same data as the server after a snapshot, deltas, a lost connection and a resync."""
    await asyncio.to_thread(add_user, service, USERNAME)
    service.register("E1", "E2", "E3", device_type=TYPE_CODE)
    service.append("E1", type_code=TYPE_CODE, device_status="切割", power_kw=2.5)
    address = urlsplit(service.url)
    async with (
        Proxy.running(to_tcp(str(address.hostname), int(address.port or 0))) as proxy,
        Example.running(command, f"http://127.0.0.1:{proxy.port}") as example,
    ):
        assert (await example.wait_for("snapshot"))["devices"] == 3
        service.append("E2", type_code=TYPE_CODE, device_status="待机")
        await example.wait_for("delta", "E2")

        await proxy.set_behaviour(Behaviour(Mode.REFUSE))
        await example.wait_for("disconnected")
        service.append("E3", type_code=TYPE_CODE, device_status="报警", pulses=9007199254740993)
        # Otherwise the client might be back before the tick, and would have missed nothing.
        await asyncio.to_thread(eventually, "the snapshot has the missed reading", lambda: has_reading(service, "E3"))
        await proxy.set_behaviour(PASSING)
        resynced = await example.wait_for("resync")
        service.append("E1", type_code=TYPE_CODE, power_kw=7.5)
        await example.wait_for("delta", "E1")
        end = await example.end()

    answer = snapshot_of(service)
    known = {code: row["values"] for code, row in end["rows"].items()}
    assert known == {row["device_code"]: row["values"] for row in answer["items"]}
    assert known["E3"] == {"device_status": "报警", "power_kw": None, "pulses": "9007199254740993"}
    assert end["seq"] > resynced["seq"] > resynced["since"]
