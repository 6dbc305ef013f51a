"""Decodes a response of TDengine with very many rows in slices, between which other tasks run."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import orjson

from adapters.tdengine.rows import Result, decode
from arcbeat.domain.errors import StoreProtocolError

SLICE_BYTES = 100_000
"""Some 2 000 rows of a name, a device code and a tag, which take about 2 ms."""
_START, _END = b'"data":[', b'],"rows":'
_BETWEEN = b"],["


@dataclass(frozen=True, slots=True)
class UndecodedRows:
    """The rows of a response.

    Attributes:
        rows: as many numbers as there are rows.
        head: the response up to its rows.
        data: the rows, as elements of a JSON array.
    """

    rows: Sequence[int]
    head: bytes
    data: bytes


def leave_undecoded(body: bytes, http_status: int) -> UndecodedRows | Result:
    """Return the rows of a large response; decoded ones if it is small or not in the expected form.

    Raises:
        StoreError: the response is an error, as for ``decode``.
    """
    start, end = body.find(_START), body.rfind(_END)
    if http_status != 200 or len(body) < SLICE_BYTES or not 0 < start < end:
        return decode(body, http_status)
    try:
        count = orjson.loads(b'{"rows":' + body[end + len(_END) :])["rows"]
    except (orjson.JSONDecodeError, KeyError):
        return decode(body, http_status)
    return UndecodedRows(range(count), body[: start + len(_START)], body[start + len(_START) : end])


async def decoded_in_slices(found: UndecodedRows | Result) -> AsyncIterator[Result]:
    """Yield the rows in parts; the names and types of the columns are the same in each part.

    Raises:
        StoreError: the response is not in the documented form.
    """
    if isinstance(found, Result):
        yield found
        return
    start = count = 0
    while start < len(found.data):
        end, result = _decode_slice(found, start)
        yield result
        start, count = end, count + len(result.rows)
        await asyncio.sleep(0)
    # A row too many or too few is an error, as in a response that is decoded at once.
    if count != len(found.rows):
        decode(b'%b],"rows":%d}' % (found.head, len(found.rows)), 200)


def _decode_slice(found: UndecodedRows, start: int) -> tuple[int, Result]:
    """Return where a slice ends, and its rows."""
    end = start + SLICE_BYTES
    while True:
        end = found.data.find(_BETWEEN, end)
        part = found.data[start:] if end < 0 else found.data[start : end + 1]
        try:
            return start + len(part) + 1, decode(b"%b%b]}" % (found.head, part), 200)
        except StoreProtocolError:
            if end < 0:
                raise
        end += 1  # what looked like the end of a row was within a text
