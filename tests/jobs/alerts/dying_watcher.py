"""A process that watches, and is killed after it claimed a notice and before it sends it."""

import asyncio
import os
import signal
from dataclasses import replace

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.alerts import Notice
from arcbeat.domain.jobs.runs import RunRequest, Trigger
from jobs.execution.start import Starter
from jobs.watch_logs import JOB


class DyingSender:
    """An AlertSender that kills its process."""

    target = "chat"

    async def send(self, notice: Notice) -> None:  # noqa: ARG002 -- it dies whatever it is to send
        os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    async with open_jobs(os.environ) as runtime:
        ports = replace(runtime.ports, alert_senders=[DyingSender()])
        registry = {JOB.definition.name: JOB}
        starter = Starter(ports=ports, registry=registry, spool_folder=runtime.spool_folder)
        name = JOB.definition.name
        await starter.start_run(RunRequest(job_name=name, trigger=Trigger.COMMAND_LINE, requested_by="a test"))


if __name__ == "__main__":
    asyncio.run(main())
