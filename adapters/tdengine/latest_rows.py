"""Takes the rows of newest readings out of a response of TDengine without decoding their values.

A row stays the JSON text that TDengine sent, from its ts to its device code. Splitting a response into such texts takes
a tenth of the time of decoding it, and comparing a text with that of the last tick shows whether anything is new.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import compress, count
from operator import ne
from typing import Any

import orjson

from adapters.tdengine.rows import CONVERSIONS, Result, decode, newest_by_device, plain_names, to_latest, to_timestamp
from adapters.tdengine.rows import to_types as types_of
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.stored_rows import NO_VALUES, LatestRows, rows_of
from arcbeat.domain.schema.columns import TIMESTAMP, ColumnType, Value

_SUCCESS = b'{"code":0,'
_DATA, _DATA_END = b'"data":[["', b'"]],"rows":'
_BETWEEN_ROWS, _BETWEEN_ANY = b'"],["', b"],["
"""Between two rows that end and begin with a text, as they should, and between any two rows or within a text."""
_OPEN, _CLOSE = b'["', b'"]'
"""What is not stored of a row, because each begins and ends with a text: its ts and its device code."""
_QUOTE, _BEFORE_CODE = b'"', b',"'
_ESCAPE = b"\\"
_TAGS = 2
"""The columns behind the values: the name and the device code of the subtable."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form of rows that are JSON texts.

    Attributes:
        names: of all columns, ts first.
    """

    names: tuple[str, ...]
    types: tuple[ColumnType, ...]
    _conversions: tuple[tuple[int, Any], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        found = [(index, CONVERSIONS.get(each)) for index, each in enumerate(self.types) if index]
        object.__setattr__(self, "_conversions", tuple((index, convert) for index, convert in found if convert))

    def times(self, stored: Sequence[bytes]) -> Sequence[datetime]:
        texts = b"\n".join([row.partition(_QUOTE)[0] for row in stored]).decode().split("\n") if stored else []
        try:
            return [datetime.fromisoformat(text).astimezone(UTC) for text in texts]
        except ValueError:  # one of them is outside of the years of Python
            return [to_timestamp(text) for text in texts]

    def values(self, stored: bytes) -> Mapping[str, Value]:
        cells = self._cells(stored)
        for index, convert in self._conversions:
            if cells[index] is not None:
                cells[index] = convert(cells[index])
        return dict(zip(self.names[1:-_TAGS], cells[1:-_TAGS], strict=True))

    def changed_values(self, stored: Sequence[bytes], before: Sequence[bytes]) -> Sequence[Mapping[str, Value]]:
        return [
            NO_VALUES if row.partition(_QUOTE)[2] == old.partition(_QUOTE)[2] else self._changed(row, old)
            for row, old in zip(stored, before, strict=True)
        ]

    def _changed(self, stored: bytes, before: bytes) -> Mapping[str, Value]:
        """Return the values that differ; only those are converted."""
        changed: dict[str, Value] = {}
        cells, old_cells = self._cells(stored), self._cells(before)
        for index in compress(count(1), map(ne, cells[1:-_TAGS], old_cells[1:-_TAGS])):
            value = self._converted(index, cells[index])
            if value != self._converted(index, old_cells[index]):
                changed[self.names[index]] = value
        return changed

    def _cells(self, stored: bytes) -> list[Any]:
        try:
            cells: list[Any] = orjson.loads(b"%b%b%b" % (_OPEN, stored, _CLOSE))
        except orjson.JSONDecodeError as error:
            raise StoreProtocolError("A row in the response of TDengine is not the documented JSON.") from error
        if len(cells) != len(self.names):
            raise StoreProtocolError("A row in the response of TDengine does not have one value per column.")
        return cells

    def _converted(self, index: int, cell: Any) -> Value:
        convert = CONVERSIONS.get(self.types[index])
        converted: Value = cell if convert is None or cell is None else convert(cell)
        return converted

    def latest(self, device_code: str, stored: bytes, *, clock_skew: bool) -> Latest:
        return Latest(Reading(device_code, self.times([stored])[0], self.values(stored)), clock_skew)


@dataclass(frozen=True, slots=True)
class TextRows:
    """The rows of one response.

    Attributes:
        rows: the text of each row.
    """

    form: TextForm
    rows: Sequence[bytes]
    by_device: Mapping[str, bytes]


def split(body: bytes, http_status: int) -> TextRows | Result:
    """Return the rows of a response to a statement of newest rows; decoded ones if it is not in the expected form.

    Raises:
        StoreError: the response is an error, as for ``decode``.
    """
    found = _split(body) if http_status == 200 and body.startswith(_SUCCESS) else None
    return found or decode(body, http_status)


def _split(body: bytes) -> TextRows | None:
    start, end = body.find(_DATA), body.rfind(_DATA_END)
    if not 0 < start < end:
        return None
    try:
        metas = orjson.loads(body[:start] + b'"data":[]}')["column_meta"]
        count = orjson.loads(b'{"rows":' + body[end + len(_DATA_END) :])["rows"]
        form = TextForm(plain_names(tuple(meta[0] for meta in metas)), types_of(metas))
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return None
    data = body[start + len(_DATA) : end]
    rows = data.split(_BETWEEN_ROWS)
    # Each row boundary is counted, so that equal numbers show that the text was split at them and nowhere else.
    if not count == len(rows) == data.count(_BETWEEN_ANY) + 1 or form.names[0] != TIMESTAMP:
        return None
    return TextRows(form, rows, _by_device(form, rows))


def _by_device(form: TextForm, rows: Iterable[bytes]) -> dict[str, bytes]:
    """Return the newest row of each device; a device may have several subtables."""
    by_device: dict[str, bytes] = {}
    for row in rows:
        code = row[row.rindex(_BEFORE_CODE) + len(_BEFORE_CODE) :].decode()
        if _ESCAPE in row and "\\" in code:
            code = orjson.loads(f'"{code}"')
        if code in by_device:
            row = max(by_device[code], row, key=lambda each: form.times([each])[0])
        by_device[code] = row
    return by_device


class Merged:
    """The rows of several responses as one; decoded if the responses do not have the same columns."""

    def __init__(self) -> None:
        self._form: TextForm | None = None
        self._rows: dict[str, bytes] = {}
        self._others: list[TextRows | Result] = []

    def add(self, response: TextRows | Result) -> None:
        """Add the rows of a response, which contains no device of the others."""
        if isinstance(response, TextRows) and self._form in {None, response.form}:
            self._form = response.form
            self._rows.update(response.by_device)
        elif response.rows:
            self._others.append(response)

    def latest(self, skewed: Container[str]) -> LatestRows:
        """Return all rows; ``skewed`` contains the devices with rows dated in the future."""
        if self._form is None or self._others:
            return self._decoded(skewed)
        return LatestRows(self._form, self._rows, skewed)

    def _decoded(self, skewed: Container[str]) -> LatestRows:
        found = newest_by_device(to_latest(each for each in self._others if isinstance(each, Result)), skewed)
        texts = [(each.form, each.by_device) for each in self._others if isinstance(each, TextRows)]
        if self._form is not None:
            texts.append((self._form, self._rows))
        for form, rows in texts:
            found.update((code, form.latest(code, row, clock_skew=code in skewed)) for code, row in rows.items())
        return rows_of(found)
