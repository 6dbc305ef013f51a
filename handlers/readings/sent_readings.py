"""Reads sent readings: a batch in one JSON body, or a stream of JSON lines of any length."""

import asyncio
import codecs
from collections.abc import AsyncIterator, Sequence
from typing import Any

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.ports import SchemaValidator
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import ValueRejected
from arcbeat.services.intake import RejectedRow, SentBatch
from handlers.readings.lines import LINE_BYTES_MAX, Line, batches
from handlers.readings.moments import parse_timestamp

DEVICE_CODE_CHARACTERS_MAX = 50
"""The longest device code; a longer text is not repeated in the response."""
MALFORMED_LINES_MAX = 10_000
"""A stream with more malformed lines is read on only while they are at most half of all lines."""

IndexedValue = tuple[int, Any]
"""The index of a row, and the decoded JSON of the row."""


async def read_batch(body: Sequence[dict[str, Any]]) -> AsyncIterator[SentBatch]:
    """Yield the readings of a JSON body, which has been validated against the contract, as one batch."""
    yield _to_readings(list(enumerate(body)))


async def read_lines(chunks: AsyncIterator[bytes], validator: SchemaValidator) -> AsyncIterator[SentBatch]:
    """Yield the readings of a stream of JSON lines, batch by batch as they arrive; invalid lines are rejected.

    Raises:
        InvalidInput: more than `MALFORMED_LINES_MAX` lines are malformed, and over half of the lines up to there.
    """
    read, rejected = 0, 0
    async for lines in batches(chunks):
        values, malformed = _decode(lines, validator)
        if not validator.are_all_valid([value for _, value in values]):
            errors = {index: error for index, value in values if (error := validator.error_of(value))}
            malformed += [_malformed(index, errors[index], value) for index, value in values if index in errors]
            values = [each for each in values if each[0] not in errors]
        read, rejected = read + len(lines), rejected + len(malformed)
        yield _to_readings(values, malformed)
        if rejected > MALFORMED_LINES_MAX and rejected > read / 2:
            detail = f"{rejected} of the first {read} lines are not readings; the rest of the stream was not read"
            raise InvalidInput((InputError("body", "", detail),))
        await asyncio.sleep(0)  # other requests are answered even if no line of this one reaches a store


def _decode(lines: Sequence[Line], validator: SchemaValidator) -> tuple[list[IndexedValue], list[RejectedRow]]:
    values: list[IndexedValue] = []
    malformed = []
    for line in lines:
        if line.text is None:
            malformed.append(_malformed(line.number, f"longer than {LINE_BYTES_MAX} bytes"))
            continue
        try:
            values.append((line.number, validator.decode(line.text)))
        except ValueError as error:
            is_utf16 = line.text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            malformed.append(_malformed(line.number, "encoded in UTF-16; send UTF-8" if is_utf16 else str(error)))
    return values, malformed


def _malformed(index: int, detail: str, value: Any = None) -> RejectedRow:
    code = value.get("device_code") if isinstance(value, dict) else None
    is_short = isinstance(code, str) and len(code) <= DEVICE_CODE_CHARACTERS_MAX
    return RejectedRow(index, code if is_short else None, "malformed", detail)


def _to_readings(values: Sequence[IndexedValue], malformed: Sequence[RejectedRow] = ()) -> SentBatch:
    readings = []
    rejected = [*malformed]
    for index, value in values:
        try:
            ts = parse_timestamp(value["ts"])
        except ValueRejected as error:
            rejected.append(RejectedRow(index, value["device_code"], "bad-value", f"ts: {error}"))
        else:
            readings.append((index, Reading(value["device_code"], ts, value["values"])))
    return SentBatch(readings, rejected)
