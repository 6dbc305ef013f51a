"""Which readings of a batch can be stored, decided before any store is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.columns import Column, ColumnType, Value, ValueRefused, check_timestamp, check_value
from arcbeat.domain.readings import MAX_CLOCK_SKEW, Reading, Rejection

DEVICE_CODE = "device_code"
TIMESTAMP = "ts"


@dataclass(frozen=True, slots=True)
class Sifted:
    """A batch taken apart.

    Attributes:
        storable: with their places in the batch; values and timestamps as the columns keep them.
        rejections: the others, by place.
    """

    storable: tuple[tuple[int, Reading], ...]
    rejections: tuple[Rejection, ...]


def sift(readings: Iterable[Reading], columns: Sequence[Column], now: datetime) -> Sifted:
    """Part the readings that fit the columns from those that do not."""
    writable = {column.name: column for column in columns if not column.is_tag and column.name != TIMESTAMP}
    code_column = next(
        (column for column in columns if column.name == DEVICE_CODE),
        Column(name=DEVICE_CODE, type=ColumnType.NCHAR, length=50, is_tag=True),
    )
    storable, rejections = [], []
    for index, reading in enumerate(readings):
        try:
            storable.append((index, _fit(reading, writable, code_column, now)))
        except _Unfit as unfit:
            rejections.append(Rejection(index, unfit.reason, unfit.detail))
    return Sifted(tuple(storable), tuple(rejections))


class _Unfit(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _fit(reading: Reading, writable: Mapping[str, Column], code_column: Column, now: datetime) -> Reading:
    if not reading.device_code:
        raise _Unfit("bad-value", "device_code: empty")
    _value(code_column, reading.device_code)
    ts = _timestamp(reading.ts, now)
    values: dict[str, Value] = {}
    for name, value in reading.values.items():
        if name not in writable:
            raise _Unfit("unknown-field", f"{name}: no such field")
        values[name] = _value(writable[name], value)
    return Reading(reading.device_code, ts, values)


def _timestamp(ts: datetime, now: datetime) -> datetime:
    try:
        ts = check_timestamp(ts)
    except ValueRefused as error:
        raise _Unfit("bad-value", f"ts: {error}") from error
    if ts > now + MAX_CLOCK_SKEW:
        raise _Unfit("future-timestamp", f"ts: more than {MAX_CLOCK_SKEW.seconds} seconds ahead of the server's clock")
    return ts


def _value(column: Column, value: Value) -> Value:
    try:
        return check_value(column, value)
    except ValueRefused as error:
        raise _Unfit("bad-value", f"{column.name}: {error}") from error
