"""What a transaction that writes must pass first, for example the fence of a run."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from adapters.postgres.pool import Connection

TransactionCheck: TypeAlias = Callable[[Connection], Awaitable[object]]
"""Called first in each transaction that writes. If it raises an error, nothing is stored."""


async def allow_all(_: Connection) -> None:
    """Allow each transaction."""
