"""Every statement that TDengine is given."""

# ruff: noqa: S608 -- statements are what this module makes; every value and name in them passes tdengine_literals

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from adapters.tdengine.literals import EPOCH, MILLISECOND, clamp, identifier, is_name, literal, text, timestamp
from arcbeat.domain.readings.appending import DEVICE_CODE, TIMESTAMP
from arcbeat.domain.readings.columns import ColumnType
from arcbeat.domain.readings.readings import HistoryQuery, Reading, SuperTable, WindowQuery

STATEMENT_BYTES_MAX = 1_000_000
"""The server takes 1 MiB."""

SUBTABLE_NAME_BYTES_MAX = 192
NAMED_MAX = 1024
"""Lists of columns that are kept as text: rows of one kind of machine name the same ones."""

SERVER_VERSION = "select server_version()"
_INSERT = "insert into "


@dataclass(frozen=True, slots=True)
class NewSubtable:
    """A subtable to be made.

    Attributes:
        label: for the tag ``name``; None where the super table has no such tag, or the label does not fit it.
    """

    name: str
    device_code: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an insert statement.

    Attributes:
        places: of the readings in it, within their batch.
        head: the subtable and the named columns; rows of one head share it.
        values: in brackets.
    """

    places: tuple[int, ...]
    head: str
    values: str


def full_name(table: SuperTable) -> str:
    return f"{identifier(table.database)}.{identifier(table.name)}"


def subtable_name(table: SuperTable, device_code: str) -> str:
    """``t_{device_code}`` in lower case; where that makes no table name, the hashed name."""
    name = f"t_{device_code}".lower()
    # Control characters would pass too, but nobody could type the name.
    fits = name.isprintable() and "." not in name and is_name(name) and len(name.encode()) <= SUBTABLE_NAME_BYTES_MAX
    return name if fits else hashed_subtable_name(table, device_code)


def hashed_subtable_name(table: SuperTable, device_code: str) -> str:
    """A name that depends on the super table too, because one database may hold a device's subtables of two types."""
    return f"t_{hashlib.sha256(f'{table.name}/{device_code}'.encode()).hexdigest()[:16]}"


def describe(table: SuperTable) -> str:
    return f"describe {full_name(table)}"


def database_settings(database: str) -> str:
    return (
        "select name, `cachemodel`, `cachesize`, `precision`, `keep` from information_schema.ins_databases "
        f"where name = {text(database)}"
    )


def tags(table: SuperTable, names: Sequence[str] = (DEVICE_CODE,)) -> str:
    """Every subtable and its tags, without a look at the readings."""
    return f"select tags tbname, {_list(names)} from {full_name(table)}"


def tags_of_devices(table: SuperTable, device_codes: Iterable[str]) -> str:
    return f"{tags(table)} where {_in(identifier(DEVICE_CODE), device_codes)}"


def latest_of_subtables(table: SuperTable, names: Iterable[str], until: datetime | None = None) -> str:
    """The newest row of each subtable, columns first, then its name and device code."""
    before = "" if until is None else f" and {identifier(TIMESTAMP)} <= {timestamp(until)}"
    return _latest(table, f"{_in('tbname', names)}{before}")


def latest_of_devices(table: SuperTable, device_codes: Iterable[str]) -> str:
    """The same by the tag, for devices whose subtables are not known."""
    return _latest(table, _in(identifier(DEVICE_CODE), device_codes))


def _latest(table: SuperTable, where: str) -> str:
    return (
        f"select last_row(*), tbname, {identifier(DEVICE_CODE)} from {full_name(table)} "
        f"where {where} partition by tbname"
    )


def newest_row(table: SuperTable, until: datetime | None = None) -> str:
    """Of the whole super table."""
    before = "" if until is None else f" where {identifier(TIMESTAMP)} <= {timestamp(until)}"
    return f"select last_row(*) from {full_name(table)}{before}"


def history(table: SuperTable, query: HistoryQuery) -> str:
    """By the tag, which finds every subtable of the device; its name comes last.

    Ordered by the name too, TDengine would sort the whole range for every page of it.
    """
    columns = _list(tuple(dict.fromkeys((TIMESTAMP, *query.fields)))) if query.fields else "*"
    return (
        f"select {columns}, tbname from {full_name(table)} "
        f"where {_in(identifier(DEVICE_CODE), [query.device_code])} and {_between(query.start, query.end)} "
        f"order by {identifier(TIMESTAMP)} {query.order.value} limit {query.limit:d}"
    )


def windows(table: SuperTable, query: WindowQuery, device_codes: Iterable[str] | None) -> str:
    """The windows that have readings: start, number of readings, device code, then each field by each aggregate.

    Of the whole super table where no codes are given; it need not have the tag then, and the answer has no code.
    """
    aggregates = "".join(f", {a.value}({identifier(f)})" for f in query.fields for a in query.aggregates)
    code = identifier(DEVICE_CODE)
    selected, of_devices, partition = "", "", ""
    if device_codes is not None:
        selected, of_devices, partition = f", {code}", f"{_in(code, device_codes)} and ", f"partition by {code} "
    return (
        f"select _wstart, count(*){selected}{aggregates} from {full_name(table)} "
        f"where {of_devices}{_between(query.start, query.end)} {partition}{_interval(query)}"
    )


def _interval(query: WindowQuery) -> str:
    length = query.interval // MILLISECOND
    offset = (query.origin - EPOCH) // MILLISECOND % length
    # an offset of 0 is a syntax error
    return f"interval({length}a, {offset}a)" if offset else f"interval({length}a)"


def _between(start: datetime, end: datetime) -> str:
    column = identifier(TIMESTAMP)
    return f"{column} >= {timestamp(clamp(start))} and {column} < {timestamp(clamp(end))}"


def _in(column: str, values: Iterable[str]) -> str:
    return f"{column} in ({','.join(map(text, values))})"


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))


def create_subtables(table: SuperTable, subtables: Iterable[NewSubtable]) -> str:
    """One that exists is left as it is, even when it is another device's."""
    return "create table if not exists " + " ".join(_creation(table, subtable) for subtable in subtables)


def _creation(table: SuperTable, subtable: NewSubtable) -> str:
    said = {DEVICE_CODE: subtable.device_code}
    if subtable.label is not None:
        said["name"] = subtable.label
    return (
        f"{identifier(table.database)}.{identifier(subtable.name)} using {full_name(table)} "
        f"({_list(said)}) tags ({','.join(map(text, said.values()))})"
    )


def row(
    places: tuple[int, ...], database: str, subtable: str, reading: Reading, types: Mapping[str, ColumnType]
) -> Row:
    """A reading as a row; only the columns that it says are named, for a named NULL overwrites.

    Raises:
        ValueError: a value cannot be said.
    """
    names = sorted(reading.values)
    values = [timestamp(reading.ts), *(literal(types[name], reading.values[name]) for name in names)]
    head = f"{identifier(database)}.{identifier(subtable)} ({_named(tuple(names))}) values "
    return Row(places, head, f"({','.join(values)})")


@lru_cache(NAMED_MAX)
def _named(names: tuple[str, ...]) -> str:
    return _list((TIMESTAMP, *names))


def pack(rows: Iterable[Row], bytes_max: int = STATEMENT_BYTES_MAX) -> Iterator[list[Row]]:
    """Rows as the insert statements that hold them, as many a statement as fit; a row alone may be larger."""
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
    """Rows of one head beside each other share it."""
    parts = (head + "".join(row.values for row in same) for head, same in groupby(rows, lambda row: row.head))
    return _INSERT + " ".join(parts)
