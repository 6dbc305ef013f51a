"""Converts the rows of a statement of newest readings, with little work per row: a page has hundreds."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from adapters.postgres.telemetry.columns import PLAIN_OIDS, decode
from adapters.postgres.telemetry.statements import CLOCK_SKEW
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP

KEYS = (DEVICE_CODE, TIMESTAMP, CLOCK_SKEW)


async def read_latest(cursor: AsyncCursor[TupleRow]) -> Iterable[tuple[str, Latest]]:
    """Return the code of each device and its newest reading; CLOCK_SKEW is the last column."""
    names, to_decode = _columns(cursor)
    return _to_latest(names, to_decode, await cursor.fetchall())


def _columns(cursor: AsyncCursor[TupleRow]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of all columns, and of those whose values must be decoded.

    psycopg's description of a column looks up more than these, which takes four times as long.
    """
    result, encoding = cursor.pgresult, cursor.connection.info.encoding
    if result is None:
        return (), ()
    # Interned, because names are then compared by identity.
    names = [sys.intern((result.fname(index) or b"").decode(encoding)) for index in range(result.nfields)]
    oids = map(result.ftype, range(result.nfields))
    return names, [name for name, oid in zip(names, oids, strict=True) if oid not in PLAIN_OIDS and name not in KEYS]


def _to_latest(
    names: Sequence[str], to_decode: Sequence[str], rows: Iterable[TupleRow]
) -> Iterator[tuple[str, Latest]]:
    for row in rows:
        values = dict(zip(names, row, strict=True))
        code, ts, skewed = values.pop(DEVICE_CODE), values.pop(TIMESTAMP), values.pop(CLOCK_SKEW)
        if ts.tzinfo is not UTC:  # the time zone of the session, or none in a table of another program
            ts = decode(ts)
        for name in to_decode:
            values[name] = decode(values[name])
        yield code, Latest(Reading(code, ts, values), skewed)
