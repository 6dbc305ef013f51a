"""The two statistics tables of the board, which in a factory its own jobs would write."""

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
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock

logger = structlog.get_logger(__name__)

DAILY_TABLE = SuperTable("hlzg_db", "weld_online_rate_daily")
REALTIME_TABLE = SuperTable("hlzg_db", "weld_status_realtime")
# The columns of both tables begin with these names.
ONLINE = {"welding": Phase.WORKING, "standby": Phase.STANDBY, "alarm": Phase.ALARM}
STATES = {**ONLINE, "shutdown": Phase.SHUTDOWN}
DAILY_COLUMNS = (*(f"{state}_minutes" for state in (*STATES, "online", "total")), "online_rate")
REALTIME_COLUMNS = tuple(f"{state}_devices" for state in (*STATES, "offline", "online", "total"))

WHOLE_FACTORY = "all"
"""The device code of all rows in both tables."""
STATUS_PATH = "/api/v1/board/status"
PAST_DAYS = 30
DAY_MINUTES = 1440.0
UPDATE_MINUTES = 1.0
DECIMALS = 3
REALTIME_RETENTION = timedelta(hours=6)
SATURDAY = 5
# The smallest and the largest share of a simulated day that is spent in a state.
WORKDAY = {"welding": (0.42, 0.55), "standby": (0.2, 0.28), "alarm": (0.01, 0.03)}
WEEKEND = {"welding": (0.12, 0.2), "standby": (0.08, 0.14), "alarm": (0.0, 0.01)}


class StatisticsStores(Protocol):
    """The statistics tables in the database of the demo."""

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None: ...

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None: ...

    async def append(self, table: SuperTable, readings: Sequence[Reading]) -> AppendResult: ...

    async def prune(self, table: SuperTable, older_than: datetime) -> int: ...


class Api(Protocol):
    """arcbeat's own API."""

    async def get(self, path: str, **parameters: str) -> Any:
        """Return the JSON that a path responds with.

        Raises:
            SendFailed: the request failed.
        """
        ...


async def seed_statistics(stores: StatisticsStores, now: datetime) -> None:
    """Create both tables, and write simulated past days if there is no day yet."""
    await stores.create_super_table(DAILY_TABLE, _columns(DAILY_COLUMNS, ColumnType.DOUBLE))
    await stores.create_super_table(REALTIME_TABLE, _columns(REALTIME_COLUMNS, ColumnType.INT))
    if await stores.newest_row(DAILY_TABLE) is None:
        await stores.append(DAILY_TABLE, past_days(now))


def _columns(names: Iterable[str], column_type: ColumnType) -> tuple[Column, ...]:
    return (TS, *(Column(name=name, type=column_type) for name in names), *TAGS)


async def update_statistics(
    stores: StatisticsStores,
    api: Api,
    now: Clock,
    period_seconds: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Write the counts of devices that the API returns, every period until cancelled."""
    while True:
        await sleep(period_seconds)
        try:
            await _write(stores, await api.get(STATUS_PATH, type_code=WELDING_CODE), now())
        except (SendFailed, StoreError) as error:  # the next period makes up for it
            logger.warning("demo_statistics_failed", detail=str(error))


async def _write(stores: StatisticsStores, status: Mapping[str, Any], now: datetime) -> None:
    devices = realtime_row(status)
    await stores.append(REALTIME_TABLE, [Reading(WHOLE_FACTORY, now, devices)])
    today = updated_day(await stores.newest_row(DAILY_TABLE), devices, now)
    if today is not None:
        await stores.append(DAILY_TABLE, [today])
        await stores.prune(REALTIME_TABLE, now - REALTIME_RETENTION)


def realtime_row(status: Mapping[str, Any]) -> dict[str, int]:
    """Return the columns of a real-time row, from the response of the board's status operation."""
    by_state = {each["state"]: each["devices"] for each in status["by_state"]}
    counts = {f"{state}_devices": by_state.get(STATUSES[phase], 0) for state, phase in STATES.items()}
    return {**counts, **{f"{name}_devices": status[name] for name in ("offline", "online", "total")}}


def past_days(now: datetime) -> list[Reading]:
    """Return simulated rows of the days before today, the same in every run."""
    return [_past_day(_midnight(now) - timedelta(days=back)) for back in range(PAST_DAYS, 0, -1)]


def _past_day(day: datetime) -> Reading:
    random = seeded(day.date().isoformat(), "statistics")
    shares = WEEKEND if day.weekday() >= SATURDAY else WORKDAY
    minutes = {state: DAY_MINUTES * random.uniform(*share) for state, share in shares.items()}
    return _day_row(day, minutes, DAY_MINUTES)


def updated_day(newest: Mapping[str, Value] | None, devices: Mapping[str, int], now: datetime) -> Reading | None:
    """Return today's row, with the minutes since the newest row added to the states in which the devices are now.

    Return None if less than a minute has passed, or if every device is offline, as when the demo has just begun.
    """
    day = _midnight(now)
    stored = newest if newest is not None and newest["ts"] == day else {}
    total_minutes = (now - day) / timedelta(minutes=1)
    passed = total_minutes - _number(stored, "total_minutes")
    all_offline = devices["offline_devices"] == devices["total_devices"]
    if passed < UPDATE_MINUTES or all_offline:
        return None
    device_minutes = passed / devices["total_devices"]
    minutes = {
        state: _number(stored, f"{state}_minutes") + device_minutes * devices[f"{state}_devices"] for state in ONLINE
    }
    return _day_row(day, minutes, total_minutes)


def _day_row(day: datetime, minutes: Mapping[str, float], total_minutes: float) -> Reading:
    """Return the row of a day for an average device, which is shut down whenever it is not online."""
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
    """Return midnight in UTC, a moment with the same date in China."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _number(row: Mapping[str, Value], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, float | int) else 0.0
