"""Whatever is sent, a plain batch has the readings that would be stored one by one, and none that would be rejected."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings

from adapters.plain_readings.decoders import ReadingDecoders
from arcbeat.api.body.json_values import decode_json
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.contract.schemas import ContractSchema
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.readings.appending import validate
from arcbeat.domain.readings.plain_batches import PlainBatch
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.readings.rules import split_by_rules
from arcbeat.domain.readings.sent_timestamps import parse_timestamp
from arcbeat.domain.schema.columns import ValueRejected
from tests.adapters.plain_readings.bodies import Body, bodies, streams

CONTRACT = load_contract()
BATCH = BoundedValidator({"$ref": "#/components/schemas/ReadingBatch"}, {"components": CONTRACT["components"]})
READING = ContractSchema(CONTRACT, "Reading")
LATER = datetime(9999, 12, 31, 23, tzinfo=UTC)
"""A clock that makes no timestamp one of the future: the stores compare with the clock."""
EXAMPLES = 300

Row = tuple[str, str, str]


class Rejected(Exception):
    """Something that was sent is rejected."""


def stored_one_by_one(values: Sequence[Any], body: Body) -> list[Row]:
    """Return the readings that are stored; raise Rejected if one of them is not."""
    try:
        readings = [Reading(each["device_code"], parse_timestamp(each["ts"]), each["values"]) for each in values]
    except ValueRejected as error:
        raise Rejected from error
    valid, broken = split_by_rules(list(enumerate(readings)), body.fields)
    batch = validate([reading for _, reading in valid], body.columns, LATER)
    if broken or batch.rejections:
        raise Rejected(broken, batch.rejections)
    return sorted(row(each.device_code, each.ts, each.values) for _, each in batch.storable)


def row(device_code: str, ts: datetime, values: Any) -> Row:
    """Return a reading as text, in which numbers of two types differ."""
    return device_code, repr(ts), repr(sorted(values.items()))


def rows_of(batch: PlainBatch) -> list[Row]:
    return sorted(_rows_of(batch))


def _rows_of(batch: PlainBatch) -> Iterator[Row]:
    for group in batch.groups:
        assert group.names
        for code, ts, values in zip(group.device_codes, group.timestamps, group.values, strict=True):
            yield row(code, ts, dict(zip(group.names, values, strict=True)))


def sent_in_json(body: Body) -> Sequence[Any]:
    try:
        value = decode_json(body.text)
    except ValueError as error:
        raise Rejected from error
    if BATCH.errors(value):
        raise Rejected
    readings: Sequence[Any] = value["readings"]
    return readings


def sent_in_lines(body: Body) -> Sequence[Any]:
    try:
        values = [READING.decode(line) for line in body.lines]
    except ValueError as error:
        raise Rejected from error
    if not READING.are_all_valid(values):
        raise Rejected
    return values


@settings(max_examples=EXAMPLES)
@given(bodies())
def test_a_plain_body_is_stored_as_reading_by_reading(body: Body) -> None:
    decoders = ReadingDecoders()
    sent = decoders.open(body.text)
    decoder = decoders.of(body.columns, body.fields)
    batch = decoder.decode(sent.readings) if sent and decoder else None

    if batch is not None:
        assert rows_of(batch) == stored_one_by_one(sent_in_json(body), body)


@settings(max_examples=EXAMPLES)
@given(streams())
def test_plain_lines_are_stored_as_reading_by_reading(body: Body) -> None:
    decoder = ReadingDecoders().of(body.columns, body.fields)
    batch = decoder.decode_lines(body.lines) if decoder and body.lines else None

    if batch is not None:
        assert rows_of(batch) == stored_one_by_one(sent_in_lines(body), body)
        assert len(body.lines) == batch.size


def test_a_body_whose_type_has_a_null_character_is_not_opened() -> None:
    assert ReadingDecoders().open(rb'{"type_code":"\u0000","readings":[]}') is None
    assert ReadingDecoders().open(rb'{"type_code":"welding","readings":[]}') is not None
