"""Lines of a stream are read and decoded while those before them are stored, in order and within limits."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import pytest

from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput, StoreUnavailable
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainRows
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.services.intake import Intake, IntakeResult
from arcbeat.services.lines_ahead import TOGETHER_BYTES_MAX
from arcbeat.services.sent_batches import SentBatch, UnreadBatch
from tests.support.catalogue import CUTTING, CUTTING_COLUMNS

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
LINES_MAX = 4
ENDED_EARLY = InvalidInput((InputError("body", "", "the sender pauses"),))
WAIT_SECONDS_MAX = 20.0


class Store:
    """Implements PlainLines, and appends reading by reading. A line is a device code, and plain if that is a capital.

    Attributes:
        appends: the lines of each append of plain lines, in order.
        singles: the devices of each append of readings.
        refused: lines with which a batch is not stored.
        gate: appends wait until it is open.
        failure: raised by appends.
    """

    readings_together_max = LINES_MAX

    def __init__(self) -> None:
        self.appends: list[str] = []
        self.singles: list[str] = []
        self.refused = ""
        self.gate = asyncio.Event()
        self.failure: Exception | None = None

    async def decode(self, lines: Sequence[bytes]) -> PlainBatch | None:
        codes = [line.decode()[0] for line in lines]
        if not all(map(str.isupper, codes)):
            return None
        rows = PlainRows(("pulses",), codes, [T0] * len(codes), [(1,)] * len(codes))
        return PlainBatch(CUTTING_COLUMNS, (rows,), has_special_characters=False)

    async def append(self, batch: PlainBatch, text_bytes: int) -> bool:
        assert text_bytes <= TOGETHER_BYTES_MAX
        codes = "".join(code for group in batch.groups for code in group.device_codes)
        self.appends.append(codes)
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return not set(codes) & set(self.refused)

    async def append_each(self, _: Any, readings: Sequence[Reading], **__: Any) -> AppendResult:
        self.singles.append("".join(reading.device_code for reading in readings))
        return AppendResult(len(readings))


class Telemetry:
    def __init__(self, store: Store) -> None:
        self.append = store.append_each


class Devices:
    """Registers every device."""

    async def registered(self, _: Any, codes: Collection[str]) -> frozenset[str]:
        return frozenset(codes)


class Counter:
    def count_readings(self, *, accepted: int, rejected: int) -> None:
        pass


class Stream:
    """A stream of batches that a test sends one by one.

    Attributes:
        read: the batches that were asked for after they were sent.
    """

    def __init__(self) -> None:
        self.store = Store()
        self.read: list[str] = []
        self._sent: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        ports = cast("DeviceDirectory", Devices()), cast("TelemetryStore", Telemetry(self.store)), Counter()
        intake = Intake(CUTTING, *ports, ignore_unknown_fields=False, plain_lines=self.store)
        self.outcome: asyncio.Task[IntakeResult] = asyncio.create_task(intake.store(self._batches(), 10))

    async def _batches(self) -> AsyncIterator[UnreadBatch]:
        number = 0
        while (sent := await self._sent.get()) is not None:
            if isinstance(sent, Exception):
                raise sent
            self.read.append(sent)
            readings = [(number + index, Reading(code, T0, {"pulses": 1})) for index, code in enumerate(sent)]
            number += len(sent)
            yield UnreadBatch([code.encode() for code in sent], partial(SentBatch, readings))

    def send(self, *sent: str | Exception | None) -> None:
        for each in sent:
            self._sent.put_nowait(each)

    async def until_appended(self, *appends: str) -> None:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while self.store.appends != list(appends):  # noqa: ASYNC110 -- the lines before wait for a moment, too
                await asyncio.sleep(0)


@pytest.fixture
async def stream() -> AsyncIterator[Stream]:
    stream = Stream()
    yield stream
    stream.outcome.cancel()
    await asyncio.gather(stream.outcome, return_exceptions=True)


async def test_what_arrives_during_an_append_is_stored_together_up_to_the_limit(stream: Stream) -> None:
    stream.send("ABCD")
    await stream.until_appended("ABCD")
    stream.send("E", "FG", "HI", "J", None)
    stream.store.gate.set()

    assert (await stream.outcome).accepted == 10
    assert stream.store.appends == ["ABCD", "EFG", "HIJ"]


async def test_the_first_lines_of_a_fast_stream_wait_for_the_next(stream: Stream) -> None:
    stream.store.gate.set()
    stream.send("A", "B", None)

    assert (await stream.outcome).accepted == 2
    assert stream.store.appends == ["AB"]


async def test_a_slow_stream_is_stored_as_it_arrives(stream: Stream) -> None:
    stream.send("A")
    await stream.until_appended("A")
    stream.send("B")
    stream.store.gate.set()

    await stream.until_appended("A", "B")


async def test_no_more_is_read_ahead_than_the_next_append_stores(stream: Stream) -> None:
    stream.send("ABCD")
    await stream.until_appended("ABCD")
    stream.send("EF", "GH", "I")
    await asyncio.sleep(0)
    stream.store.gate.set()
    await stream.until_appended("ABCD", "EFGH", "I")

    stream.store.gate.clear()
    stream.send("JKLM", "NOPQ", "R")
    await stream.until_appended("ABCD", "EFGH", "I", "JKLM")
    for _ in range(100):
        await asyncio.sleep(0)

    assert stream.read[-2:] == ["JKLM", "NOPQ"]


async def test_lines_that_are_not_plain_are_stored_in_order_before_more_is_read(stream: Stream) -> None:
    stream.send("ABCD")
    await stream.until_appended("ABCD")
    stream.send("E", "fG", "H", None)
    for _ in range(100):
        await asyncio.sleep(0)
    assert stream.read == ["ABCD", "E", "fG"]
    stream.store.gate.set()

    assert (await stream.outcome).accepted == 8
    assert stream.store.appends == ["ABCD", "E", "H"]
    assert stream.store.singles == ["fG"]


async def test_batches_that_are_not_stored_together_are_stored_by_themselves(stream: Stream) -> None:
    stream.store.refused = "C"
    stream.store.gate.set()
    stream.send("A", "BC", "D", None)

    assert (await stream.outcome).accepted == 4
    assert stream.store.appends == ["ABCD", "A", "BC", "D"]
    assert stream.store.singles == ["BC"]


async def test_a_failure_of_the_store_ends_the_stream_although_no_more_lines_arrive(stream: Stream) -> None:
    stream.store.gate.set()
    stream.send("ABCD")
    await stream.until_appended("ABCD")
    stream.store.failure = StoreUnavailable("away.")
    stream.send("E")

    with pytest.raises(StoreUnavailable, match=r"^away\. 4 readings were processed before"):
        await stream.outcome


async def test_what_arrived_before_a_stream_ends_early_is_stored(stream: Stream) -> None:
    stream.send("ABCD")
    await stream.until_appended("ABCD")
    stream.send("E", ENDED_EARLY)
    stream.store.gate.set()

    with pytest.raises(InvalidInput, match="5 readings were processed before"):
        await stream.outcome
    assert stream.store.appends == ["ABCD", "E"]


async def test_a_request_that_is_cancelled_stops_reading(stream: Stream) -> None:
    stream.send("A")
    await stream.until_appended("A")

    stream.outcome.cancel()
    await asyncio.gather(stream.outcome, return_exceptions=True)
    stream.send("B")
    for _ in range(10):
        await asyncio.sleep(0)

    assert stream.read == ["A"]
