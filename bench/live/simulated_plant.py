"""The devices of the live benchmarks, in memory; their readings are made beforehand.

At each tick all devices have a new timestamp, and a third of them two new values. After six ticks the values repeat.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count, cycle

import orjson

from adapters.postgres.telemetry.tuple_form import TupleForm
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.alarms.alarms import Alarm
from arcbeat.domain.alarms.changes import AcknowledgementChange
from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.catalogue.welding import STATIC_FIELDS
from arcbeat.domain.devices.devices import Device, DeviceDetails, DeviceFilter, DevicePage
from arcbeat.domain.errors import UnknownDevice, UnknownDeviceType
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from arcbeat.domain.jobs.ports import RunProgress
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.stored_rows import LatestRows
from arcbeat.domain.schema.super_tables import SuperTable
from bench.support import fleet

FIRST_CODE = 14412000000
THIRDS = 3
STATES = 2 * THIRDS
CHANGING = ("weld_current", "weld_voltage")
LIVE_SECONDS = 86_400
TYPE_CODE = "welding"

State = Mapping[str, Latest]


def device_codes(count: int) -> tuple[str, ...]:
    """Return the codes of the first devices, in order."""
    return tuple(f"{FIRST_CODE + number}" for number in range(count))


def device_type() -> DeviceType:
    """Return welding with its fifteen fields, and thresholds that keep all devices live during a benchmark."""
    columns = [column for column in WELDING_COLUMNS if column.name in STATIC_FIELDS]
    return replace(
        fleet.welding(SuperTable("bench", "welding")),
        thresholds=FreshnessThresholds(LIVE_SECONDS, 2 * LIVE_SECONDS),
        fields=tuple(Field(name=each.name, label=Label(each.name, each.name), type=each.type) for each in columns),
    )


def states(codes: Sequence[str], since: datetime) -> Iterator[State]:
    """Generate the newest readings of all devices, tick by tick, each time as new objects, as a store does."""
    values = [_alternating_values(code) for code in codes]
    for number in count():
        ts = since + timedelta(seconds=number, microseconds=1)
        yield {
            code: _latest(code, ts, values[index], number - (number - index) % THIRDS)
            for index, code in enumerate(codes)
        }


def _latest(code: str, ts: datetime, values: Sequence[bytes], changed_at: int) -> Latest:
    return Latest(Reading(code, ts, orjson.loads(values[changed_at // THIRDS % len(values)])))


def _alternating_values(code: str) -> tuple[bytes, bytes]:
    """Return the two sets of values of a device; Python and JavaScript serialize halves to the same digits."""
    values = {
        name: math.floor(value) + 0.5 if isinstance(value, float) else value
        for name, value in fleet.values(code).items()
    }
    return orjson.dumps(values), orjson.dumps({**values, **{name: 10.5 + len(name) for name in CHANGING}})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue of one device type."""

    known: DeviceType

    async def list_types(self, *, include_retired: bool = False) -> Sequence[DeviceType]:  # noqa: ARG002 -- the port's
        return [self.known]

    async def get_type(self, type_code: str, *, include_retired: bool = False) -> DeviceType:  # noqa: ARG002 -- the port's
        if type_code not in self.known.spellings:
            raise UnknownDeviceType
        return self.known


@dataclass(frozen=True, slots=True)
class Directory:
    """The devices of the type, all registered."""

    codes: tuple[str, ...]

    async def page(self, _: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> DevicePage:  # noqa: ARG002
        return DevicePage(self.codes[offset : offset + limit], len(self.codes))

    async def get(self, device_code: str) -> Device:
        if device_code not in self.codes:
            raise UnknownDevice
        return Device(device_code, TYPE_CODE)

    async def all_codes(self, _: DeviceType) -> frozenset[str]:
        return frozenset(self.codes)

    async def registered(self, _: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        return frozenset(device_codes) & frozenset(self.codes)

    async def details(self, _: Sequence[str]) -> Mapping[str, DeviceDetails]:
        return {}


class Store:
    """Returns the next state, at no cost, as rows that PostgreSQL's adapter has read."""

    def __init__(self, made: Iterable[State]) -> None:
        self._next = cycle([_stored_rows(state) for state in made])

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:  # noqa: ARG002
        state = next(self._next)
        return {code: state.form.latest(code, row, clock_skew=False) for code, row in state.rows.items()}

    async def latest_rows(self, table: SuperTable, device_codes: Sequence[str]) -> LatestRows:  # noqa: ARG002
        state = next(self._next)
        return replace(state, rows=dict(state.rows))  # the sampler empties what it has taken over


def _stored_rows(state: State) -> LatestRows:
    names = next(iter(state.values())).reading.values
    form = TupleForm(ts_at=1, code_at=0, values_at=tuple((name, index, True) for index, name in enumerate(names, 2)))
    return LatestRows(
        form, {code: (code, each.reading.ts, *each.reading.values.values(), False) for code, each in state.items()}
    )


class PermissiveAuthentication:
    """Gives every client the scope to read, and revokes nothing."""

    def __init__(self) -> None:
        scopes = frozenset({Scope.TELEMETRY_READ})
        self._identity = Identity(kind=IdentityKind.USER, name="bench", scopes=scopes, expires_at=None)

    async def by_token(self, access_token: str) -> Identity:  # noqa: ARG002
        return self._identity

    async def by_api_key(self, api_key: str) -> Identity:
        return await self.by_token(api_key)

    async def is_revoked(self, identity: Identity) -> bool:  # noqa: ARG002
        return False


class NoRuns:
    """A RunWatch without runs, because the benchmarks follow no jobs."""

    async def newest(self, known_ids: Sequence[int]) -> Sequence[RunProgress]:  # noqa: ARG002 -- the signature of the port
        return ()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        yield asyncio.get_running_loop().create_future


class NoAlarms:
    """Alarms and acknowledgements of a plant without any, because the benchmarks follow none."""

    async def at(
        self,
        device_type: DeviceType,  # noqa: ARG002 -- the signature of the protocol
        moments: Mapping[str, datetime],  # noqa: ARG002
    ) -> Mapping[str, Alarm]:
        return {}

    async def changes(
        self,
        type_code: str,  # noqa: ARG002 -- the signature of the port
        *,
        newer_than: timedelta,  # noqa: ARG002
    ) -> Sequence[AcknowledgementChange]:
        return ()
