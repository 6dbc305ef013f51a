"""Validates and stores readings, batch by batch, and reports the rejected ones."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import ArcbeatError, InvalidInput, StoreError
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.appending import IndexedReading
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Rejection
from arcbeat.domain.readings.rules import split_by_rules
from arcbeat.domain.visible_text import code_error

DETAIL_CHARACTERS_MAX = 200
"""Longer details are cut off; a detail may quote what was sent, which may be long."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A sent row that is not stored.

    Attributes:
        index: its index among all rows that were sent, from 0.
        device_code: None if the row has none.
        reason: that of a Rejection, or ``malformed`` for a row that is not a reading.
        detail: the explanation, for people.
    """

    index: int
    device_code: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SentBatch:
    """Rows that were read together: the readings, and the rows that are not readings."""

    readings: Sequence[IndexedReading]
    rejected: Sequence[RejectedRow] = ()


@dataclass(frozen=True, slots=True)
class UnreadBatch:
    """Rows that arrived together.

    Attributes:
        lines: JSON texts, one per row, that may be stored without being read; None if they must be read.
        read: returns the readings.
    """

    lines: Sequence[bytes] | None
    read: Callable[[], SentBatch]


StoreLines = Callable[[Sequence[bytes]], Awaitable[int | None]]
"""Stores JSON lines that are plain and returns their number; None if they must be read."""


@dataclass(slots=True)
class IntakeResult:
    """The number of accepted and rejected rows, and the first rejected rows.

    Attributes:
        listed_max: how many rejected rows are listed; further ones are only counted.
        listed: rejected rows, ordered by index within each batch.
    """

    listed_max: int
    accepted: int = 0
    rejected: int = 0
    listed: list[RejectedRow] = field(default_factory=list)

    @property
    def omitted(self) -> int:
        """The number of rejected rows that are not listed."""
        return self.rejected - len(self.listed)

    def add(self, accepted: int, rejected: Sequence[RejectedRow]) -> None:
        """Add the rows of a batch."""
        self.accepted += accepted
        self.rejected += len(rejected)
        first = sorted(rejected, key=lambda row: row.index)[: self.listed_max - len(self.listed)]
        self.listed += [_with_short_detail(row) for row in first]


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores readings of one device type.

    Attributes:
        ignore_unknown_fields: drop the value of a field without a column, instead of rejecting its reading.
        store_lines: is tried first for batches of lines.
    """

    device_type: DeviceType
    devices: DeviceDirectory
    telemetry: TelemetryStore
    reading_counter: ReadingCounter
    ignore_unknown_fields: bool
    store_lines: StoreLines | None = None

    async def store(self, batches: AsyncIterator[UnreadBatch], listed_max: int) -> IntakeResult:
        """Store all batches, one after another; a batch is not read before the previous one is stored.

        Raises:
            StoreError: a store failed. The detail says how many rows were processed; sending all of them again is safe.
            InvalidInput: the batches end early, for example because the sender pauses. The detail says the same.
        """
        result = IntakeResult(listed_max)
        try:
            async for batch in batches:
                await self._store(batch, result)
        except StoreError as error:
            raise type(error)(_with_progress(error, result)) from error
        except InvalidInput as error:
            raise InvalidInput(error.errors, _with_progress(error, result)) from error
        return result

    async def _store(self, batch: UnreadBatch, result: IntakeResult) -> None:
        """Store a batch as it is, or else reading by reading."""
        stored = None if batch.lines is None or self.store_lines is None else await self.store_lines(batch.lines)
        if stored is None:
            await self._store_each(batch.read(), result)
        else:
            result.add(stored, ())

    async def _store_each(self, batch: SentBatch, result: IntakeResult) -> None:
        """Store the valid readings, which pass the checks of their device, their fields and their columns."""
        registered, unregistered = await self._split_by_registration(batch.readings)
        valid, invalid = split_by_rules(registered, self.device_type.fields)
        rejected_by_store = await self._append(valid)
        codes = {index: reading.device_code for index, reading in batch.readings}
        rejections = (*unregistered, *invalid, *rejected_by_store)
        rejected = [RejectedRow(each.index, codes[each.index], each.reason, each.detail) for each in rejections]
        accepted = len(valid) - len(rejected_by_store)
        rejected = [*batch.rejected, *rejected]
        self.reading_counter.count_readings(accepted=accepted, rejected=len(rejected))
        result.add(accepted, rejected)

    async def _split_by_registration(
        self, readings: Sequence[IndexedReading]
    ) -> tuple[Sequence[IndexedReading], list[Rejection]]:
        codes = sorted({reading.device_code for _, reading in readings})
        registered = await self.devices.registered(self.device_type, codes) if codes else frozenset()
        rejections = [
            Rejection(index, "unregistered-device", self._unregistered(reading.device_code))
            for index, reading in readings
            if reading.device_code not in registered
        ]
        return [each for each in readings if each[1].device_code in registered], rejections

    def _unregistered(self, device_code: str) -> str:
        detail = f"not registered as a device of the type {self.device_type.type_code}"
        error = code_error(device_code)  # an invisible character is the one thing that the sender cannot see
        return f"{detail}; the code {error}" if error else detail

    async def _append(self, readings: Sequence[IndexedReading]) -> list[Rejection]:
        """Append to the store, and return its rejections with the indexes of the sent rows."""
        if not readings:
            return []
        result = await self.telemetry.append(
            self.device_type.super_table,
            [reading for _, reading in readings],
            ignore_unknown_fields=self.ignore_unknown_fields,
        )
        return [Rejection(readings[each.index][0], each.reason, each.detail) for each in result.rejections]


def _with_short_detail(row: RejectedRow) -> RejectedRow:
    return RejectedRow(row.index, row.device_code, row.reason, row.detail[:DETAIL_CHARACTERS_MAX])


def _with_progress(error: ArcbeatError, result: IntakeResult) -> str:
    count = result.accepted + result.rejected
    progress = f"{count} readings were processed before; those that were accepted are stored. Send all of them again."
    return f"{error.detail} {progress}" if count else error.detail
