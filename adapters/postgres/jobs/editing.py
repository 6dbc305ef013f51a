"""The devices and the device types that jobs change: a run writes them only while its process holds it."""

from datetime import timedelta
from functools import partial

from adapters.postgres.catalogue_editor import PostgresCatalogueEditor
from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.jobs.fence import pass_fence
from adapters.postgres.jobs.runs import LEASE_SECONDS
from adapters.postgres.pool import Database
from adapters.postgres.transaction_checks import TransactionCheck
from arcbeat.domain.jobs.runs import Run


def fenced_device_register(database: Database, run: Run, *, lease_seconds: float = LEASE_SECONDS) -> PostgresDeviceInfo:
    """Return a register whose writes raise LeaseLost, and store nothing, unless this process holds the run."""
    return PostgresDeviceInfo(database, _fence_of(run, lease_seconds))


def fenced_catalogue_editor(
    database: Database, run: Run, *, lease_seconds: float = LEASE_SECONDS
) -> PostgresCatalogueEditor:
    """Return an editor whose writes raise LeaseLost, and store nothing, unless this process holds the run."""
    return PostgresCatalogueEditor(database, _no_cache_to_expire, _fence_of(run, lease_seconds))


def _fence_of(run: Run, lease_seconds: float) -> TransactionCheck:
    return partial(pass_fence, run=run, lease=timedelta(seconds=lease_seconds))


def _no_cache_to_expire() -> None:
    """Do nothing with a change: jobs have no caches, and servers read the change from the database."""
