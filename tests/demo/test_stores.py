"""What the demo puts into its database, and takes out again."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from arcbeat import app
from arcbeat.demo.catalogue import CUTTING_TABLE, WELDING_TABLE
from arcbeat.demo.ingest import Login
from arcbeat.demo.statistics import DAILY_TABLE, REALTIME_TABLE
from arcbeat.demo.stores import keep_short, seed
from arcbeat.domain.columns import Column
from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.identity import Role
from arcbeat.domain.readings import SuperTable
from tests.service import Service

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


class PruningStores:
    """Stores that only delete, and fail the first time."""

    def __init__(self) -> None:
        self.pruned: list[tuple[SuperTable, datetime]] = []

    async def prune(self, table: SuperTable, older_than: datetime) -> int:
        self.pruned.append((table, older_than))
        if len(self.pruned) == 1:
            raise StoreUnavailable("down for a moment")
        return 7

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        raise NotImplementedError

    async def put_device_type(self, device_type: DeviceType) -> None:
        raise NotImplementedError

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None:
        raise NotImplementedError

    async def put_user(self, username: str, role: Role, password: str) -> None:
        raise NotImplementedError


def test_a_seeded_database_serves_both_types_and_seeding_again_changes_the_password_alone(database: str) -> None:
    app.migrate(database)
    asyncio.run(seed_database(database, "first password"))
    asyncio.run(seed_database(database, "second password"))

    with Service.running(database) as service:
        form = {"grant_type": "password", "username": "operator", "password": "second password"}
        token = service.client().post("/api/v1/auth/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        get = service.client().get
        totals = [
            get(f"/api/v1/device/data/realtime?use_dynamic_fields=true&type_code={code}", headers=headers).json()[
                "total"
            ]
            for code in ("welding", "cutting")
        ]
        first = service.client().post("/api/v1/auth/token", data={**form, "password": "first password"})

    assert totals == [240, 60]
    assert first.status_code == 401


async def test_old_rows_are_deleted_again_and_again_though_a_time_fails() -> None:
    stores = PruningStores()
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) == 2:
            raise asyncio.CancelledError

    with capture_logs() as logs, suppress(asyncio.CancelledError):
        await keep_short(stores, lambda: NOW, sleep)

    readings = [(table, NOW - timedelta(hours=6)) for table in (WELDING_TABLE, CUTTING_TABLE)]
    statistics = [(table, NOW - timedelta(days=400)) for table in (DAILY_TABLE, REALTIME_TABLE)]
    assert stores.pruned == [*readings, *statistics] * 2
    assert sleeps == [600, 600]
    assert [(log["event"], log["log_level"]) for log in logs[:2]] == [
        ("demo_prune_failed", "warning"),
        ("demo_pruned", "info"),
    ]


async def seed_database(url: str, password: str) -> None:
    async with app.open_administration(url) as stores:
        await seed(stores, Login("operator", password))
