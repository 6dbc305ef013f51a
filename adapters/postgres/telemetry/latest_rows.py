"""Converts the rows of a statement of newest readings, with little work per row: a page has hundreds."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from psycopg import Column

from adapters.postgres.telemetry.columns import PLAIN_OIDS, decode
from adapters.postgres.telemetry.statements import CLOCK_SKEW
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP

KEYS = (DEVICE_CODE, TIMESTAMP, CLOCK_SKEW)


def to_latest(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Latest]]:
    """Yield the code of each device and its newest reading; CLOCK_SKEW is the last column."""
    # Interned, because names are then compared by identity.
    names = [sys.intern(column.name) for column in columns]
    to_decode = [column.name for column in columns if column.type_code not in PLAIN_OIDS and column.name not in KEYS]
    for row in rows:
        values = dict(zip(names, row, strict=True))
        code, ts, skewed = values.pop(DEVICE_CODE), values.pop(TIMESTAMP), values.pop(CLOCK_SKEW)
        if ts.tzinfo is not UTC:  # the time zone of the session, or none in a table of another program
            ts = decode(ts)
        for name in to_decode:
            values[name] = decode(values[name])
        yield code, Latest(Reading(code, ts, values), skewed)
