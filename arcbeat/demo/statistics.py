"""The two statistics of the board, as a factory's own jobs would write them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, Protocol

import structlog

from arcbeat.demo.catalogue import TAGS, TS, WELDING_CODE
from arcbeat.demo.ingest import SendFailed
from arcbeat.demo.machines.cycle import Phase, seeded
from arcbeat.demo.machines.welding import STATUSES
from arcbeat.domain.errors import StoreError
from arcbeat.domain.readings.columns import Column, ColumnType, Value
from arcbeat.domain.readings.readings import AppendResult, Reading, SuperTable
from arcbeat.domain.time.clock import Clock

logger = structlog.get_logger(__name__)

DAILY_TABLE = SuperTable("hlzg_db", "weld_online_rate_daily")
REALTIME_TABLE = SuperTable("hlzg_db", "weld_status_realtime")
# What the columns of both tables begin with.
ONLINE = {"welding": Phase.WORKING, "standby": Phase.STANDBY, "alarm": Phase.ALARM}
STATES = {**ONLINE, "shutdown": Phase.SHUTDOWN}
DAILY_COLUMNS = (*(f"{state}_minutes" for state in (*STATES, "online", "total")), "online_rate")
REALTIME_COLUMNS = tuple(f"{state}_devices" for state in (*STATES, "offline", "online", "total"))

WHOLE_FACTORY = "all"
"""Stands for a device in both tables."""
STATUS_PATH = "/api/v1/board/status"
PAST_DAYS = 30
MINUTES_A_DAY = 1440.0
MINUTES_BETWEEN_UPDATES = 1.0
DECIMALS = 3
REALTIME_KEPT = timedelta(hours=6)
SATURDAY = 5
# The least and the most that a state may have of a simulated day.
WORKDAY = {"welding": (0.42, 0.55), "standby": (0.2, 0.28), "alarm": (0.01, 0.03)}
WEEKEND = {"welding": (0.12, 0.2), "standby": (0.08, 0.14), "alarm": (0.0, 0.01)}


class StatisticsStores(Protocol):
    """The tables of the board in the database of the demo."""

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None: ...

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None: ...

    async def append(self, table: SuperTable, readings: Sequence[Reading]) -> AppendResult: ...

    async def prune(self, table: SuperTable, older_than: datetime) -> int: ...


class Api(Protocol):
    """The product's own API."""

    async def get(self, path: str, **parameters: str) -> Any:
        """Raises SendFailed."""
        ...


async def seed_statistics(stores: StatisticsStores, now: datetime) -> None:
    """Both tables, and simulated past days where there is no day yet."""
    await stores.create_super_table(DAILY_TABLE, _columns(DAILY_COLUMNS, ColumnType.DOUBLE))
    await stores.create_super_table(REALTIME_TABLE, _columns(REALTIME_COLUMNS, ColumnType.INT))
    if await stores.newest_row(DAILY_TABLE) is None:
        await stores.append(DAILY_TABLE, past_days(now))


def _columns(names: Iterable[str], column_type: ColumnType) -> tuple[Column, ...]:
    return (TS, *(Column(name=name, type=column_type) for name in names), *TAGS)


async def keep_statistics(
    stores: StatisticsStores,
    api: Api,
    now: Clock,
    period_seconds: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Write what the API says of the devices, again and again until cancelled."""
    while True:
        await sleep(period_seconds)
        try:
            await _write(stores, await api.get(STATUS_PATH, type_code=WELDING_CODE), now())
        except (SendFailed, StoreError) as error:  # the next time does what this one did not
            logger.warning("demo_statistics_failed", detail=str(error))


async def _write(stores: StatisticsStores, status: Mapping[str, Any], now: datetime) -> None:
    devices = count(status)
    await stores.append(REALTIME_TABLE, [Reading(WHOLE_FACTORY, now, devices)])
    today = updated(await stores.newest_row(DAILY_TABLE), devices, now)
    if today is not None:
        await stores.append(DAILY_TABLE, [today])
        await stores.prune(REALTIME_TABLE, now - REALTIME_KEPT)


def count(status: Mapping[str, Any]) -> dict[str, int]:
    """A row of the real-time statistic, from what the board says of the devices."""
    by_state = {each["state"]: each["devices"] for each in status["by_state"]}
    said = {f"{state}_devices": by_state.get(STATUSES[phase], 0) for state, phase in STATES.items()}
    return {**said, **{f"{name}_devices": status[name] for name in ("offline", "online", "total")}}


def past_days(now: datetime) -> list[Reading]:
    """Simulated days before today, the same in every run."""
    return [_past_day(_midnight(now) - timedelta(days=back)) for back in range(PAST_DAYS, 0, -1)]


def _past_day(day: datetime) -> Reading:
    chances = seeded(day.date().isoformat(), "statistics")
    shares = WEEKEND if day.weekday() >= SATURDAY else WORKDAY
    minutes = {state: MINUTES_A_DAY * chances.uniform(*share) for state, share in shares.items()}
    return _of_day(day, minutes, MINUTES_A_DAY)


def updated(newest: Mapping[str, Value] | None, devices: Mapping[str, int], now: datetime) -> Reading | None:
    """Today's row, with the minutes since it was written last shared out as the devices are now.

    None when nothing new can be said yet.
    """
    day = _midnight(now)
    said = newest if newest is not None and newest["ts"] == day else {}
    total_minutes = (now - day) / timedelta(minutes=1)
    passed = total_minutes - _number(said, "total_minutes")
    nobody_is_heard = devices["offline_devices"] == devices["total_devices"]  # as when the demo has just begun
    if passed < MINUTES_BETWEEN_UPDATES or nobody_is_heard:
        return None
    a_device = passed / devices["total_devices"]
    minutes = {state: _number(said, f"{state}_minutes") + a_device * devices[f"{state}_devices"] for state in ONLINE}
    return _of_day(day, minutes, total_minutes)


def _of_day(day: datetime, minutes: Mapping[str, float], total_minutes: float) -> Reading:
    """A day of the average device; what it is not online it is shut down."""
    online_minutes = sum(minutes.values())
    values = {
        **{f"{state}_minutes": minutes[state] for state in ONLINE},
        "shutdown_minutes": total_minutes - online_minutes,
        "online_minutes": online_minutes,
        "total_minutes": total_minutes,
        "online_rate": 100 * online_minutes / total_minutes,
    }
    return Reading(WHOLE_FACTORY, day, {name: round(value, DECIMALS) for name, value in values.items()})


def _midnight(now: datetime) -> datetime:
    """Of UTC: the same date in China, too."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _number(row: Mapping[str, Value], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, float | int) else 0.0
