"""Encodes values and names as SQL for TDengine; no other module does.

Behaviour of TDengine 3.3.0.1, as tested: inside quotes a backslash escapes, and every character except the null
character can be encoded. Inside backquotes nothing escapes, so a name with a backquote cannot be encoded. A null
character ends the statement early.
"""

import math
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from arcbeat.domain.schema.columns import ColumnType, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MILLISECOND = timedelta(milliseconds=1)
TIMESTAMP_MIN = datetime(1678, 1, 1, tzinfo=UTC)
TIMESTAMP_MAX = datetime(2261, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
"""The range of timestamp text. TDengine parses it as nanoseconds in 64 bits, whatever the precision of the database,
and overflows without an error: 1601 is stored as 2185, 9999 as 1815."""


def is_encodable(value: str) -> bool:
    """Return whether a statement can contain this text. If not, no stored value or name can equal it either."""
    if not value.isascii():  # most texts are ASCII, and this check is cheaper than encoding
        try:
            value.encode()
        except UnicodeEncodeError:  # a lone surrogate
            return False
    return "\x00" not in value


def is_name(name: str) -> bool:
    """Return whether a statement can contain this text as the name of a column or table."""
    return bool(name) and "`" not in name and is_encodable(name)


def text(value: str) -> str:
    """Return a string literal.

    Raises:
        ValueError: the text is not encodable.
    """
    if not is_encodable(value):
        raise ValueError("not encodable in a statement")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def identifier(name: str) -> str:
    """Return a name in backquotes, which preserve its case and allow every character except a backquote.

    Raises:
        ValueError: the text cannot be a name.
    """
    if not is_name(name):
        raise ValueError("not a name")
    return f"`{name}`"


def timestamp(ts: datetime) -> str:
    """Return RFC 3339 text in UTC.

    A number would be read in the precision of the database: 1700000000000 is 2023 where the precision is ms, and 1970
    where it is us.

    Raises:
        ValueError: the timestamp is not between TIMESTAMP_MIN and TIMESTAMP_MAX.
    """
    if not TIMESTAMP_MIN <= ts <= TIMESTAMP_MAX:
        raise ValueError("not encodable as a timestamp")
    return f"'{ts.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z'"


def clamp(ts: datetime) -> datetime:
    """Return the nearest encodable timestamp."""
    return min(max(ts, TIMESTAMP_MIN), TIMESTAMP_MAX)


def round_up_to_resolution(ts: datetime, resolution: timedelta) -> datetime:
    """Round a bound up to the next timestamp that a database of this resolution stores.

    TDengine rounds a finer bound down, so that ``ts < '10:00:05.000001Z'`` excludes the row of 10:00:05.000
    (recorded: select-bound-finer).
    """
    excess = (ts - EPOCH) % resolution
    return ts + (resolution - excess) if excess and ts <= TIMESTAMP_MAX else ts


def truncate_to_milliseconds(ts: datetime) -> datetime:
    """Round down to milliseconds, the unit of TDengine's intervals."""
    return ts - (ts - EPOCH) % MILLISECOND


def literal(column_type: ColumnType, value: Value) -> str:
    """Return the literal of a value for a column of this type.

    Raises:
        ValueError: the value is not encodable.
    """
    if isinstance(value, str):
        return text(value) if column_type is not ColumnType.VARBINARY else f"'\\x{bytes.fromhex(value).hex()}'"
    if isinstance(value, float):
        return _number(value)
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else timestamp(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    # TDengine rejects a subnormal number («illegal float data») unless it is written with all of its 750 digits.
    return repr(value) if abs(value) >= sys.float_info.min else str(Decimal(value))
