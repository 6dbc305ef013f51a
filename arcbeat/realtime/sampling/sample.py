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
from arcbeat.domain.readings.ports import SampleSource
from arcbeat.domain.readings.shown_values import ShownForm
from arcbeat.domain.readings.snapshots import RowChange, SnapshotRow, row_changes
from arcbeat.domain.readings.stored_rows import LatestRows, rows_of
from arcbeat.domain.time.clock import Clock

DEVICES_MAX = 200_000
"""Devices of one type in a snapshot. Of a larger type the devices with the greatest codes are left out."""
SLICE_ROWS = 500
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
    latest: LatestRows
    read_at: datetime


@dataclass(frozen=True, slots=True)
class ComputedRows:
    """The rows of a snapshot, and the changes since the rows of the snapshot before.

    Attributes:
        replaced: the rows of the snapshot before that other rows have replaced, to be freed bit by bit.
    """

    rows: Rows
    changed: Mapping[str, RowChange]
    replaced: list[SnapshotRow]


class SampleReader:
    """Reads samples. The store reads newest readings in batches, so that no single statement times out."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        store: SampleSource,
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
        codes = listed.device_codes
        latest = await self._store.latest_rows(device_type.super_table, codes) if codes else rows_of({})
        return Sample(device_type, codes, latest, read_at)


def sampled_rows(sample: Sample, before: Rows, now: datetime) -> MakeRows:
    """Return a function that makes the rows of a sample.

    A device whose reading is the same as in ``before`` keeps its row object, and with it the encoded row.
    """
    new, skewed = sample.latest.rows.get, sample.latest.skewed
    shown = _shown_form(sample, before)
    ts_of, classify = shown.form.ts, sample.device_type.thresholds.classifier(now)

    def make(device_codes: Sequence[str]) -> Rows:
        rows: dict[str, SnapshotRow] = {}
        for code in device_codes:
            stored, old, skew = new(code), before.get(code), code in skewed
            # A device keeps one text of its code, however often the codes are read.
            code = old.device_code if old is not None else code
            if old is None or old.shown is not shown or old.clock_skew is not skew:
                ts = None if stored is None else ts_of(stored)
                rows[code] = SnapshotRow(code, stored, ts, classify(ts), skew, shown)
            elif old.stored == stored:
                rows[code] = old.with_freshness(classify(old.ts))
            else:
                ts = None if stored is None else ts_of(stored)
                rows[code] = old.with_reading(stored, ts, classify(ts))
        return rows

    return make


def _shown_form(sample: Sample, before: Rows) -> ShownForm:
    """Return the form of the rows; the same object as in ``before`` while it is equal, which is quick to compare."""
    form = ShownForm.of(sample.latest.form, sample.device_type)
    known = next((row.shown for row in before.values()), form)
    return known if known == form else form


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
    replaced: list[SnapshotRow] = []
    for start in range(0, len(device_codes), SLICE_ROWS):
        part = make(device_codes[start : start + SLICE_ROWS])
        rows.update(part)
        changes = row_changes(before, part)
        changed.update(changes)
        replaced += (before[code] for code in changes if code in before)
        await asyncio.sleep(0)
    return ComputedRows(rows, changed, replaced)
