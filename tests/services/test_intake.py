"""Readings that are stored at once and readings that are stored one by one: same rows, same responses."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.plain_readings.decoders import ReadingDecoders
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.known_types import PostgresKnownTypes
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.api.body.json_values import decode_json
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.contract.schemas import ContractSchema
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.files.streams import StreamedBody
from arcbeat.domain.readings.plain_decoding import PlainDecoder, SentBody
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.unparsed_body import UnparsedBody
from arcbeat.services.plain_intake import PlainIntake
from arcbeat.services.sent_batches import RejectedRow
from arcbeat.services.shared_appends import SharedAppends
from handlers.readings.readings import append_readings
from tests.adapters.plain_readings.bodies import json_texts, line_texts
from tests.support.background_loop import BackgroundLoop
from tests.support.postgres import Server

CONTRACT = load_contract()
BATCH = BoundedValidator({"$ref": "#/components/schemas/ReadingBatch"}, {"components": CONTRACT["components"]})
TABLE = SuperTable("test_db", "odd_real_data")
COLUMNS = (
    Column(name="ts", type=ColumnType.TIMESTAMP),
    Column(name="tiny", type=ColumnType.TINYINT),
    Column(name="count", type=ColumnType.INT),
    Column(name="large", type=ColumnType.BIGINT),
    Column(name="unsigned", type=ColumnType.SMALLINT_UNSIGNED),
    Column(name="current", type=ColumnType.FLOAT),
    Column(name="ratio", type=ColumnType.DOUBLE),
    Column(name="locked", type=ColumnType.BOOL),
    Column(name="text", type=ColumnType.NCHAR, length=8),
    Column(name="bytes", type=ColumnType.VARCHAR, length=16),
    Column(name="since", type=ColumnType.TIMESTAMP),
    Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True),
)
"""Of every kind. The types of the generated bodies name them by chance."""


def of_field(name: str, column_type: ColumnType, **rules: Any) -> Field:
    return Field(name=name, label=Label("字段", "Field"), type=column_type, **rules)


TYPE = DeviceType(
    type_code="odd",
    aliases=("welding", "a", "焊"),
    label=Label("怪", "Odd"),
    super_table=TABLE,
    thresholds=FreshnessThresholds(15, 60),
    fields=(
        of_field("count", ColumnType.INT, minimum=-20.0, maximum=100.5),
        of_field("current", ColumnType.FLOAT, maximum=400.0),
        of_field("text", ColumnType.NCHAR, max_length=5),
    ),
    fields_version=1,
)
CODES = ("M1", "M2", "炉😀", "it's", "a\\b")
EXAMPLES = 150
ROWS = "select * from test_db.odd_real_data order by device_code, ts"


class NoDecoders:
    """PlainDecoders without a decoder, so that all readings are stored one by one."""

    def open(self, body: bytes) -> SentBody | None:  # noqa: ARG002 -- the signature of the port
        return None

    def of(self, columns: Sequence[Column], fields: Sequence[Field]) -> PlainDecoder | None:  # noqa: ARG002 -- as above
        return None


@dataclass
class Counted:
    """A ReadingCounter.

    Attributes:
        counts: accepted and rejected readings.
    """

    counts: list[int] = field(default_factory=lambda: [0, 0])

    def count_readings(self, *, accepted: int, rejected: int) -> None:
        self.counts[0] += accepted
        self.counts[1] += rejected


class ObservedTelemetry(PostgresTelemetry):
    """Counts the batches that were stored at once."""

    plain_batches = 0

    async def append_plain(self, *args: Any) -> bool:
        stored = await super().append_plain(*args)
        self.plain_batches += stored
        return stored


class Side:
    """One installation with its own database."""

    def __init__(self, database: Database, decoders: ReadingDecoders | NoDecoders) -> None:
        self.database, self.counted = database, Counted()
        self.telemetry = ObservedTelemetry(database)
        types = PostgresKnownTypes(database)
        appends = SharedAppends(types, self.telemetry)
        self._intake = PlainIntake(types, decoders, self.telemetry, appends, self.counted)

    async def prepare(self) -> None:
        await PostgresCatalogue(self.database).put_type(TYPE)
        await self.telemetry.create_super_table(TABLE, COLUMNS)
        async with self.database.connection() as connection:
            register = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, 'odd')"
            await connection.cursor().executemany(register, [(code, code) for code in CODES])

    async def post(self, body: UnparsedBody | StreamedBody, unknown_fields: str = "reject") -> Mapping[str, Any]:
        """Return the body of the response, or the errors."""
        try:
            response = await append_readings(
                PostgresCatalogue(self.database),
                PostgresDevices(self.database),
                self.telemetry,
                self._intake,
                self.counted,
                ContractSchema(CONTRACT, "Reading"),
                type_code=None if isinstance(body, UnparsedBody) else "odd",
                unknown_fields=unknown_fields,
                body=body,
            )
        except InvalidInput as error:
            return {"errors": [asdict(each) for each in error.errors], "detail": error.detail}
        listed: list[RejectedRow] = response["results"]
        return {**response, "results": [asdict(each) for each in listed]}

    async def post_json(self, text: bytes, unknown_fields: str = "reject") -> Mapping[str, Any]:
        return await self.post(UnparsedBody(text, lambda: parsed(text)), unknown_fields)

    async def post_lines(self, text: bytes, unknown_fields: str = "reject") -> Mapping[str, Any]:
        async def chunks() -> AsyncIterator[bytes]:
            yield text

        return await self.post(StreamedBody("application/x-ndjson", chunks()), unknown_fields)

    async def rows(self) -> str:
        return repr(await self.database.fetch_all(ROWS))


def parsed(text: bytes) -> Any:
    """Return a valid body, as the API does."""
    try:
        value = decode_json(text)
    except ValueError as error:
        raise InvalidInput.of_body(str(error)) from error
    if errors := BATCH.errors(value):
        raise InvalidInput([InputError("body", each.pointer, each.detail) for each in errors])
    return value


@dataclass(frozen=True)
class Sides:
    """Two installations: one that stores what it can at once, and one that stores all readings one by one."""

    loop: BackgroundLoop
    at_once: Side
    one_by_one: Side

    def send(self, post: str, text: bytes, unknown_fields: str = "reject") -> Mapping[str, Any]:
        """Send a text to both, assert that they agree, and return the response."""
        response: Mapping[str, Any]
        response, expected = (
            self.loop.run(getattr(side, post), text, unknown_fields) for side in (self.at_once, self.one_by_one)
        )
        assert response == expected
        assert self.at_once.counted == self.one_by_one.counted
        assert self.loop.run(self.at_once.rows) == self.loop.run(self.one_by_one.rows)
        return response

    @property
    def plain_batches(self) -> int:
        assert self.one_by_one.telemetry.plain_batches == 0
        return self.at_once.telemetry.plain_batches


@pytest.fixture(scope="module")
def sides(postgres_server: Server, template_database: str) -> Iterator[Sides]:
    urls = [postgres_server.create_database(template=template_database) for _ in range(2)]
    with BackgroundLoop.running() as loop:
        found = [
            Side(Database(loop.enter(open_pool(urls[0], max_size=2))), ReadingDecoders()),
            Side(Database(loop.enter(open_pool(urls[1], max_size=2))), NoDecoders()),
        ]
        for side in found:
            loop.run(side.prepare)
        yield Sides(loop, *found)
    for url in urls:
        postgres_server.drop_database(url)


@settings(max_examples=EXAMPLES)
@given(json_texts(COLUMNS), st.sampled_from(("reject", "ignore")))
def test_a_body_has_the_same_effect_and_response_whichever_way_it_is_stored(
    sides: Sides, text: bytes, unknown_fields: str
) -> None:
    sides.send("post_json", text, unknown_fields)


@settings(max_examples=EXAMPLES)
@given(line_texts(COLUMNS), st.sampled_from(("reject", "ignore")))
def test_lines_have_the_same_effect_and_response_whichever_way_they_are_stored(
    sides: Sides, text: bytes, unknown_fields: str
) -> None:
    sides.send("post_lines", text, unknown_fields)


def reading(number: int = 0, device_code: str = "M1", **values: Any) -> dict[str, Any]:
    ts = f"2026-03-02T08:00:{number % 60:02}.{number // 60:03}+08:00"
    return {"device_code": device_code, "ts": ts, "values": values}


USUAL = [
    [reading(number, code, count=number % 100, current=150.5, locked=True, text="焊接") for number in range(200)]
    for code in CODES[:2]
]
DIFFERENT = [
    reading(300, count=7),
    reading(301, text="it'\\n", count=8),
    reading(302, count=None, large=2**63 - 1),
    {**reading(count=1), "ts": 1772409600000},
    {**reading(count=2), "ts": "2026-03-02T00:00:00.123456789Z", "device_code": "炉😀"},
]


@pytest.mark.parametrize("is_ascii", [False, True])
@pytest.mark.parametrize("readings", [*USUAL, DIFFERENT, DIFFERENT[:1]])
def test_usual_readings_are_stored_at_once(sides: Sides, readings: list[dict[str, Any]], is_ascii: bool) -> None:
    before = sides.plain_batches
    texts = [json.dumps(each, ensure_ascii=is_ascii).encode() for each in readings]
    body = b'{"type_code": "odd", "readings": [' + b", ".join(texts) + b"]}"

    responses = [sides.send("post_json", body), sides.send("post_lines", b"\n".join(texts))]

    expected = {"accepted": len(readings), "rejected": 0, "results": [], "results_omitted": 0}
    assert responses == [expected, expected]
    assert sides.plain_batches == before + 2


@pytest.mark.parametrize(
    "odd",
    [
        reading(count=5, more=1),
        reading(count=1000),
        reading(count=5.0),
        reading(text="焊接设备一二"),
        reading(since="2026-03-02T08:00:00Z"),
        reading(ratio=5e-324),
        reading(text="\0"),
        reading(device_code="M9", count=1),
        reading(),
        {**reading(count=1), "ts": "2126-03-02T00:00:00Z"},
        {**reading(count=1), "ts": "now"},
    ],
)
def test_one_odd_reading_lets_all_that_were_sent_with_it_be_stored_one_by_one(
    sides: Sides, odd: dict[str, Any]
) -> None:
    before = sides.plain_batches

    response = sides.send(
        "post_lines", b"\n".join(map(orjson.dumps, [reading(400, count=1), odd, reading(401, count=2)]))
    )

    assert (response["accepted"] + response["rejected"], sides.plain_batches) == (3, before)


def test_two_readings_of_one_device_and_ts_are_both_stored(sides: Sides) -> None:
    response = sides.send("post_lines", b"\n".join(map(orjson.dumps, [reading(500, count=1), reading(500, large=2)])))

    assert response["accepted"] == 2


def test_rules_that_another_program_changes_are_followed_from_then_on(sides: Sides) -> None:
    async def change(side: Side, maximum: float) -> None:
        await side.database.execute("update t_device_type_field set maximum = %s where name = 'count'", (maximum,))

    for maximum, accepted in ((10, 0), (100.5, 1)):
        for side in (sides.at_once, sides.one_by_one):
            sides.loop.run(change, side, maximum)
        body = orjson.dumps({"type_code": "odd", "readings": [reading(600, count=50)]})
        assert sides.send("post_json", body)["accepted"] == accepted
        assert sides.send("post_lines", orjson.dumps(reading(601, count=50)))["accepted"] == accepted
