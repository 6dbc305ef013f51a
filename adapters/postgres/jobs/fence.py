"""Transactions that store something only while this process holds the run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import LiteralString

from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import LeaseLost
from arcbeat.domain.jobs.runs import Run

# One round trip: the fence, the renewal of the lease, the cancel request and the time limit of the transaction. The
# row stays locked until the transaction ends, so no other process can take the run over in between; should this
# process freeze, PostgreSQL ends the transaction, and with it the lock, when the lease ends.
FENCE: LiteralString = """
with fence as (
    update sync_job_run set lease_until = now() + %(lease)s, attempts = greatest(attempts, %(attempts)s)
     where id = %(id)s and fence = %(fence)s and state = 'running'
    returning cancel_requested)
select cancel_requested, set_config('idle_in_transaction_session_timeout', %(idle_ms)s, true) from fence
"""


async def pass_fence(connection: Connection, run: Run, lease: timedelta, attempts: int | None = None) -> bool:
    """Renew the lease of a run; return whether a cancellation was requested. Must be first in each transaction.

    The transaction must be shorter than the lease, because heartbeats cannot renew the lease meanwhile.

    Args:
        attempts: The number of the attempt that has begun, if one has.

    Raises:
        LeaseLost: Another process holds the run, or it has ended.
    """
    values = {
        "id": run.id,
        "fence": run.fence,
        "lease": lease,
        "attempts": attempts or 0,
        "idle_ms": str(int(lease.total_seconds() * 1000)),
    }
    row = await (await connection.execute(FENCE, values)).fetchone()
    if row is None:
        raise LeaseLost
    return bool(row["cancel_requested"])


@asynccontextmanager
async def fenced(
    database: Database, run: Run, lease: timedelta, attempts: int | None = None
) -> AsyncIterator[Connection]:
    """Yield a connection in a transaction whose first statement was the fence.

    Raises:
        LeaseLost: Another process holds the run, or it has ended; nothing is stored.
    """
    async with database.connection() as connection, connection.transaction():
        await pass_fence(connection, run, lease, attempts)
        yield connection
