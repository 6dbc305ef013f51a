"""A TDengine database for one benchmark, created for it and dropped after it.

Statements go over REST with httpx alone, without the product's adapter: they are what the adapter is compared with.
"""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable

DEFAULT_PORT = 6041
STATEMENT_SECONDS = 30


class StatementFailed(Exception):
    """TDengine rejected a statement."""


@dataclass(frozen=True, slots=True)
class TdengineDatabase:
    """A database and a connection to its server."""

    name: str
    client: httpx.AsyncClient

    async def run(self, statement: str) -> Sequence[Sequence[Any]]:
        """Run a statement and return its rows.

        Raises:
            StatementFailed: the server rejected it.
        """
        response = await self.client.post("/rest/sql", content=statement.encode())
        body = response.raise_for_status().json()
        if body["code"] != 0:
            raise StatementFailed(f"{statement[:1000]}: {body}")
        rows: Sequence[Sequence[Any]] = body.get("data", [])
        return rows

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        fields = ", ".join(_definition(column) for column in columns if not column.is_tag)
        tags = ", ".join(_definition(column) for column in columns if column.is_tag)
        await self.run(f"create stable {table} ({fields}) tags ({tags})")


def _definition(column: Column) -> str:
    length = f"({column.length})" if column.length else ""
    return f"`{column.name}` {column.type}{length}"


@asynccontextmanager
async def temporary_database(url: str) -> AsyncIterator[TdengineDatabase]:
    """Create a database of millisecond precision on the server at ``url``, which has the form of TELEMETRY_URL."""
    async with connect(url, f"bench_{uuid.uuid4().hex[:12]}") as database:
        await database.run(f"create database {database.name} precision 'ms' keep 36500 vgroups 1")
        try:
            yield database
        finally:
            await database.run(f"drop database if exists {database.name}")


@asynccontextmanager
async def connect(url: str, name: str) -> AsyncIterator[TdengineDatabase]:
    """Connect to the server at ``url`` and use the database of that name."""
    parts = urlsplit(url)
    scheme = "https" if parts.scheme == "tdengines" else "http"
    async with httpx.AsyncClient(
        base_url=f"{scheme}://{parts.hostname}:{parts.port or DEFAULT_PORT}",
        auth=(unquote(parts.username or ""), unquote(parts.password or "")),
        trust_env=False,
        timeout=STATEMENT_SECONDS,
    ) as client:
        yield TdengineDatabase(name, client)
