"""Builds every SQL statement that is sent to TDengine."""

# ruff: noqa: S608 -- this module builds SQL; adapters.tdengine.literals encodes every value and name in it

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from adapters.tdengine.literals import EPOCH, MILLISECOND, clamp, identifier, is_name, literal, text, timestamp
from arcbeat.domain.readings.readings import HistoryQuery, Reading, WindowQuery
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

STATEMENT_BYTES_MAX = 1_000_000
"""The server accepts 1 MiB."""

SUBTABLE_NAME_BYTES_MAX = 192
ROW_BYTES_MAX = 65_531
"""The limit of the sum of the columns' lengths; a longer row cannot be created."""
NUMBER_BYTES_MAX = 8
LENGTH_PREFIX_BYTES = 2
NCHAR_BYTES = 4
CACHED_COLUMN_LISTS_MAX = 1024
"""Cached texts of column lists: rows of one device type usually name the same columns."""

SERVER_VERSION = "select server_version()"
_INSERT = "insert into "


@dataclass(frozen=True, slots=True)
class NewSubtable:
    """A subtable to create.

    Attributes:
        name_tag: the value of the tag ``name``; None if the super table has no such tag, or the value does not fit it.
    """

    name: str
    device_code: str
    name_tag: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an insert statement.

    Attributes:
        indexes: of the readings that were merged into the row, within their batch.
        head: the subtable and its columns; consecutive rows with the same head share it.
        values: the literals in parentheses.
    """

    indexes: tuple[int, ...]
    head: str
    values: str


def full_name(table: SuperTable) -> str:
    return f"{identifier(table.database)}.{identifier(table.name)}"


def subtable_name(table: SuperTable, device_code: str) -> str:
    """Return ``t_{device_code}`` in lower case, or the hashed name if that is not a valid table name."""
    name = f"t_{device_code}".lower()
    # TDengine accepts control characters too, but a person could not type such a name.
    fits = name.isprintable() and "." not in name and is_name(name) and len(name.encode()) <= SUBTABLE_NAME_BYTES_MAX
    return name if fits else hashed_subtable_name(table, device_code)


def hashed_subtable_name(table: SuperTable, device_code: str) -> str:
    """Return a name for a device code that cannot be a table name, or whose name is taken.

    The hash includes the super table, because one database may contain subtables of one device for two types.
    """
    return f"t_{hashlib.sha256(f'{table.name}/{device_code}'.encode()).hexdigest()[:16]}"


def describe(table: SuperTable) -> str:
    return f"describe {full_name(table)}"


def database_settings(database: str) -> str:
    return (
        "select name, `cachemodel`, `cachesize`, `precision`, `keep` from information_schema.ins_databases "
        f"where name = {text(database)}"
    )


def tags(table: SuperTable, names: Sequence[str] = (DEVICE_CODE,)) -> str:
    """List every subtable with its tags; readings are not scanned."""
    return f"select tags tbname, {_list(names)} from {full_name(table)}"


def tags_of_devices(table: SuperTable, device_codes: Iterable[str]) -> str:
    return f"{tags(table)} where {_in(identifier(DEVICE_CODE), device_codes)}"


def latest_of_subtables(table: SuperTable, names: Iterable[str], until: datetime | None = None) -> str:
    """Read the newest row of each subtable: the columns, then the name and the device code of the subtable.

    ``last_row`` returns whole rows, nulls included, and is served from the cache of the database (CACHEMODEL); ``last``
    would combine the newest value of each column from different rows.
    """
    before = "" if until is None else f" and {identifier(TIMESTAMP)} <= {timestamp(until)}"
    return _latest(table, f"{_in('tbname', names)}{before}")


def latest_of_devices(table: SuperTable, device_codes: Iterable[str]) -> str:
    """Read the same rows by tag, for devices whose subtables are not in the map."""
    return _latest(table, _in(identifier(DEVICE_CODE), device_codes))


def _latest(table: SuperTable, where: str) -> str:
    return (
        f"select last_row(*), tbname, {identifier(DEVICE_CODE)} from {full_name(table)} "
        f"where {where} partition by tbname"
    )


def newest_row(table: SuperTable, until: datetime | None = None) -> str:
    """Read the newest row of the whole super table."""
    before = "" if until is None else f" where {identifier(TIMESTAMP)} <= {timestamp(until)}"
    return f"select last_row(*) from {full_name(table)}{before}"


def history(table: SuperTable, query: HistoryQuery) -> str:
    """Read readings by tag, which covers every subtable of the device; the name of the subtable is the last column.

    The order is by time only. With the subtable as a second key, TDengine would sort the whole range for every page.
    """
    columns = _list(tuple(dict.fromkeys((TIMESTAMP, *query.fields)))) if query.fields else "*"
    return (
        f"select {columns}, tbname from {full_name(table)} "
        f"where {_in(identifier(DEVICE_CODE), [query.device_code])} and {_between(query.start, query.end)} "
        f"order by {identifier(TIMESTAMP)} {query.order.value} limit {query.limit:d}"
    )


def windows(table: SuperTable, query: WindowQuery, device_codes: Iterable[str] | None) -> str:
    """Aggregate readings by interval: start, number of readings, device code, then each aggregate of each field.

    Without device codes the whole super table is one series; it then needs no tag device_code, and the rows have none.
    """
    aggregates = "".join(f", {a.value}({identifier(f)})" for f in query.fields for a in query.aggregates)
    code = identifier(DEVICE_CODE)
    code_column, devices, partition = "", "", ""
    if device_codes is not None:
        code_column, devices, partition = f", {code}", f"{_in(code, device_codes)} and ", f"partition by {code} "
    return (
        f"select _wstart, count(*){code_column}{aggregates} from {full_name(table)} "
        f"where {devices}{_between(query.start, query.end)} {partition}{_interval(query)}"
    )


def _interval(query: WindowQuery) -> str:
    length = query.interval // MILLISECOND
    offset = (query.origin - EPOCH) // MILLISECOND % length
    # TDengine rejects an offset of 0 as a syntax error.
    return f"interval({length}a, {offset}a)" if offset else f"interval({length}a)"


def _between(start: datetime, end: datetime) -> str:
    column = identifier(TIMESTAMP)
    return f"{column} >= {timestamp(clamp(start))} and {column} < {timestamp(clamp(end))}"


def _in(column: str, values: Iterable[str]) -> str:
    return f"{column} in ({','.join(map(text, values))})"


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))


def create_super_table(table: SuperTable, columns: Sequence[Column]) -> str:
    """Create a super table; one that exists is left unchanged."""
    fields = ", ".join(_definition(column) for column in columns if not column.is_tag)
    tags = ", ".join(_definition(column) for column in columns if column.is_tag)
    return f"create stable if not exists {full_name(table)} ({fields}) tags ({tags})"


def row_bytes(columns: Sequence[Column]) -> int:
    """Return the size of a row of these columns, without the tags, as TDengine counts it."""
    return sum(_column_bytes(column) for column in columns if not column.is_tag)


def _column_bytes(column: Column) -> int:
    if column.length is None:
        return NUMBER_BYTES_MAX
    return LENGTH_PREFIX_BYTES + column.length * (NCHAR_BYTES if column.type is ColumnType.NCHAR else 1)


def _definition(column: Column) -> str:
    length = "" if column.length is None else f"({column.length:d})"
    return f"{identifier(column.name)} {column.type.value}{length}"


def create_subtables(table: SuperTable, subtables: Iterable[NewSubtable]) -> str:
    """Create subtables; a table that exists is left unchanged, even if it belongs to another device."""
    return "create table if not exists " + " ".join(_creation(table, subtable) for subtable in subtables)


def _creation(table: SuperTable, subtable: NewSubtable) -> str:
    values = {DEVICE_CODE: subtable.device_code}
    if subtable.name_tag is not None:
        values["name"] = subtable.name_tag
    return (
        f"{identifier(table.database)}.{identifier(subtable.name)} using {full_name(table)} "
        f"({_list(values)}) tags ({','.join(map(text, values.values()))})"
    )


def row(
    indexes: tuple[int, ...], database: str, subtable: str, reading: Reading, types: Mapping[str, ColumnType]
) -> Row:
    """Return a reading as a row of an insert statement.

    Only columns with a value in the reading are listed: a column that is listed with NULL would overwrite a stored
    value.

    Raises:
        ValueError: a value is not encodable.
    """
    names = sorted(reading.values)
    values = [timestamp(reading.ts), *(literal(types[name], reading.values[name]) for name in names)]
    head = f"{identifier(database)}.{identifier(subtable)} ({_column_list(tuple(names))}) values "
    return Row(indexes, head, f"({','.join(values)})")


@lru_cache(CACHED_COLUMN_LISTS_MAX)
def _column_list(names: tuple[str, ...]) -> str:
    return _list((TIMESTAMP, *names))


def pack(rows: Iterable[Row], bytes_max: int = STATEMENT_BYTES_MAX) -> Iterator[list[Row]]:
    """Group rows into insert statements of at most ``bytes_max``; a single row may be larger.

    Rows are sorted by head, so that the head is written once for all rows of a subtable.
    """
    chunk: list[Row] = []
    size, head = 0, ""
    for each in sorted(rows, key=lambda row: row.head):
        added = len(each.values.encode()) + (len(each.head.encode()) + 1) * (each.head != head)
        if chunk and size + added > bytes_max:
            yield chunk
            chunk, size = [], 0
        if not chunk:
            size, added = len(_INSERT), len(f"{each.head} {each.values}".encode())
        chunk.append(each)
        size, head = size + added, each.head
    if chunk:
        yield chunk


def insert(rows: Iterable[Row]) -> str:
    """Return one insert statement; consecutive rows with the same head share it."""
    parts = (head + "".join(row.values for row in same) for head, same in groupby(rows, lambda row: row.head))
    return _INSERT + " ".join(parts)
