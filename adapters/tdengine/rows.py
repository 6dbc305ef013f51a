"""Decodes responses of TDengine into values of the domain."""

import hashlib
import re
import sys
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from adapters.tdengine.errors import to_error
from arcbeat.domain.errors import StoreError, StoreProtocolError
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import TIMESTAMP, Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import Subtable, SuperTable, possible_super_tables

Row = tuple[Value, ...]

_TAG_MARK = "TAG"
_KEY_MARKS = frozenset({"PRIMARY KEY", "COMPOSITE KEY"})
"""How versions of TDengine mark the second column of a composite primary key."""
KEY_CHARACTERS_MAX = 32
"""Longer values of such a column are hashed where they only tell rows apart."""
RESULT_FORMS_MAX = 256
"""Lists of column names whose plain forms are cached; each super table has one."""
_TYPES_WITH_LENGTH = {ColumnType.VARCHAR, ColumnType.NCHAR, ColumnType.VARBINARY}
_TYPES = {"BINARY": ColumnType.VARCHAR, **{column_type.value.upper(): column_type for column_type in ColumnType}}
_FUNCTION = re.compile(r"^last_row\((.*)\)$", re.DOTALL)
_SCALARS = (bool, int, float, str)
_MINUTES_BY_UNIT = {"m": 1, "h": 60, "d": 1440}


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one statement.

    Attributes:
        names: column names as TDengine returns them.
        types: column types, in the same order.
        rows: timestamps are aware and in UTC; floats are floats even where JSON shows an integer.
    """

    names: tuple[str, ...]
    types: tuple[ColumnType, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The settings of a database that reading, writing and advice depend on.

    Attributes:
        resolution: timestamps are stored in multiples of this (a precision of ns counts as microseconds, as Python
            has no smaller unit).
        has_nanoseconds: whether rows of other programs may lie within one microsecond.
        keep: rows older than this are rejected; None if the account may not read it, as the following.
        cache_model: which newest rows the database caches.
        cache_size_mb: the size of this cache per vnode.
    """

    name: str
    resolution: timedelta
    has_nanoseconds: bool
    keep: timedelta | None = None
    cache_model: str | None = None
    cache_size_mb: int | None = None


def decode(body: bytes, http_status: int) -> Result:
    """Return the rows of a response.

    Raises:
        StoreError: the response is an error; the kind follows from its code, otherwise from its HTTP status.
    """
    with _documented_form():
        response = _decode(body, http_status)
        return _result(response["column_meta"], response["data"])


def decode_unconverted(body: bytes, http_status: int) -> list[list[Any]]:
    """Return the rows of a response with the values that JSON has, which may be too many or too few in a row.

    Raises:
        StoreError: as for :func:`decode`.
    """
    with _documented_form():
        rows: list[list[Any]] = _decode(body, http_status)["data"]
        return rows


@contextmanager
def _documented_form() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise StoreProtocolError("The response of TDengine does not contain rows in the documented form.") from error


def _decode(body: bytes, http_status: int) -> dict[str, Any]:
    try:
        response = orjson.loads(body)
    except orjson.JSONDecodeError:
        response = None
    if http_status != 200 or not isinstance(response, dict) or response.get("code") != 0:
        raise _error(response, http_status)
    _check_count(response.get("rows"), len(response["data"]))
    return response


def _check_count(count: object, rows: int) -> None:
    """Compare the row count of a response with its rows, which a gateway may have cut off.

    Raises:
        ValueError: they differ.
    """
    if isinstance(count, int) and count != rows:
        raise ValueError("the response does not contain as many rows as it reports")


def _error(response: object, http_status: int) -> StoreError:
    if isinstance(response, dict) and isinstance(code := response.get("code"), int) and code:
        return to_error(code, str(response.get("desc", "")), http_status)
    if http_status == 200:
        return StoreProtocolError("The response of TDengine is not the documented JSON.")
    return to_error(0, "", http_status)


def _result(metas: list[list[Any]], data: list[list[Any]]) -> Result:
    types = to_types(metas)
    rows = [list(row) for row in data]
    for index, column_type in enumerate(types):
        if convert := CONVERSIONS.get(column_type):
            for row in rows:
                if (value := row[index]) is not None:
                    row[index] = convert(value)
    if any(len(row) != len(types) for row in rows):
        raise ValueError("a row does not have one value per column")
    return Result(tuple(meta[0] for meta in metas), types, tuple(map(tuple, rows)))


def to_types(metas: list[list[Any]]) -> tuple[ColumnType, ...]:
    """Convert the descriptions of the columns of a response to their types."""
    return tuple(_TYPES.get(meta[1], ColumnType.OTHER) for meta in metas)


def to_timestamp(text: str) -> datetime:
    """Parse a timestamp; nanoseconds are cut to microseconds, years outside 1 to 9999 become the nearest datetime."""
    if text.startswith("-"):
        return datetime.min.replace(tzinfo=UTC)
    if text[4] != "-":
        return datetime.max.replace(tzinfo=UTC)
    return datetime.fromisoformat(text).astimezone(UTC)


CONVERSIONS: Mapping[ColumnType, Callable[[Any], Value]] = {
    ColumnType.TIMESTAMP: to_timestamp,
    ColumnType.FLOAT: float,
    ColumnType.DOUBLE: float,
    ColumnType.OTHER: lambda value: value if isinstance(value, _SCALARS) else orjson.dumps(value).decode(),
}


def to_columns(result: Result) -> tuple[Column, ...]:
    """Convert the result of ``describe``.

    Raises:
        StoreProtocolError: the result is empty.
    """
    if not result.rows:
        raise StoreProtocolError("The response of TDengine describes a super table without columns.")
    return tuple(_column(str(name), str(kind), length, note) for name, kind, length, note, *_ in result.rows)


def _column(name: str, kind: str, length: Value, note: Value) -> Column:
    column_type = _TYPES.get(kind, ColumnType.OTHER)
    has_length = column_type in _TYPES_WITH_LENGTH and isinstance(length, int)
    return Column(
        name=name,
        type=column_type,
        length=int(str(length)) if has_length else None,
        is_tag=note == _TAG_MARK,
        is_key=note in _KEY_MARKS and name != TIMESTAMP,
    )


def to_latest(results: Iterable[Result]) -> list[Reading]:
    """Convert results of ``last_row(*), tbname, device_code``; rows without a device code are ignored."""
    return [reading for result in results if result.rows for reading in _to_latest(result)]


def _to_latest(result: Result) -> Iterable[Reading]:
    names = plain_names(result.names)[:-2]
    if TIMESTAMP not in names:
        raise _no_timestamp()
    ts_index = names.index(TIMESTAMP)
    value_names = names[:ts_index] + names[ts_index + 1 :]
    for row in result.rows:
        ts, device_code = row[ts_index], row[-1]
        if device_code is None:
            continue
        if not isinstance(ts, datetime):
            raise _no_timestamp()
        values = row[:ts_index] + row[ts_index + 1 : -2]
        yield Reading(str(device_code), ts, dict(zip(value_names, values, strict=True)))


def newest_by_device(readings: Collection[Reading], skewed: Container[str]) -> dict[str, Latest]:
    """Return the newest reading of each device; ``skewed`` contains the codes of devices with rows in the future."""
    by_device = {reading.device_code: reading for reading in readings}
    if len(by_device) < len(readings):  # a device has several subtables, which is rare
        by_device = {}
        for reading in readings:
            known = by_device.setdefault(reading.device_code, reading)
            if reading.ts > known.ts:
                by_device[reading.device_code] = reading
    return {code: Latest(reading, code in skewed) for code, reading in by_device.items()}


def to_row(result: Result) -> dict[str, Value] | None:
    """Convert the only row of ``last_row(*)`` to values by column; None if there is no row."""
    return dict(zip(plain_names(result.names), result.rows[0], strict=True)) if result.rows else None


def to_device_codes(result: Result) -> frozenset[str]:
    """Convert rows whose last value is a device code."""
    return frozenset(str(row[-1]) for row in result.rows if row[-1] is not None)


def to_readings(device_code: str, result: Result, omitted: Container[str], key: str | None) -> list[Reading]:
    """Convert rows of one device, leaving out ``omitted`` columns; the last column is the name of the subtable.

    ``key`` is the second column of a composite primary key, whose value tells rows with one timestamp apart.
    """
    indexes = [index for index, name in enumerate(result.names[:-1]) if name not in omitted]
    names = [result.names[index] for index in indexes]
    key_index = result.names.index(key) if key in result.names else None
    return [
        _to_reading(device_code, names, [row[index] for index in indexes], _origin(row, key_index))
        for row in result.rows
    ]


def to_value_readings(result: Result) -> list[Reading]:
    """Convert rows of several devices; the last columns are the device code and the name of the subtable."""
    names = result.names[:-2]
    return [_to_reading(str(row[-2]), names, row[:-2], str(row[-1])) for row in result.rows]


def _origin(row: Row, key_index: int | None) -> str:
    """Return the subtable of a row, and the value of the second key if there is one."""
    if key_index is None:
        return str(row[-1])
    key = str(row[key_index])
    if len(key) > KEY_CHARACTERS_MAX:
        key = hashlib.sha256(key.encode()).hexdigest()[:KEY_CHARACTERS_MAX]
    return f"{row[-1]} {key}"


@lru_cache(RESULT_FORMS_MAX)
def plain_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column names without the function: ``last_row(x)`` becomes ``x``.

    All readings of a super table then have the same names, which are compared by identity.
    """
    return tuple(sys.intern(_FUNCTION.sub(r"\1", name)) for name in names)


def _to_reading(device_code: str, names: Sequence[str], row: Sequence[Value], subtable: str = "") -> Reading:
    values = dict(zip(names, row, strict=True))
    ts = values.pop(TIMESTAMP, None)
    if not isinstance(ts, datetime):
        raise _no_timestamp()
    return Reading(device_code, ts, values, subtable)


def _no_timestamp() -> StoreError:
    return StoreProtocolError("A row in the response of TDengine has no timestamp column ts.")


def to_subtables(result: Result, tag_names: Sequence[str]) -> list[Subtable]:
    """Convert rows of tbname, device_code and these tags; rows without a device code are ignored."""
    return [
        Subtable(str(name), str(device_code), dict(zip(tag_names, tags, strict=True)))
        for name, device_code, *tags in result.rows
        if device_code is not None
    ]


def to_super_tables(result: Result) -> list[SuperTable]:
    """Convert rows of database and super table; names that no device type can have are ignored."""
    return possible_super_tables((str(database), str(name)) for database, name in result.rows)


def to_settings(row: Row) -> DatabaseSettings:
    """Convert a row of name, precision, keep, cachemodel and cachesize; the last three may be missing."""
    name, precision, *readable = map(str, row)
    resolution = timedelta(milliseconds=1) if precision == "ms" else timedelta(microseconds=1)
    if not readable:
        return DatabaseSettings(name, resolution, precision == "ns")
    keep, cache_model, cache_size_mb = readable
    return DatabaseSettings(name, resolution, precision == "ns", _keep(keep), cache_model, int(cache_size_mb))


def _keep(text: str) -> timedelta:
    """Parse ``5256000m,5256000m,5256000m``: one value per storage level; rows are deleted after the last."""
    last = text.rpartition(",")[2]
    return timedelta(minutes=int(last[:-1]) * _MINUTES_BY_UNIT[last[-1]])
