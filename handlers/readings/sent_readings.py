"""Reads sent readings: a batch in one JSON body, or a stream of JSON lines of any length."""

import asyncio
import codecs
from collections.abc import AsyncIterator, Sequence
from typing import Any

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.ports import SchemaValidator
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.readings.sent_timestamps import parse_timestamp
from arcbeat.domain.schema.columns import ValueRejected
from arcbeat.services.sent_batches import RejectedRow, SentBatch, UnreadBatch
from handlers.readings.lines import LINE_BYTES_MAX, Line, batches

DEVICE_CODE_CHARACTERS_MAX = 50
"""The longest device code; a longer text is not repeated in the response."""
MALFORMED_LINES_MAX = 10_000
"""A stream with more malformed lines is read on only while they are at most half of all lines."""
SHORT_BYTES_MAX = 100_000
"""A line up to this size has neither too many bytes nor too many values."""

IndexedValue = tuple[int, Any]
"""The index of a row, and the decoded JSON of the row."""


async def read_batch(body: Sequence[dict[str, Any]]) -> AsyncIterator[UnreadBatch]:
    """Yield the readings of a JSON body, which has been validated against the contract, as one batch."""
    yield UnreadBatch(None, lambda: _to_readings(list(enumerate(body))))


async def read_lines(chunks: AsyncIterator[bytes], validator: SchemaValidator) -> AsyncIterator[UnreadBatch]:
    """Yield the readings of a stream of JSON lines, batch by batch as they arrive; invalid lines are rejected.

    Raises:
        InvalidInput: more than `MALFORMED_LINES_MAX` lines are malformed, and over half of the lines up to there.
    """
    read, rejected = 0, 0
    async for lines in batches(chunks):
        batch = _Lines(lines, validator)
        yield UnreadBatch(batch.texts(), batch.read)
        read, rejected = read + len(lines), rejected + batch.malformed
        if rejected > MALFORMED_LINES_MAX and rejected > read / 2:
            detail = f"{rejected} of the first {read} lines are not readings; the rest of the stream was not read"
            raise InvalidInput((InputError("body", "", detail),))
        await asyncio.sleep(0)  # other requests are answered even if no line of this one reaches a store


class _Lines:
    """A batch of lines.

    Attributes:
        malformed: how many of the lines are no readings; 0 if they were not read.
    """

    def __init__(self, lines: Sequence[Line], validator: SchemaValidator) -> None:
        self.malformed = 0
        self._lines = lines
        self._validator = validator

    def texts(self) -> Sequence[bytes] | None:
        """Return the lines, or None if one is so long that it may exceed a limit."""
        texts = [line.text for line in self._lines if line.text is not None and len(line.text) <= SHORT_BYTES_MAX]
        return texts if len(texts) == len(self._lines) else None

    def read(self) -> SentBatch:
        """Return the readings, and the lines that are none."""
        values, malformed = _decode(self._lines, self._validator)
        if not self._validator.are_all_valid([value for _, value in values]):
            errors = {index: error for index, value in values if (error := self._validator.error_of(value))}
            malformed += [_malformed(index, errors[index], value) for index, value in values if index in errors]
            values = [each for each in values if each[0] not in errors]
        self.malformed = len(malformed)
        return _to_readings(values, malformed)


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
