"""A worker of Temporal that runs jobs of arcbeat.

Settings: ARCBEAT_URL, ARCBEAT_API_KEY, and TEMPORAL_ADDRESS (localhost:7233).
"""

import asyncio
import os
import signal

from arcbeat_activity import run_job
from arcbeat_workflow import ArcbeatRun
from temporalio.client import Client
from temporalio.worker import Worker

TASK_QUEUE = "arcbeat"


async def main() -> None:
    """Run the worker until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=TASK_QUEUE, workflows=[ArcbeatRun], activities=[run_job]):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
