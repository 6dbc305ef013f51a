"""Executes prepared statements again after the columns of their tables have changed.

PostgreSQL refuses to execute a prepared statement whose result would have other columns than when it was prepared
(«cached plan must not change result type»), and psycopg keeps the statement, so that it would fail for as long as the
connection lives. Any program may change the columns of a super table.
"""

from typing import Any, Self

from psycopg import AsyncCursor, errors
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow

DEALLOCATE_ALL = "deallocate all"


class RepreparingCursor(AsyncCursor[DictRow]):
    """A cursor that lets a statement be prepared anew if PostgreSQL refuses the prepared one.

    Within a transaction block it raises the error: the transaction has failed, and psycopg forgets the prepared
    statements when it is rolled back.
    """

    async def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Execute a statement."""
        try:
            return await super().execute(query, params, **options)
        except errors.FeatureNotSupported:
            if self.connection.info.transaction_status is not TransactionStatus.IDLE:
                raise
            await super().execute(DEALLOCATE_ALL)
            return await super().execute(query, params, **options)
