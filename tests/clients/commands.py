"""Runs ``arcbeat-client run`` as a process, as a scheduler does."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

PATIENCE_SECONDS = 60.0


class Command:
    """A running command, which prints one JSON object per line.

    Its environment names a proxy that does not exist, as that of a shell may name one that cannot reach the service.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.events: list[dict[str, Any]] = []

    @classmethod
    @asynccontextmanager
    async def running(cls, url: str, api_key: str, *arguments: str, **environment: str) -> AsyncIterator["Command"]:
        """Start the command, and kill it at the end if it is still running."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "arcbeat_client", "run", "--json", "--poll=0.2", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=2**20,
            env={
                "PATH": os.environ["PATH"],
                "http_proxy": "http://127.0.0.1:9",
                "ARCBEAT_URL": url,
                "ARCBEAT_API_KEY": api_key,
                **environment,
            },
        )
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def wait_for(self, event: str) -> dict[str, Any]:
        """Return the next object with this event."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := await self._read():
                if line["event"] == event:
                    return line
        raise AssertionError(f"the command ended before {event}: {await self.error()}")

    async def _read(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            return None
        self.events.append(orjson.loads(line))
        return self.events[-1]

    def stop(self, number: int) -> None:
        self._process.send_signal(number)

    def close_output(self) -> None:
        """Close the pipes that the command writes to, as a scheduler does that no longer reads them."""
        transport = self._process._transport  # type: ignore[attr-defined] # there is no public way to close one side
        for descriptor in (1, 2):
            transport.get_pipe_transport(descriptor).close()

    async def exit_code(self) -> int:
        """Read what the command still prints, and return its exit code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._read():
                pass
            return await self._process.wait()

    async def error(self) -> str:
        """Return what the command has printed to standard error, until its end."""
        assert self._process.stderr is not None
        return (await self._process.stderr.read()).decode()
