"""Validates and stores readings, batch by batch, and reports the rejected ones."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from arcbeat.concurrency import started
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import ArcbeatError, InvalidInput, StoreError
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.appending import IndexedReading
from arcbeat.domain.readings.plain_batches import merged
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Rejection
from arcbeat.domain.readings.rules import split_by_rules
from arcbeat.domain.visible_text import code_error
from arcbeat.services.lines_ahead import LinesAhead, PlainLines, ReadLines
from arcbeat.services.sent_batches import RejectedRow, SentBatch, UnreadBatch

DETAIL_CHARACTERS_MAX = 200
"""Longer details are cut off; a detail may quote what was sent, which may be long."""


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
        plain_lines: is tried first for batches of lines.
    """

    device_type: DeviceType
    devices: DeviceDirectory
    telemetry: TelemetryStore
    reading_counter: ReadingCounter
    ignore_unknown_fields: bool
    plain_lines: PlainLines | None = None

    async def store(self, batches: AsyncIterator[UnreadBatch], listed_max: int) -> IntakeResult:
        """Store all batches in their order; while one is stored, the next is read if it is plain.

        Raises:
            StoreError: a store failed. The detail says how many rows were processed; sending all of them again is safe.
            InvalidInput: the batches end early, for example because the sender pauses. The detail says the same.
        """
        result = IntakeResult(listed_max)
        try:
            await self._store_all(batches, result)
        except StoreError as error:
            raise type(error)(_with_progress(error, result)) from error
        except InvalidInput as error:
            raise InvalidInput(error.errors, _with_progress(error, result)) from error
        return result

    async def _store_all(self, batches: AsyncIterator[UnreadBatch], result: IntakeResult) -> None:
        if self.plain_lines is None:
            async for batch in batches:
                await self._store_each(batch.read(), result)
            return
        ahead = LinesAhead(self.plain_lines)
        async with started(ahead.read(batches)) as reading, aclosing(ahead.together(reading)) as found:
            async for together in found:
                await self._store_lines(self.plain_lines, together, result)

    async def _store_lines(self, plain: PlainLines, together: Sequence[ReadLines], result: IntakeResult) -> None:
        """Store lines as they are; if that fails, batch by batch, and those that are not plain reading by reading."""
        if len(together) > 1 and await _append_lines(plain, together):
            result.add(sum(each.size for each in together), ())
            return
        for each in together:
            if await _append_lines(plain, [each]):
                result.add(each.size, ())
            else:
                await self._store_each(each.unread.read(), result)

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


async def _append_lines(plain: PlainLines, together: Sequence[ReadLines]) -> bool:
    """Store lines and return True, or return False if they are not plain or cannot be stored as they are."""
    batches = [each.plain for each in together if each.plain is not None]
    return bool(batches) and await plain.append(merged(batches), sum(each.bytes for each in together))


def _with_short_detail(row: RejectedRow) -> RejectedRow:
    return RejectedRow(row.index, row.device_code, row.reason, row.detail[:DETAIL_CHARACTERS_MAX])


def _with_progress(error: ArcbeatError, result: IntakeResult) -> str:
    count = result.accepted + result.rejected
    progress = f"{count} readings were processed before; those that were accepted are stored. Send all of them again."
    return f"{error.detail} {progress}" if count else error.detail
