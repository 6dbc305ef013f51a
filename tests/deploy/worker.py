"""A service with a worker that carries out the example jobs, and an API key of a scheduler."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arcbeat.domain.identity.identity import Scope
from jobs.registry import REGISTRY as PRODUCT_JOBS
from tests.jobs import programs
from tests.jobs.example_jobs import REGISTRY as EXAMPLE_JOBS
from tests.support.identity import add_api_key
from tests.support.jobs import Worker
from tests.support.service import Service


@contextmanager
def working(service: Service, folder: Path) -> Iterator[str]:
    """Carry out the runs of the product's jobs and of the example jobs; yield an API key with job:run and job:read.

    Args:
        folder: for the spools of the workers.
    """
    registered = [*PRODUCT_JOBS.values(), *EXAMPLE_JOBS.values()]
    Worker(service.database_url).register(*(job.definition for job in registered))
    environment = {"DATABASE_URL": service.database_url, "JOB_SPOOL_FOLDER": str(folder), "LOG_LEVEL": "error"}
    with (
        programs.running(environment, "worker", module=programs.EXAMPLES),
        programs.running(environment, "worker", module=programs.PRODUCT),
    ):
        yield add_api_key(service, "scheduler", Scope.JOB_RUN, Scope.JOB_READ)
