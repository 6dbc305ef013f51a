"""What the commands do besides serving."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.identity.passwords import Argon2Passwords
from adapters.postgres.api_keys import PostgresApiKeys
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from adapters.postgres.users import PostgresUsers
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.identity.api_keys import ApiKey, ApiKeySecret, NewApiKey
from arcbeat.domain.identity.identity import Role, Scope
from arcbeat.domain.identity.names import check_name
from arcbeat.domain.identity.sessions import Revocation
from arcbeat.domain.identity.users import User, check_password
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable

COMMAND_LINE = "command line"
"""Who made a key that no user made."""


@dataclass(frozen=True, slots=True)
class Administration:
    """One database, and what can be put into it."""

    catalogue: PostgresCatalogue
    devices: PostgresDevices
    users: PostgresUsers
    api_keys: PostgresApiKeys
    passwords: Argon2Passwords
    telemetry: PostgresTelemetry

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """In the embedded store; one that is there stays as it is."""
        await self.telemetry.create_super_table(table, columns)

    async def put_device_type(self, device_type: DeviceType) -> None:
        """One that is there stays as it is."""
        await self.catalogue.put_type(device_type)

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Those that are there stay as they are."""
        await self.devices.put([dict(row) for row in rows])

    async def put_user(self, username: str, role: Role, password: str) -> None:
        """Add a user, or give one that is there another role and password.

        Raises:
            InvalidValue: the name or the password breaks a rule.
            LastAdmin: nobody would be left who may administer.
        """
        check_name(username)
        check_password(username, password)
        await self.users.put(User(username=username, role=role, password_hash=await self.passwords.hash(password)))

    async def add_api_key(self, name: str, scopes: frozenset[Scope], expires_days: int | None) -> str:
        """The new key, stored nowhere.

        Raises:
            InvalidValue: the name breaks the rule.
            AlreadyExists: a key that is not revoked has this name.
        """
        check_name(name)
        secret = ApiKeySecret.new()
        new = NewApiKey(name=name, scopes=scopes, created_by=COMMAND_LINE, expires_days=expires_days)
        await self.api_keys.add(secret, new)
        return secret.text

    async def append(self, table: SuperTable, readings: Sequence[Reading]) -> AppendResult:
        """Into the embedded store, whatever the master data says."""
        return await self.telemetry.append(table, readings)

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """Of a super table of the embedded store."""
        return await self.telemetry.newest_row(table)

    async def prune(self, table: SuperTable, older_than: datetime) -> int:
        """Delete old readings of the embedded store, but never a device's newest."""
        return await self.telemetry.prune(table, older_than=older_than)


@asynccontextmanager
async def _administration(database_url: str) -> AsyncIterator[Administration]:
    async with open_pool(database_url, max_size=2) as pool:
        database = Database(pool)
        yield Administration(
            PostgresCatalogue(database),
            PostgresDevices(database),
            PostgresUsers(database, _told_by_the_table),
            PostgresApiKeys(database, _told_by_the_table, _told_by_the_table),
            Argon2Passwords(),
            PostgresTelemetry(database),
        )


def _told_by_the_table(_: ApiKey | Revocation) -> None:
    """A command ends here; the servers read what it stored."""


def open_administration(database_url: str) -> AbstractAsyncContextManager[Administration]:
    """What the commands need, on one database."""
    return _administration(database_url)
