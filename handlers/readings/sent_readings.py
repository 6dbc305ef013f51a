"""Readings as senders say them: a batch of JSON, or a stream of lines of JSON of any length."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson

from arcbeat.domain.readings.columns import ValueRejected
from arcbeat.domain.readings.ports import SchemaValidator
from arcbeat.domain.readings.readings import Reading
from arcbeat.services.intake import RejectedRow, SentBatch
from handlers.readings.lines import LINE_BYTES_MAX, Line, batches
from handlers.readings.moments import moment

DEVICE_CODE_CHARACTERS_MAX = 50
"""What is longer is no device code, and not repeated."""

Said = tuple[int, Any]
"""A place, and what was said there."""


async def of_batch(said: Sequence[dict[str, Any]]) -> AsyncIterator[SentBatch]:
    """All at once; each is of the validator of a reading already."""
    yield _to_readings(list(enumerate(said)))


async def of_lines(chunks: AsyncIterator[bytes], validator: SchemaValidator) -> AsyncIterator[SentBatch]:
    """Batch by batch, as they come in; a line that is not of the validator of a reading is rejected."""
    async for lines in batches(chunks):
        said, malformed = _parse(lines)
        if not validator.are_all_valid([value for _, value in said]):
            misfits = {place: misfit for place, value in said if (misfit := validator.error_of(value))}
            malformed += [_malformed(place, misfits[place], value) for place, value in said if place in misfits]
            said = [each for each in said if each[0] not in misfits]
        yield _to_readings(said, malformed)


def _parse(lines: Sequence[Line]) -> tuple[list[Said], list[RejectedRow]]:
    said: list[Said] = []
    malformed = []
    for line in lines:
        if line.text is None:
            malformed.append(_malformed(line.number, f"longer than {LINE_BYTES_MAX} bytes"))
            continue
        try:
            said.append((line.number, orjson.loads(line.text)))
        except orjson.JSONDecodeError as error:
            malformed.append(_malformed(line.number, f"not JSON: {error}"))
    return said, malformed


def _malformed(place: int, detail: str, value: Any = None) -> RejectedRow:
    code = value.get("device_code") if isinstance(value, dict) else None
    is_said = isinstance(code, str) and len(code) <= DEVICE_CODE_CHARACTERS_MAX
    return RejectedRow(place, code if is_said else None, "malformed", detail)


def _to_readings(said: Sequence[Said], malformed: Sequence[RejectedRow] = ()) -> SentBatch:
    readings = []
    rejected = [*malformed]
    for place, value in said:
        try:
            ts = moment(value["ts"])
        except ValueRejected as error:
            rejected.append(RejectedRow(place, value["device_code"], "bad-value", f"ts: {error}"))
        else:
            readings.append((place, Reading(value["device_code"], ts, value["values"])))
    return SentBatch(readings, rejected)
