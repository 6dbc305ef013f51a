"""Runs a command that needs only the ports of jobs."""

import asyncio
import os
from collections.abc import Awaitable, Callable

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.ports import JobPorts


def with_ports(use: Callable[[JobPorts], Awaitable[None]]) -> int:
    """Open the ports by the environment, pass them to ``use``, and return the exit code 0."""

    async def call() -> None:
        async with open_jobs(os.environ) as runtime:
            await use(runtime.ports)

    asyncio.run(call())
    return 0
