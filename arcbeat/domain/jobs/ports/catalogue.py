"""The port of jobs: where their definitions are stored."""

from collections.abc import Callable, Sequence
from typing import Protocol

from arcbeat.domain.jobs.jobs import Job, JobDefinition


class JobCatalogue(Protocol):
    """The jobs as they are stored."""

    async def register(self, definitions: Sequence[JobDefinition]) -> None:
        """Store the jobs that are not stored yet; a stored job keeps what an operator changed.

        Parameters that a stored job lacks are added with their defaults.
        """
        ...

    async def list_jobs(self) -> Sequence[Job]:
        """Return all jobs, by name."""
        ...

    async def get_job(self, name: str) -> Job:
        """Return one job.

        Raises:
            UnknownJob: No job has this name.
        """
        ...

    async def change_job(self, name: str, change: Callable[[Job], Job]) -> Job:
        """Store what ``change`` returns for the stored job, in one transaction, with a new ``next_run_at``.

        Raises:
            UnknownJob: No job has this name.
            Conflict: The job has a ``problem``; a change would overwrite the damaged values.
            ArcbeatError: What ``change`` raises; nothing is stored then.
        """
        ...
