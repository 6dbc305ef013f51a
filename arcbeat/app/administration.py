"""What the commands change in the database: users, API keys, and the demo's data."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.identity.passwords import Argon2Passwords
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.identity.api_keys import PostgresApiKeys
from adapters.postgres.identity.users import PostgresUsers
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPurpose, ApiKeySecret, KeysPolicy, NewApiKey
from arcbeat.domain.identity.identity import Role, Scope
from arcbeat.domain.identity.names import check_name
from arcbeat.domain.identity.sessions import Revocation
from arcbeat.domain.identity.users import User, check_password
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable

COMMAND_LINE = "command line"
"""The creator of an API key that a command created."""


@dataclass(frozen=True, slots=True)
class Administration:
    """Writes to one database. Without TDengine, the readings are in the same database."""

    catalogue: PostgresCatalogue
    devices: PostgresDevices
    users: PostgresUsers
    api_keys: PostgresApiKeys
    passwords: Argon2Passwords
    telemetry: PostgresTelemetry

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a super table in PostgreSQL, if it does not exist."""
        await self.telemetry.create_super_table(table, columns)

    async def put_device_type(self, device_type: DeviceType) -> None:
        """Add a device type, if it does not exist."""
        await self.catalogue.put_type(device_type)

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add the devices that do not exist."""
        await self.devices.put([dict(row) for row in rows])

    async def put_user(self, username: str, role: Role, password: str, keys: KeysPolicy | None = None) -> None:
        """Add a user, or set the role and password of an existing one and enable it.

        Raises:
            UserHasApiKeys: the user is no longer an administrator, has API keys, and ``keys`` is None.
            InvalidValue: the name or the password breaks a rule.
            LastAdmin: no enabled administrator would be left.
        """
        check_name(username)
        check_password(username, password, is_guessable=self.passwords.is_guessable(username, password))
        user = User(username=username, role=role, password_hash=await self.passwords.hash(password))
        await self.users.put(user, keys)

    async def add_api_key(
        self,
        name: str,
        scopes: frozenset[Scope],
        expires_days: int | None,
        purpose: ApiKeyPurpose = ApiKeyPurpose.PROGRAM,
    ) -> str:
        """Add an API key and return its text, of which only a hash is stored.

        Raises:
            InvalidValue: the name breaks the rule, or the key one of its purpose.
            AlreadyExists: a key with this name exists and is not revoked.
        """
        check_name(name)
        secret = ApiKeySecret.new()
        new = NewApiKey(
            name=name,
            purpose=purpose,
            scopes=scopes,
            created_by=COMMAND_LINE,
            expires_days=expires_days,
            creator=None,
        )
        await self.api_keys.add(secret, new)
        return secret.text

    async def append(self, table: SuperTable, readings: Sequence[Reading]) -> AppendResult:
        """Append readings to a table in PostgreSQL, without looking at the master data."""
        return await self.telemetry.append(table, readings)

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """Return the newest row of a table in PostgreSQL, or None if it is empty."""
        return await self.telemetry.newest_row(table)

    async def prune(self, table: SuperTable, older_than: datetime) -> int:
        """Delete old readings in PostgreSQL except the newest one of each device; return how many."""
        return await self.telemetry.prune(table, older_than=older_than)


@asynccontextmanager
async def _administration(database_url: str) -> AsyncIterator[Administration]:
    async with open_pool(database_url, max_size=2) as pool:
        database = Database(pool)
        yield Administration(
            PostgresCatalogue(database),
            PostgresDevices(database),
            PostgresUsers(database, _ignore),
            PostgresApiKeys(database, _ignore, _ignore),
            Argon2Passwords(),
            PostgresTelemetry(database),
        )


def _ignore(_: ApiKey | Revocation) -> None:
    """Do nothing with a change: a command has no caches, and servers read the change from the database."""


def open_administration(database_url: str) -> AbstractAsyncContextManager[Administration]:
    """Return a context manager that opens the database and closes it at the end."""
    return _administration(database_url)
