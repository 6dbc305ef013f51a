"""Writes NDJSON: one JSON object per line, with the keys of the columns.

A bigint is written as a string of digits, as in ProtoJSON: JavaScript would read the number 9007199254740993 as
9007199254740992.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import orjson

from arcbeat.domain.files.tables import TableColumn
from arcbeat.domain.schema.columns import ColumnType, Value

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
_WIDE_TYPES = {ColumnType.BIGINT, ColumnType.BIGINT_UNSIGNED}


async def write(
    columns: Sequence[TableColumn], pages: AsyncIterator[Sequence[Sequence[Value]]]
) -> AsyncGenerator[bytes, None]:
    """Yield the file, one chunk per page."""
    async for page in pages:
        yield await asyncio.to_thread(_encode, columns, page)


def _encode(columns: Sequence[TableColumn], rows: Sequence[Sequence[Value]]) -> bytes:
    keys = [column.key for column in columns]
    wide = [column.key for column in columns if column.type in _WIDE_TYPES]
    lines = [dict(zip(keys, row, strict=True)) for row in rows]
    for key in wide:
        for line in lines:
            line[key] = None if line[key] is None else str(line[key])
    return b"".join([orjson.dumps(line, option=_OPTIONS) for line in lines])
