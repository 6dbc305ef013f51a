"""What the demo puts into its database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from arcbeat.demo.catalogue import COLUMNS, CUTTING
from arcbeat.demo.ingest import Login
from arcbeat.demo.machines.devices import cutting_rows, welding_rows
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.readings.columns import Column
from arcbeat.domain.readings.readings import SuperTable


class DemoStores(Protocol):
    """The database of the demo. Putting what is there already changes nothing, but for a user's role and password."""

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None: ...

    async def put_device_type(self, device_type: DeviceType) -> None: ...

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None: ...

    async def put_user(self, username: str, role: Role, password: str) -> None: ...


async def seed(stores: DemoStores, login: Login) -> None:
    """Tables, types, devices and the one user; doing it again keeps what is there."""
    for table, columns in COLUMNS.items():
        await stores.create_super_table(table, columns)
    await stores.put_device_type(CUTTING)
    await stores.put_devices([asdict(row) for row in (*welding_rows(), *cutting_rows())])
    await stores.put_user(login.username, Role.OPERATOR, login.password)
