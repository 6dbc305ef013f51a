"""What the demo puts into its database, and what it takes out again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol

import structlog

from arcbeat.demo.catalogue import COLUMNS, CUTTING
from arcbeat.demo.devices import cutting_rows, welding_rows
from arcbeat.demo.ingest import Login
from arcbeat.demo.statistics import DAILY_TABLE, REALTIME_TABLE
from arcbeat.domain.columns import Column
from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.errors import StoreError
from arcbeat.domain.identity import Role
from arcbeat.domain.ports import Clock
from arcbeat.domain.readings import SuperTable

logger = structlog.get_logger(__name__)

READINGS_KEPT = timedelta(hours=6)
STATISTICS_KEPT = timedelta(days=400)
KEPT = {
    **dict.fromkeys(COLUMNS, READINGS_KEPT),
    **dict.fromkeys((DAILY_TABLE, REALTIME_TABLE), STATISTICS_KEPT),
}
PRUNE_EVERY_SECONDS = 600.0


class DemoStores(Protocol):
    """The database of the demo. Putting what is there already changes nothing, but for a user's role and password."""

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None: ...

    async def put_device_type(self, device_type: DeviceType) -> None: ...

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None: ...

    async def put_user(self, username: str, role: Role, password: str) -> None: ...

    async def prune(self, table: SuperTable, older_than: datetime) -> int: ...


async def seed(stores: DemoStores, login: Login) -> None:
    """Tables, types, devices and the one user; doing it again keeps what is there."""
    for table, columns in COLUMNS.items():
        await stores.create_super_table(table, columns)
    await stores.put_device_type(CUTTING)
    await stores.put_devices([asdict(row) for row in (*welding_rows(), *cutting_rows())])
    await stores.put_user(login.username, Role.OPERATOR, login.password)


async def keep_short(
    stores: DemoStores, now: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> NoReturn:
    """Delete old rows every now and then, until cancelled."""
    while True:
        for table, kept in KEPT.items():
            await _prune(stores, table, now() - kept)
        await sleep(PRUNE_EVERY_SECONDS)


async def _prune(stores: DemoStores, table: SuperTable, older_than: datetime) -> None:
    """A failure is not the end of the demo: the next time does what this one did not."""
    try:
        deleted = await stores.prune(table, older_than)
    except StoreError as error:
        logger.warning("demo_prune_failed", table=str(table), detail=error.detail)
        return
    logger.info("demo_pruned", table=str(table), deleted=deleted)
