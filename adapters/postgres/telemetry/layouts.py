"""Reads the columns of super tables from PostgreSQL's catalogue, and remembers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

from adapters.postgres.pool import Connection
from adapters.postgres.telemetry import statements
from adapters.postgres.telemetry.columns import CatalogueColumn
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.schema.columns import DEVICE_CODE, Column
from arcbeat.domain.schema.super_tables import HOW_TO_CREATE, SuperTable

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a super table.

    Attributes:
        columns: in the order of ``describe``.
        has_companion: whether there is a companion table with the tags.
        fingerprint: differs for tables with other columns.
    """

    columns: tuple[Column, ...]
    has_companion: bool
    fingerprint: str

    @property
    def tags(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_tag)

    def named(self, names: Sequence[str]) -> tuple[Column, ...]:
        """Return the columns with these names, in their order."""
        by_name = {column.name: column for column in self.columns if not column.is_tag}
        return tuple(by_name[name] for name in names)


class Layouts:
    """The layouts of super tables, each as it was when it was last read."""

    def __init__(self, idle_seconds_max: float) -> None:
        """``idle_seconds_max`` is how long a transaction that reads a layout may wait for this process."""
        self._idle_ms = str(int(idle_seconds_max * 1000))
        self._known: LRUCache[SuperTable, Layout] = LRUCache(statements.TABLES_MAX)

    def known(self, table: SuperTable) -> Layout | None:
        """Return the layout as it was when it was last read; None if it is not remembered."""
        return self._known.get(table)

    def forget(self, table: SuperTable) -> None:
        """Call it when the layout seems to have changed."""
        self._known.pop(table, None)

    async def read(self, connection: Connection, table: SuperTable) -> Layout:
        """Return the layout as it is now.

        Raises:
            StoreObjectMissing: there is no such super table.
        """
        names = {"schema": table.database, "table": table.name, "tags": table.name + statements.TAGS_SUFFIX}
        rows = await (await connection.execute(statements.DESCRIBE, {**names, "idle_ms": self._idle_ms})).fetchall()
        layout = self._known.pop(table, None)
        if statements.is_reserved(table) or not any(not row["is_companion"] for row in rows):
            raise StoreObjectMissing(f"PostgreSQL has no super table {table}. {HOW_TO_CREATE}")
        if layout is None or layout.fingerprint != rows[0]["fingerprint"]:
            layout = _to_layout(rows)
        self._known[table] = layout
        return layout


def _to_layout(rows: Rows) -> Layout:
    found: dict[bool, list[CatalogueColumn]] = {False: [], True: []}
    for row in rows:
        column = CatalogueColumn(name=row["name"], type=row["type"], length=row["length"], comment=row["comment"])
        found[row["is_companion"]].append(column)
    columns = [column.to_column(is_tag=False) for column in found[False] if column.name != DEVICE_CODE]
    # The key of the companion is a tag only if it has a type comment. Without a companion, the key of the table is the
    # only tag.
    tags = [column for column in found[True] if column.has_type_comment or column.name != DEVICE_CODE]
    if not found[True]:
        tags = [column for column in found[False] if column.name == DEVICE_CODE]
    return Layout(
        (*columns, *(tag.to_column(is_tag=True) for tag in tags)),
        has_companion=bool(found[True]),
        fingerprint=rows[0]["fingerprint"],
    )
