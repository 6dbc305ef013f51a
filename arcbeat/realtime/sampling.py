"""One sampling of a device type: which devices there are, and what each said last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.columns import TOLD_AS_DIGITS, Value
from arcbeat.domain.device_types import DeviceType, Freshness
from arcbeat.domain.devices import DeviceFilter
from arcbeat.domain.latest import KnownLatest
from arcbeat.domain.ports import Clock, DeviceCatalogue, DeviceDirectory, LatestSource
from arcbeat.domain.readings import Latest
from arcbeat.domain.snapshots import SnapshotRow

MAX_DEVICES = 200_000
"""Of one type; those beyond, by code, are on no snapshot."""

Rows = Mapping[str, SnapshotRow]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a type's devices said at one moment."""

    device_type: DeviceType
    device_codes: Sequence[str]
    latest: Mapping[str, Latest]
    asked_at: datetime


class Sampling:
    """Asks the stores. The store of readings is asked in batches, so that no single statement times out."""

    def __init__(self, catalogue: DeviceCatalogue, devices: DeviceDirectory, store: LatestSource, clock: Clock) -> None:
        self._catalogue = catalogue
        self._devices = devices
        self._store = store
        self._clock = clock

    async def take(self, type_code: str) -> Sample:
        """The type as it is now, its devices, and their newest readings.

        Raises:
            UnknownDeviceType: there is none any more.
            StoreError: a store is away.
        """
        asked_at = self._clock()
        device_type = await self._catalogue.get_type(type_code)
        listed = await self._devices.page(device_type, DeviceFilter(), offset=0, limit=MAX_DEVICES)
        latest = await self._store.latest(device_type.super_table, listed.device_codes) if listed.device_codes else {}
        return Sample(device_type, listed.device_codes, latest, asked_at)


class _Shape:
    """How the rows of a type look: its visible fields, 64-bit integers as digits."""

    def __init__(self, device_type: DeviceType) -> None:
        fields = device_type.visible_fields
        self._names = tuple(field.name for field in fields)
        self._as_digits = tuple(field.name for field in fields if field.type in TOLD_AS_DIGITS)

    def row(self, known: KnownLatest, freshness: Freshness, before: SnapshotRow | None) -> SnapshotRow:
        """Values that are as before are not made again; most readings say nothing new but their time."""
        if known.latest is None:
            return SnapshotRow(known, None, freshness, clock_skew=False, values=dict.fromkeys(self._names))
        reading = known.latest.reading
        said = before.known.latest if before is not None else None
        if before is not None and said is not None and said.reading.values == reading.values:
            values = before.values
        else:
            values = self._values(reading.values)
        return SnapshotRow(known, reading.ts, freshness, known.latest.clock_skew, values)

    def _values(self, said: Mapping[str, Value]) -> Mapping[str, Value]:
        values = {name: said.get(name) for name in self._names}
        for name in self._as_digits:
            if values[name] is not None:
                values[name] = str(values[name])
        return values


def rows_of(sample: Sample, before: Rows, now: datetime) -> Rows:
    """A row a device by code; one that says nothing new is the row that it was before."""
    shape = _Shape(sample.device_type)
    judge = sample.device_type.thresholds.at(now)
    rows: dict[str, SnapshotRow] = {}
    for code in sample.device_codes:
        latest, old = sample.latest.get(code), before.get(code)
        freshness = judge(latest.reading.ts if latest else None)
        if old is not None and old.freshness is freshness and old.known.latest == latest:
            rows[code] = old
        else:
            rows[code] = shape.row(KnownLatest(code, latest, sample.asked_at), freshness, old)
    return rows


def aged(device_type: DeviceType, before: Rows, now: datetime) -> Rows:
    """The rows while the store is away: what is known, judged by the clock."""
    shape = _Shape(device_type)
    judge = device_type.thresholds.at(now)
    rows: dict[str, SnapshotRow] = {}
    for code, row in before.items():
        freshness = judge(row.ts)
        rows[code] = row if row.freshness is freshness else shape.row(row.known, freshness, row)
    return rows
