"""The registered devices for jobs: a run writes them only while its process holds it."""

from datetime import timedelta
from functools import partial

from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.jobs.fence import pass_fence
from adapters.postgres.jobs.runs import LEASE_SECONDS
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.runs import Run


def fenced_device_register(database: Database, run: Run, *, lease_seconds: float = LEASE_SECONDS) -> PostgresDeviceInfo:
    """Return a register whose writes raise LeaseLost, and store nothing, unless this process holds the run."""
    return PostgresDeviceInfo(database, partial(pass_fence, run=run, lease=timedelta(seconds=lease_seconds)))
