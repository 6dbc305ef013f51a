"""Readings on their way into the store: each is judged by itself, and what became of all of them is told."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import StoreError
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.appending import IndexedReading
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Rejection
from arcbeat.domain.readings.rules import split_by_rules

DETAIL_CHARACTERS_MAX = 200
"""A detail may quote what was sent, which may be long."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not stored.

    Attributes:
        index: its place among all that was sent, from 0.
        device_code: None where the row does not say it.
        reason: as of a Rejection, or ``malformed``: it is no reading at all.
        detail: for a person.
    """

    index: int
    device_code: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SentBatch:
    """Rows that were sent, as far as they are read together: readings, and rows that are none."""

    readings: Sequence[IndexedReading]
    rejected: Sequence[RejectedRow] = ()


@dataclass(slots=True)
class Outcome:
    """What became of the rows so far.

    Attributes:
        listed_max: so many rejected rows are kept, the first ones; the others are counted.
        listed: in their order.
    """

    listed_max: int
    accepted: int = 0
    rejected: int = 0
    listed: list[RejectedRow] = field(default_factory=list)

    @property
    def omitted(self) -> int:
        return self.rejected - len(self.listed)

    def add(self, accepted: int, rejected: Sequence[RejectedRow]) -> None:
        """A batch was judged."""
        self.accepted += accepted
        self.rejected += len(rejected)
        some = sorted(rejected, key=lambda row: row.index)[: self.listed_max - len(self.listed)]
        self.listed += [_bounded(row) for row in some]


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes readings of one device type, batch by batch.

    Attributes:
        ignore_unknown_fields: a field without a column is left out, instead of its reading.
    """

    device_type: DeviceType
    devices: DeviceDirectory
    telemetry: TelemetryStore
    reading_counter: ReadingCounter
    ignore_unknown_fields: bool

    async def store(self, batches: AsyncIterator[SentBatch], listed_max: int) -> Outcome:
        """Store all batches, one after another: the next is read when the one before is stored.

        Raises:
            StoreError: a store failed; it says how many rows were judged before, and all may be sent again.
        """
        outcome = Outcome(listed_max)
        try:
            async for batch in batches:
                await self._store(batch, outcome)
        except StoreError as error:
            raise _interrupted(error, outcome) from error
        return outcome

    async def _store(self, batch: SentBatch, outcome: Outcome) -> None:
        registered, strangers = await self._part_by_registration(batch.readings)
        fitting, unfit = split_by_rules(registered, self.device_type.fields)
        refused = await self._append(fitting)
        codes = {place: reading.device_code for place, reading in batch.readings}
        rejections = (*strangers, *unfit, *refused)
        named = [RejectedRow(each.index, codes[each.index], each.reason, each.detail) for each in rejections]
        rejected = [*batch.rejected, *named]
        accepted = len(fitting) - len(refused)
        self.reading_counter.count_readings(accepted=accepted, rejected=len(rejected))
        outcome.add(accepted, rejected)

    async def _part_by_registration(
        self, placed: Sequence[IndexedReading]
    ) -> tuple[Sequence[IndexedReading], list[Rejection]]:
        codes = sorted({reading.device_code for _, reading in placed})
        registered = await self.devices.registered(self.device_type, codes) if codes else frozenset()
        detail = f"not registered as a device of the type {self.device_type.type_code}"
        strangers = [place for place, reading in placed if reading.device_code not in registered]
        rejections = [Rejection(place, "unregistered-device", detail) for place in strangers]
        return [each for each in placed if each[1].device_code in registered], rejections

    async def _append(self, placed: Sequence[IndexedReading]) -> list[Rejection]:
        """What the store refuses, by place."""
        if not placed:
            return []
        result = await self.telemetry.append(
            self.device_type.super_table,
            [reading for _, reading in placed],
            ignore_unknown_fields=self.ignore_unknown_fields,
        )
        return [Rejection(placed[each.index][0], each.reason, each.detail) for each in result.rejections]


def _bounded(row: RejectedRow) -> RejectedRow:
    return RejectedRow(row.index, row.device_code, row.reason, row.detail[:DETAIL_CHARACTERS_MAX])


def _interrupted(error: StoreError, outcome: Outcome) -> StoreError:
    count = outcome.accepted + outcome.rejected
    told = f"{count} readings were judged before, and stored if they were accepted; all may be sent again."
    return type(error)(f"{error.detail} {told}") if count else error
