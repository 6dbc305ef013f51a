"""One sampling of a device type: which devices there are, and what each said last."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.ports import LatestSource
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.shown_values import VisibleValues
from arcbeat.domain.readings.snapshots import RowChange, SnapshotRow, row_changes
from arcbeat.domain.time.clock import Clock

MAX_DEVICES = 200_000
"""Of one type; those beyond, by code, are on no snapshot."""
ROWS_AT_ONCE = 1_000
"""Then others have their turn."""

Rows = Mapping[str, SnapshotRow]
Make = Callable[[Sequence[str]], Rows]
"""The rows of some devices."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """What a type's devices said at one moment."""

    device_type: DeviceType
    device_codes: Sequence[str]
    latest: Mapping[str, Latest]
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """The rows of a snapshot, and what is different from those before."""

    rows: Rows
    changed: Mapping[str, RowChange]


class SampleReader:
    """Asks the stores. The store of readings is asked in batches, so that no single statement times out."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        store: LatestSource,
        clock: Clock,
        *,
        max_devices: int = MAX_DEVICES,
    ) -> None:
        self._catalogue = catalogue
        self._devices = devices
        self._store = store
        self._clock = clock
        self._max_devices = max_devices

    async def device_type(self, type_code: str) -> DeviceType:
        """The type as it is now.

        Raises:
            UnknownDeviceType: there is none any more.
            StoreError: a store is away.
        """
        return await self._catalogue.get_type(type_code)

    async def read(self, type_code: str) -> Sample:
        """The type as it is now, its devices, and their newest readings.

        Raises:
            UnknownDeviceType: there is none any more.
            StoreError: a store is away.
        """
        asked_at = self._clock()
        device_type = await self._catalogue.get_type(type_code)
        listed = await self._devices.page(device_type, DeviceFilter(), offset=0, limit=self._max_devices)
        if listed.total > len(listed.device_codes):
            logger.warning("devices_left_out", type_code=type_code, total=listed.total)
        latest = await self._store.latest(device_type.super_table, listed.device_codes) if listed.device_codes else {}
        return Sample(device_type, listed.device_codes, latest, asked_at)


def renewed(sample: Sample, before: Rows, now: datetime) -> Make:
    """Rows as they were sampled; one that says nothing new is the row that it was before."""
    values_of = VisibleValues(sample.device_type).values
    judge = sample.device_type.thresholds.classifier(now)

    def make(device_codes: Sequence[str]) -> Rows:
        rows: dict[str, SnapshotRow] = {}
        for code in device_codes:
            latest, old = sample.latest.get(code), before.get(code)
            ts = latest.reading.ts if latest else None
            freshness = judge(ts)
            if old is not None and old.ts == ts and _says_the_same(old.latest, latest):
                rows[code] = old.with_freshness(freshness)
            else:
                skew = latest.clock_skew if latest else False
                rows[code] = SnapshotRow(code, latest, ts, freshness, skew, values_of(latest))
        return rows

    return make


def _says_the_same(old: Latest | None, new: Latest | None) -> bool:
    """Of two readings of one moment; a store updates in place."""
    if old is None or new is None:
        return old is new
    return old.clock_skew is new.clock_skew and old.reading.values == new.reading.values


def aged(device_type: DeviceType, before: Rows, now: datetime) -> Make:
    """Rows while the store is away: what is known, judged by the clock."""
    judge = device_type.thresholds.classifier(now)
    return lambda device_codes: {code: before[code].with_freshness(judge(before[code].ts)) for code in device_codes}


async def step(device_codes: Sequence[str], make: Make, before: Rows) -> Step:
    """From the rows before to those that are made, some at a time: a type may have so many that others would wait."""
    rows: dict[str, SnapshotRow] = {}
    changed: dict[str, RowChange] = {}
    for start in range(0, len(device_codes), ROWS_AT_ONCE):
        some = make(device_codes[start : start + ROWS_AT_ONCE])
        rows.update(some)
        changed.update(row_changes(before, some))
        await asyncio.sleep(0)
    return Step(rows, changed)
