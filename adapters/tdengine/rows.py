"""What TDengine answers, as values of the domain."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from adapters.tdengine.errors import to_error
from arcbeat.domain.errors import StoreError, StoreProtocolError
from arcbeat.domain.readings.appending import TIMESTAMP
from arcbeat.domain.readings.columns import Column, ColumnType, Value
from arcbeat.domain.readings.readings import Latest, Reading, Subtable

Row = tuple[Value, ...]

_TAG_NOTE = "TAG"
_LENGTHS = {ColumnType.VARCHAR, ColumnType.NCHAR, ColumnType.VARBINARY}
_TYPES = {"BINARY": ColumnType.VARCHAR, **{column_type.value.upper(): column_type for column_type in ColumnType}}
_FUNCTION = re.compile(r"^last_row\((.*)\)$", re.DOTALL)
_PLAIN = (bool, int, float, str)
_MINUTES = {"m": 1, "h": 60, "d": 1440}


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one statement.

    Attributes:
        names: of the columns, as TDengine gives them.
        rows: timestamps aware, floats as floats whatever they look like in JSON.
    """

    names: tuple[str, ...]
    types: tuple[ColumnType, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LatestRow:
    """The newest row of one subtable."""

    subtable: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How a database was made.

    Attributes:
        resolution: timestamps are kept in whole ones of these (a nanosecond counts as a microsecond).
        keep: older rows are refused.
    """

    name: str
    cache_model: str
    cache_size_mb: int
    resolution: timedelta
    keep: timedelta


def decode(body: bytes, http_status: int) -> Result:
    """The rows of an answer.

    Raises:
        StoreError: it is an error, by its code, or else by its HTTP status.
    """
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if http_status != 200 or not isinstance(answer, dict) or answer.get("code") != 0:
        raise _error(answer, http_status)
    try:
        return _result(answer["column_meta"], answer["data"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise StoreProtocolError("The answer of TDengine does not have the form of rows.") from error


def _error(answer: object, http_status: int) -> StoreError:
    if isinstance(answer, dict) and isinstance(code := answer.get("code"), int) and code:
        return to_error(code, str(answer.get("desc", "")), http_status)
    if http_status == 200:
        return StoreProtocolError("The answer of TDengine is not the JSON that it should be.")
    return to_error(0, "", http_status)


def _result(metas: list[list[Any]], data: list[list[Any]]) -> Result:
    types = tuple(_TYPES.get(meta[1], ColumnType.OTHER) for meta in metas)
    rows = [list(row) for row in data]
    for index, column_type in enumerate(types):
        if convert := _CONVERSIONS.get(column_type):
            for row in rows:
                row[index] = None if row[index] is None else convert(row[index])
    if any(len(row) != len(types) for row in rows):
        raise ValueError("a row is not as wide as its columns")
    return Result(tuple(meta[0] for meta in metas), types, tuple(map(tuple, rows)))


def _moment(text: str) -> datetime:
    """Python cuts what is finer than a microsecond; what is beyond its calendar becomes the end of it."""
    if text.startswith("-"):
        return datetime.min.replace(tzinfo=UTC)
    if text[4] != "-":
        return datetime.max.replace(tzinfo=UTC)
    return datetime.fromisoformat(text).astimezone(UTC)


_CONVERSIONS: Mapping[ColumnType, Callable[[Any], Value]] = {
    ColumnType.TIMESTAMP: _moment,
    ColumnType.FLOAT: float,
    ColumnType.DOUBLE: float,
    ColumnType.OTHER: lambda value: value if isinstance(value, _PLAIN) else orjson.dumps(value).decode(),
}


def to_columns(result: Result) -> tuple[Column, ...]:
    """From describe."""
    return tuple(_column(str(name), str(kind), length, note) for name, kind, length, note, *_ in result.rows)


def _column(name: str, kind: str, length: Value, note: Value) -> Column:
    column_type = _TYPES.get(kind, ColumnType.OTHER)
    is_long = column_type in _LENGTHS and isinstance(length, int)
    return Column(name=name, type=column_type, length=int(str(length)) if is_long else None, is_tag=note == _TAG_NOTE)


def to_latest(results: Iterable[Result]) -> list[LatestRow]:
    """From last_row(*), tbname, device_code; rows without a device code are nobody's."""
    return [
        LatestRow(str(subtable), _to_reading(str(device_code), names, values))
        for result in results
        for names in [_plain_names(result)[:-2]]
        for *values, subtable, device_code in result.rows
        if device_code is not None
    ]


def newest(rows: Iterable[LatestRow], skewed: Container[str]) -> dict[str, Latest]:
    """The newest row of each device; ``skewed`` has the codes of those with rows from the future."""
    by_device: dict[str, Reading] = {}
    for row in rows:
        code = row.reading.device_code
        if code not in by_device or row.reading.ts > by_device[code].ts:
            by_device[code] = row.reading
    return {code: Latest(reading, code in skewed) for code, reading in by_device.items()}


def to_row(result: Result) -> dict[str, Value] | None:
    """The only row, by column; from last_row(*)."""
    return dict(zip(_plain_names(result), result.rows[0], strict=True)) if result.rows else None


def is_beyond(row: Mapping[str, Value], horizon: datetime) -> bool:
    ts = row.get(TIMESTAMP)
    return isinstance(ts, datetime) and ts > horizon


def to_readings(device_code: str, result: Result, without: Container[str]) -> list[Reading]:
    """From rows of one device, ``without`` these columns; the last one names the subtable."""
    kept = [index for index, name in enumerate(result.names[:-1]) if name not in without]
    names = [result.names[index] for index in kept]
    return [_to_reading(device_code, names, [row[index] for index in kept], str(row[-1])) for row in result.rows]


def _plain_names(result: Result) -> list[str]:
    """The names of columns without the function that was asked of them: ``last_row(x)`` is x."""
    return [_FUNCTION.sub(r"\1", name) for name in result.names]


def _to_reading(device_code: str, names: Sequence[str], row: Sequence[Value], subtable: str = "") -> Reading:
    values = dict(zip(names, row, strict=True))
    ts = values.pop(TIMESTAMP, None)
    if not isinstance(ts, datetime):
        raise StoreProtocolError("A row has no timestamp named ts.")
    return Reading(device_code, ts, values, subtable)


def to_subtables(result: Result, tag_names: Sequence[str]) -> list[Subtable]:
    """From tbname, device_code and these tags; those without a device code are nobody's."""
    return [
        Subtable(str(name), str(device_code), dict(zip(tag_names, tags, strict=True)))
        for name, device_code, *tags in result.rows
        if device_code is not None
    ]


def to_settings(row: Row) -> DatabaseSettings:
    """From name, cachemodel, cachesize, precision, keep."""
    name, cache_model, cache_size_mb, precision, keep = map(str, row)
    resolution = timedelta(milliseconds=1) if precision == "ms" else timedelta(microseconds=1)
    return DatabaseSettings(name, cache_model, int(cache_size_mb), resolution, _keep(keep))


def _keep(text: str) -> timedelta:
    """The last of ``5256000m,5256000m,5256000m``: levels of storage, of which the last decides."""
    last = text.rpartition(",")[2]
    return timedelta(minutes=int(last[:-1]) * _MINUTES[last[-1]])
