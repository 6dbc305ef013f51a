"""What the demo stores in its database before it starts: super tables, device types, devices and users."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from arcbeat.demo.catalogue import COLUMNS, CUTTING
from arcbeat.demo.folder import DemoUser
from arcbeat.demo.machines.devices import cutting_rows, welding_rows
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable


class DemoStores(Protocol):
    """The database of the demo. Rows that exist stay as they are, except for a user's role and password."""

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None: ...

    async def put_device_type(self, device_type: DeviceType) -> None: ...

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None: ...

    async def put_user(self, username: str, role: Role, password: str) -> None: ...


async def seed(stores: DemoStores, users: Sequence[DemoUser]) -> None:
    """Create the super tables, types, devices and users that do not exist, and set the users' passwords."""
    for table, columns in COLUMNS.items():
        await stores.create_super_table(table, columns)
    await stores.put_device_type(CUTTING)
    await stores.put_devices([asdict(row) for row in (*welding_rows(), *cutting_rows())])
    for user in users:
        await stores.put_user(user.username, user.role, user.password)
