"""A simulated plant in memory: device types, devices, readings, and stores that a test can make hang or fail.

Each store counts how often it is queried.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.devices.devices import Device, DeviceDetails, DeviceFilter, DevicePage
from arcbeat.domain.errors import UnknownDevice, UnknownDeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.stored_rows import LatestRows, rows_of
from arcbeat.domain.schema.columns import ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.realtime.sampling.ticks import Tick
from tests.support.clocks import Clock
from tests.support.settling import settle

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TICK = Tick(0, NOON, skipped=0)


def type_of(type_code: str, *fields: Field, aliases: tuple[str, ...] = ()) -> DeviceType:
    """Return a device type whose readings are live for 15 s and late for 60 s; its super table is named after it."""
    return DeviceType(
        type_code=type_code,
        aliases=aliases,
        label=Label(type_code, type_code),
        super_table=SuperTable("test_db", f"{type_code}_real_data"),
        thresholds=FreshnessThresholds(15, 60),
        fields=fields or (shown("device_status"), shown("weld_current", ColumnType.FLOAT)),
        fields_version=1,
    )


def shown(name: str, column_type: ColumnType = ColumnType.NCHAR, *, hidden: bool = False) -> Field:
    return Field(name=name, label=Label(name, name), type=column_type, hidden=hidden)


WELDING = type_of("welding", aliases=("焊机",))
CUTTING = type_of("cutting", aliases=("切割机",))


@dataclass
class Catalogue:
    """Device types by their code."""

    types: dict[str, DeviceType] = field(default_factory=lambda: {each.type_code: each for each in (WELDING, CUTTING)})
    failure: Exception | None = None
    query_count: int = 0

    async def list_types(self, *, include_retired: bool = False) -> Sequence[DeviceType]:
        return [each for each in self.types.values() if each.enabled or include_retired]

    async def get_type(self, type_code: str, *, include_retired: bool = False) -> DeviceType:
        self.query_count += 1
        if self.failure:
            raise self.failure
        for each in await self.list_types(include_retired=include_retired):
            if type_code in each.spellings:
                return each
        raise UnknownDeviceType


@dataclass
class Directory:
    """Device types and teams of the devices, by device code."""

    devices: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    failure: Exception | None = None
    query_count: int = 0

    async def page(self, device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> DevicePage:
        self._count_query()
        codes = sorted(code for code, spelling in self.devices.items() if spelling in device_type.spellings)
        fitting = [code for code in codes if self._fits(code, where)]
        return DevicePage(tuple(fitting[offset : offset + limit]), len(fitting))

    async def get(self, device_code: str) -> Device:
        self._count_query()
        if device_code not in self.devices:
            raise UnknownDevice
        return Device(device_code, self.devices[device_code])

    async def details(self, device_codes: Sequence[str]) -> Mapping[str, DeviceDetails]:
        self._count_query()
        return {code: self._details(code) for code in device_codes if code in self.devices}

    def _details(self, code: str) -> DeviceDetails:
        return DeviceDetails(
            device_name=f"device {code}", team_name=self.teams.get(code), is_locked=False, install_location=None
        )

    async def by_team(self, device_type: DeviceType) -> Mapping[str | None, Sequence[str]]:
        self._count_query()
        found: dict[str | None, list[str]] = {}
        for code, spelling in sorted(self.devices.items()):
            if spelling in device_type.spellings:
                found.setdefault(self.teams.get(code), []).append(code)
        return found

    async def registered(self, device_type: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        self._count_query()
        return frozenset(code for code in device_codes if self.devices.get(code) in device_type.spellings)

    async def all_codes(self, device_type: DeviceType) -> frozenset[str]:
        return frozenset(code for code, spelling in self.devices.items() if spelling in device_type.spellings)

    def _count_query(self) -> None:
        self.query_count += 1
        if self.failure:
            raise self.failure

    def _fits(self, code: str, where: DeviceFilter) -> bool:
        return (where.keyword or "") in code and where.team_name in (None, self.teams.get(code))


@dataclass
class Store:
    """Newest readings by super table and device code. Queries of a super table wait while its gate is closed."""

    rows: dict[tuple[SuperTable, str], Latest] = field(default_factory=dict)
    failure: Exception | None = None
    gates: dict[SuperTable, asyncio.Event] = field(default_factory=dict)
    queries: list[tuple[str, ...]] = field(default_factory=list)

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        self.queries.append(tuple(device_codes))
        gate, stored = self.gates.get(table), dict(self.rows)
        if gate is not None:
            await gate.wait()
        if self.failure:
            raise self.failure
        return {code: stored[table, code] for code in device_codes if (table, code) in stored}

    async def latest_rows(self, table: SuperTable, device_codes: Sequence[str]) -> LatestRows:
        return rows_of(await self.latest(table, device_codes))

    def hang(self, device_type: DeviceType) -> asyncio.Event:
        """Let queries of this device type wait for the returned event, and return what was stored at the query."""
        gate = self.gates[device_type.super_table] = asyncio.Event()
        return gate


@dataclass
class SimulatedPlant:
    """The stores of one plant, and its clock."""

    clock: Clock = field(default_factory=lambda: Clock(NOON))
    catalogue: Catalogue = field(default_factory=Catalogue)
    directory: Directory = field(default_factory=Directory)
    store: Store = field(default_factory=Store)

    def register(self, *device_codes: str, device_type: DeviceType = WELDING) -> None:
        self.directory.devices.update(dict.fromkeys(device_codes, device_type.type_code))

    def report(
        self, device_code: str, device_type: DeviceType = WELDING, *, ts: datetime | None = None, **values: Value
    ) -> None:
        """Store a reading of a device, by default with the current time."""
        reading = Reading(device_code, ts or self.clock(), values)
        self.store.rows[device_type.super_table, device_code] = Latest(reading)

    def change(self, device_type: DeviceType, **changes: object) -> DeviceType:
        """Replace attributes of a device type."""
        changed = self.catalogue.types[device_type.type_code] = replace(device_type, **changes)  # type: ignore[arg-type] # of any field
        return changed

    @property
    def query_count(self) -> int:
        """The number of queries to all stores so far."""
        return self.catalogue.query_count + self.directory.query_count + len(self.store.queries)


@dataclass
class Observer:
    """Records ticks and samplings.

    Attributes:
        ticks: the type, the source and the skipped ticks of each tick.
        samplings: the type and the outcome of each sampling: ``ok`` or the name of the error.
    """

    ticks: list[tuple[str, Source | None, int]] = field(default_factory=list)
    samplings: list[tuple[str, str]] = field(default_factory=list)

    @contextmanager
    def measure_sampling(self, type_code: str) -> Iterator[None]:
        outcome = "ok"
        try:
            yield
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            self.samplings.append((type_code, outcome))

    def count_tick(self, type_code: str, source: Source | None, *, skipped: int) -> None:
        self.ticks.append((type_code, source, skipped))

    def ticks_of(self, type_code: str) -> int:
        return sum(1 for each, _, _ in self.ticks if each == type_code)


class Metronome:
    """Ticks for all samplers, triggered by a test."""

    def __init__(self) -> None:
        self._queues: list[asyncio.Queue[Tick]] = []

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Yield the first tick at once, as in production, and then one per call of `tick`."""
        queue: asyncio.Queue[Tick] = asyncio.Queue()
        self._queues.append(queue)
        yield TICK
        while True:
            yield await queue.get()

    async def tick(self) -> None:
        """Make one tick, and wait until everything that follows from it is done."""
        for queue in self._queues:
            queue.put_nowait(TICK)
        await settle()
