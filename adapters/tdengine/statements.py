"""Builds every SQL statement that is sent to TDengine."""

# ruff: noqa: S608 -- this module builds SQL; adapters.tdengine.literals encodes every value and name in it

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from adapters.tdengine.literals import (
    EPOCH,
    MILLISECOND,
    clamp,
    identifier,
    is_encodable,
    is_name,
    literal,
    text,
    timestamp,
)
from arcbeat.domain.readings.readings import HistoryQuery, Reading, WindowQuery
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

STATEMENT_BYTES_MAX = 1_000_000
"""The server accepts 1 MiB."""

SUBTABLE_NAME_BYTES_MAX = 192
DEVICE_CODE_CHARACTERS_MAX = 200
"""No device has a longer code. Longer requested codes are skipped, so that they cannot exceed the statement limit."""
INDEXED_DEVICES_MAX = 100
"""The number of devices up to which a statement finds them in the index of the tag instead of comparing every tag."""
PROBE_START = datetime(1971, 1, 1, tzinfo=UTC)
PROBE_INTERVAL = timedelta(seconds=1)
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
class SubtableDefinition:
    """A subtable to create, or to write into.

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


def subtable_name(table: SuperTable, device_code: str, prefix: str = "t") -> str:
    """Return ``{prefix}_{device_code}`` in lower case, or the hashed name if that is not a valid table name."""
    name = f"{prefix}_{device_code}".lower()
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


def super_tables(rows_max: int) -> str:
    """List the super tables of all databases; the account need not have rights on them."""
    return (
        "select db_name, stable_name from information_schema.ins_stables "
        f"order by db_name, stable_name limit {rows_max}"
    )


def is_queryable(device_code: str) -> bool:
    """Return whether a statement can contain this device code; no device has another one."""
    return is_encodable(device_code) and len(device_code) <= DEVICE_CODE_CHARACTERS_MAX


def database_settings(database: str) -> str:
    return _database(database, "name", "precision", "keep", "cachemodel", "cachesize")


def database_precision(database: str) -> str:
    """Read what every account may read of the settings of a database."""
    return _database(database, "name", "precision")


def _database(database: str, *columns: str) -> str:
    return f"select {_list(columns)} from information_schema.ins_databases where `name` = {text(database)}"


def row_limit_probe(table: SuperTable, rows: int) -> str:
    """Generate exactly this number of rows, whatever the super table contains."""
    end = PROBE_START + rows * PROBE_INTERVAL
    return (
        f"select count(*) from {full_name(table)} where {between(PROBE_START, end)} "
        f"interval({PROBE_INTERVAL // MILLISECOND}a) fill(null_f)"
    )


def tags(table: SuperTable, names: Sequence[str] = (DEVICE_CODE,), rows_max: int | None = None) -> str:
    """List every subtable with its tags, or some if there are more than ``rows_max``; readings are not scanned."""
    limit = "" if rows_max is None else f" limit {rows_max:d}"
    return f"select tags tbname, {_list(names)} from {full_name(table)}{limit}"


def tags_of_devices(table: SuperTable, device_codes: Sequence[str]) -> str:
    return f"{tags(table)} where {of_devices(device_codes)}"


def latest(table: SuperTable, device_codes: Sequence[str], until: datetime) -> str:
    """Read the newest row of each subtable of these devices: the columns, then name and device code of the subtable.

    ``last_row`` returns whole rows, nulls included; ``last`` would combine the newest value of each column from
    different rows. Subtables are found by their tag, never by a name: a name may belong to another device or another
    super table by now. The bound excludes rows dated in the future, and keeps TDengine from answering from its cache of
    last rows, which misses columns of rows that were written in parts (3.3.0.1).
    """
    return (
        f"select last_row(*), tbname, {identifier(DEVICE_CODE)} from {full_name(table)} "
        f"where {of_devices(device_codes)} and {_until(until)} partition by tbname"
    )


def fits(device_codes: Sequence[str]) -> bool:
    """Return whether one statement may contain these device codes: half of its bytes are left to the rest of it."""
    # A character of a literal has at most four bytes, or is escaped by a second one.
    return 4 * sum(map(len, device_codes)) + 3 * len(device_codes) < STATEMENT_BYTES_MAX // 2


def devices_in_future(table: SuperTable, after: datetime) -> str:
    """Read the device code of each subtable with a row dated after this time."""
    column, code = identifier(TIMESTAMP), identifier(DEVICE_CODE)
    return (
        f"select last_row({column}), {code} from {full_name(table)} "
        f"where {column} > {timestamp(after)} partition by tbname"
    )


def newest_row(table: SuperTable, until: datetime) -> str:
    """Read the newest row of the whole super table that is not dated after this time."""
    return f"select last_row(*) from {full_name(table)} where {_until(until)}"


def history(table: SuperTable, query: HistoryQuery, key: str | None) -> str:
    """Read readings by tag, which covers every subtable of the device; the name of the subtable is the last column.

    ``key`` is the second column of a composite primary key. It is always read, because it tells rows apart. The order
    is by time only: with the subtable as a second key, TDengine would sort the whole range for every page.
    """
    names = (TIMESTAMP, *query.fields, *((key,) if key else ()))
    columns = _list(dict.fromkeys(names)) if query.fields else "*"
    return (
        f"select {columns}, tbname from {full_name(table)} "
        f"where {of_devices([query.device_code])} and {between(query.start, query.end)} "
        f"order by {identifier(TIMESTAMP)} {query.order.value} limit {query.limit:d}"
    )


def windows(table: SuperTable, query: WindowQuery, device_codes: Sequence[str] | None) -> str:
    """Aggregate readings by interval: start, number of readings, device code, then each aggregate of each field.

    Without device codes the whole super table is one series; it then needs no tag device_code. The rows of one series,
    also of merged devices, have no device code.
    """
    aggregates = "".join(f", {a.value}({identifier(f)})" for f in query.fields for a in query.aggregates)
    code = identifier(DEVICE_CODE)
    code_column, devices, partition = "", "", ""
    if device_codes is not None:
        devices = f"{of_devices(device_codes)} and "
    if not query.is_one_series:
        code_column, partition = f", {code}", f"partition by {code} "
    return (
        f"select _wstart, count(*){code_column}{aggregates} from {full_name(table)} "
        f"where {devices}{between(query.start, query.end)} {partition}{_interval(query)}"
    )


def _interval(query: WindowQuery) -> str:
    length = query.interval // MILLISECOND
    offset = (query.origin - EPOCH) // MILLISECOND % length
    # TDengine rejects an offset of 0 as a syntax error.
    return f"interval({length}a, {offset}a)" if offset else f"interval({length}a)"


def between(start: datetime, end: datetime) -> str:
    column = identifier(TIMESTAMP)
    return f"{column} >= {timestamp(clamp(start))} and {column} < {timestamp(clamp(end))}"


def _until(ts: datetime) -> str:
    return f"{identifier(TIMESTAMP)} <= {timestamp(clamp(ts))}"


def of_devices(device_codes: Sequence[str]) -> str:
    """Return the condition for the subtables of these devices.

    TDengine looks equal values up in the index that it keeps of the first tag. For ``in`` it compares the tag of every
    subtable, which is slower for few devices in a large super table, but faster for many.
    """
    column = identifier(DEVICE_CODE)
    if len(device_codes) > INDEXED_DEVICES_MAX:
        return f"{column} in ({','.join(map(text, device_codes))})"
    return f"({' or '.join(f'{column} = {text(code)}' for code in device_codes)})"


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))


def create_super_table(table: SuperTable, columns: Sequence[Column]) -> str:
    """Create a super table; one that exists is left unchanged."""
    fields = ", ".join(_definition(column) for column in columns if not column.is_tag)
    tags = ", ".join(_definition(column) for column in columns if column.is_tag)
    return f"create stable if not exists {full_name(table)} ({fields}) tags ({tags})"


def add_column(table: SuperTable, column: Column) -> str:
    """Add a column that is no tag to a super table."""
    return f"alter stable {full_name(table)} add column {_definition(column)}"


def insert_foreign(table: SuperTable, name: str, tag_names: Sequence[str], row_values: Mapping[str, str]) -> str:
    """Insert a row, given as literals by column, into a subtable, which is created with tags of null.

    TDengine requires a value for a tag of a new subtable, and has no other that is true of every table.
    """
    nulls = ",".join("NULL" for _ in tag_names)
    return (
        f"{_INSERT}{identifier(table.database)}.{identifier(name)} using {full_name(table)} ({_list(tag_names)}) "
        f"tags ({nulls}) ({_list(row_values)}) values ({','.join(row_values.values())})"
    )


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


def create_subtables(table: SuperTable, subtables: Iterable[SubtableDefinition]) -> str:
    """Create subtables; a table that exists is left unchanged, even if it belongs to another device.

    A name of another super table is an error (1565), and all other subtables of the statement are created.
    """
    return "create table " + " ".join(f"if not exists {subtable(table, each)}" for each in subtables)


def subtable(table: SuperTable, definition: SubtableDefinition) -> str:
    """Return the subtable with its super table and tags, to create it or to write into it."""
    values = {DEVICE_CODE: definition.device_code}
    if definition.name_tag is not None:
        values["name"] = definition.name_tag
    return (
        f"{identifier(table.database)}.{identifier(definition.name)} using {full_name(table)} "
        f"({_list(values)}) tags ({','.join(map(text, values.values()))})"
    )


def row(indexes: tuple[int, ...], target: str, reading: Reading, types: Mapping[str, ColumnType]) -> Row:
    """Return a reading as a row of an insert statement; ``target`` is the text of :func:`subtable`.

    Only columns with a value in the reading are listed: a column that is listed with NULL would overwrite a stored
    value.

    Raises:
        ValueError: a value is not encodable.
    """
    names = sorted(reading.values)
    values = [timestamp(reading.ts), *(literal(types[name], reading.values[name]) for name in names)]
    return Row(indexes, f"{target} ({column_list(tuple(names))}) values ", f"({','.join(values)})")


@lru_cache(CACHED_COLUMN_LISTS_MAX)
def column_list(names: tuple[str, ...]) -> str:
    """Return ts and these columns as an insert statement lists them."""
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
