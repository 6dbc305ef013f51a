"""One sample of a device type, read from the stores, and the snapshot rows that follow from it."""

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

DEVICES_MAX = 200_000
"""Devices of one type in a snapshot. Of a larger type the devices with the greatest codes are left out."""
SLICE_ROWS = 1_000
"""Rows that are computed before other tasks may run."""

Rows = Mapping[str, SnapshotRow]
MakeRows = Callable[[Sequence[str]], Rows]
"""Returns the snapshot rows of some devices, by device code."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest readings of all devices of a type.

    Attributes:
        device_codes: the registered devices, in order.
        latest: by device code; a device without readings is missing.
        read_at: when reading the stores started.
    """

    device_type: DeviceType
    device_codes: Sequence[str]
    latest: Mapping[str, Latest]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class ComputedRows:
    """The rows of a snapshot, and the changes since the rows of the snapshot before."""

    rows: Rows
    changed: Mapping[str, RowChange]


class SampleReader:
    """Reads samples. The store reads newest readings in batches, so that no single statement times out."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        store: LatestSource,
        clock: Clock,
        *,
        devices_max: int = DEVICES_MAX,
    ) -> None:
        self._catalogue = catalogue
        self._devices = devices
        self._store = store
        self._clock = clock
        self._devices_max = devices_max

    async def device_type(self, type_code: str) -> DeviceType:
        """Return the device type from the catalogue.

        Raises:
            UnknownDeviceType: the type does not exist, or was retired.
            StoreError: a store is unavailable.
        """
        return await self._catalogue.get_type(type_code)

    async def read(self, type_code: str) -> Sample:
        """Return the device type, its registered devices and their newest readings.

        Raises:
            UnknownDeviceType: the type does not exist, or was retired.
            StoreError: a store is unavailable.
        """
        read_at = self._clock()
        device_type = await self._catalogue.get_type(type_code)
        listed = await self._devices.page(device_type, DeviceFilter(), offset=0, limit=self._devices_max)
        if listed.total > len(listed.device_codes):
            logger.warning("devices_left_out", type_code=type_code, total=listed.total)
        latest = await self._store.latest(device_type.super_table, listed.device_codes) if listed.device_codes else {}
        return Sample(device_type, listed.device_codes, latest, read_at)


def sampled_rows(sample: Sample, before: Rows, now: datetime) -> MakeRows:
    """Return a function that makes the rows of a sample.

    A device whose reading is the same as in ``before`` keeps its row object, and with it the encoded row.
    """
    values_of = VisibleValues(sample.device_type).values
    classify = sample.device_type.thresholds.classifier(now)

    def make(device_codes: Sequence[str]) -> Rows:
        rows: dict[str, SnapshotRow] = {}
        for code in device_codes:
            latest, old = sample.latest.get(code), before.get(code)
            ts = latest.reading.ts if latest else None
            freshness = classify(ts)
            if old is not None and old.ts == ts and _is_same_reading(old.latest, latest):
                rows[code] = old.with_freshness(freshness)
            else:
                skew = latest.clock_skew if latest else False
                rows[code] = SnapshotRow(code, latest, ts, freshness, skew, values_of(latest))
        return rows

    return make


def _is_same_reading(old: Latest | None, new: Latest | None) -> bool:
    """Return whether two readings with the same ts are equal; they may differ, because stores update rows in place."""
    if old is None or new is None:
        return old is new
    return old.clock_skew is new.clock_skew and old.reading.values == new.reading.values


def aged_rows(device_type: DeviceType, before: Rows, now: datetime) -> MakeRows:
    """Return a function that makes rows while a store is unavailable: those of ``before`` with present freshness."""
    classify = device_type.thresholds.classifier(now)
    return lambda device_codes: {code: before[code].with_freshness(classify(before[code].ts)) for code in device_codes}


async def compute_rows(device_codes: Sequence[str], make: MakeRows, before: Rows) -> ComputedRows:
    """Return the rows of these devices and what has changed since ``before``.

    Between two slices of rows, other tasks may run: the rows of a large type take longer than a request may wait.
    """
    rows: dict[str, SnapshotRow] = {}
    changed: dict[str, RowChange] = {}
    for start in range(0, len(device_codes), SLICE_ROWS):
        part = make(device_codes[start : start + SLICE_ROWS])
        rows.update(part)
        changed.update(row_changes(before, part))
        await asyncio.sleep(0)
    return ComputedRows(rows, changed)
