"""Decodes the readings of one super table into a plain batch."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, repeat
from operator import is_, itemgetter
from types import GenericAlias
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from adapters.plain_readings.structs import AnyType, reading_type, writable
from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainRows
from arcbeat.domain.readings.sent_timestamps import parse_timestamp
from arcbeat.domain.schema.columns import Column, Value, ValueRejected

READINGS_MAX = 5_000
"""The limit of a batch in the contract."""

_NULL_CHARACTER = b"\\u0000"
_ZEROS = b"0" * 100
# Searched for first: a pattern with a class takes ten times as long, and «in» twice as long.
_NEGATIVE_EXPONENT = re.compile(rb"e-")
_NEGATIVE_EXPONENT_IN_CAPITALS = re.compile(rb"E-")
_LARGE_NEGATIVE_EXPONENT = re.compile(rb"[0-9][eE]-0*[1-9][0-9]{2}")
# No more than the contract's date-time, of which parse_timestamp accepts less, and ISO 8601, of which it accepts more.
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII,
)
_LINE_START, _LINE_BOUNDARY, _LINE_END = b"[[", b"],\n[", b"]]"

Rows = Sequence[tuple[Any, ...]]


class ReadingDecoder:
    """Implements PlainDecoder for a super table and the rules of its fields.

    Raises:
        NoPlainReadings: there is no type that describes its readings.
    """

    def __init__(self, columns: Sequence[Column], fields: Sequence[Field]) -> None:
        reading = reading_type(columns, fields)
        self._columns = columns
        self._names = tuple(column.name for column in writable(columns))
        self._array: msgspec.json.Decoder[AnyType] = msgspec.json.Decoder(GenericAlias(list, reading))
        self._lines: msgspec.json.Decoder[AnyType] = msgspec.json.Decoder(
            GenericAlias(list, GenericAlias(tuple, reading))
        )

    def decode(self, readings: bytes | memoryview) -> PlainBatch | None:
        """Return the readings of a JSON array, or None if one of them is not plain."""
        text = bytes(readings)
        decoded = _decoded(self._array, text)
        return None if decoded is None else self._batch(decoded, text)

    def decode_lines(self, lines: Sequence[bytes]) -> PlainBatch | None:
        """Return the readings of JSON lines, one per line, or None if one of them is not plain.

        The lines become arrays of one reading each, in one text. No text of JSON contains a line break, so an array
        that ends at one is the array of a line: as many arrays as lines means one reading in each line.
        """
        text = _LINE_BOUNDARY.join(lines).join((_LINE_START, _LINE_END))
        decoded = _decoded(self._lines, text)
        if decoded is None or len(decoded) != len(lines):
            return None
        return self._batch([reading for (reading,) in decoded], text)

    def _batch(self, readings: Sequence[AnyType], text: bytes) -> PlainBatch | None:
        if not 0 < len(readings) <= READINGS_MAX or _has_unusual_value(text):
            return None
        timestamps = _timestamps([reading.ts for reading in readings])
        if timestamps is None:
            return None
        rows = [astuple(reading.values) for reading in readings]
        groups = self._groups([reading.device_code for reading in readings], timestamps, rows)
        return None if groups is None else PlainBatch(self._columns, groups, b"'" in text or b"\\" in text)

    def _groups(self, codes: Sequence[str], timestamps: Sequence[datetime], rows: Rows) -> Sequence[PlainRows] | None:
        """Return the rows by the columns that they name, or None if one names none."""
        if not any(map(is_, chain.from_iterable(rows), repeat(UNSET))):
            return (PlainRows(self._names, codes, timestamps, rows),)
        by_absent: dict[bytes, list[int]] = {}
        for index, row in enumerate(rows):
            by_absent.setdefault(bytes(map(is_, row, repeat(UNSET))), []).append(index)
        if bytes(repeat(True, len(self._names))) in by_absent:
            return None
        return [self._group(absent, indexes, codes, timestamps, rows) for absent, indexes in by_absent.items()]

    def _group(
        self, absent: bytes, indexes: Sequence[int], codes: Sequence[str], timestamps: Sequence[datetime], rows: Rows
    ) -> PlainRows:
        named = [position for position, is_absent in enumerate(absent) if not is_absent]
        chosen = rows if len(indexes) == len(rows) else [rows[index] for index in indexes]
        return PlainRows(
            tuple(self._names[position] for position in named),
            [codes[index] for index in indexes],
            [timestamps[index] for index in indexes],
            _columns_of(chosen, named),
        )


def _decoded(decoder: "msgspec.json.Decoder[AnyType]", text: bytes) -> Sequence[AnyType] | None:
    try:
        decoded: Sequence[AnyType] = decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return decoded


def _columns_of(rows: Rows, positions: Sequence[int]) -> Sequence[tuple[Value, ...]]:
    if len(positions) == 1:
        (position,) = positions
        return [(row[position],) for row in rows]
    return list(map(itemgetter(*positions), rows))


def _timestamps(sent: Sequence[str | int]) -> Sequence[datetime] | None:
    """Return the timestamps, or None if one is invalid or written in an unusual form; each is parsed once."""
    parsed: dict[str | int, datetime] = {}
    try:
        for each in set(sent):
            if isinstance(each, str) and not _TIMESTAMP.fullmatch(each):
                return None
            parsed[each] = parse_timestamp(each)
    except ValueRejected:
        return None
    return list(map(parsed.__getitem__, sent))


def _has_unusual_value(text: bytes) -> bool:
    """Return whether there may be a null character, or a number that is not 0 but smaller than the normal ones.

    Such a number has an exponent of three digits or a hundred zeros.
    """
    if _ZEROS in text or (b"\\" in text and _NULL_CHARACTER in text):
        return True
    has_exponent = _NEGATIVE_EXPONENT.search(text) or _NEGATIVE_EXPONENT_IN_CAPITALS.search(text)
    return has_exponent is not None and _LARGE_NEGATIVE_EXPONENT.search(text) is not None
