"""How a value or a name becomes SQL for TDengine, and nowhere else.

Tried on TDengine 3.3.0.1: within quotes a backslash escapes, and everything but a null character can be said; within
backquotes nothing escapes, so a name with a backquote cannot be said; a null character ends the statement early.
"""

import math
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from arcbeat.domain.readings.columns import ColumnType, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
TIMESTAMP_MIN = datetime(1678, 1, 1, tzinfo=UTC)
TIMESTAMP_MAX = datetime(2261, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
"""What timestamp text can say. TDengine reads it as nanoseconds in 64 bits, whatever the precision of the database,
and wraps without a word: 1601 is stored as 2185, 9999 as 1815."""


def is_encodable(value: str) -> bool:
    """Whether a text can stand in a statement; one that cannot is nowhere in the store either."""
    if not value.isascii():  # which most are, and cheaper to find out
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return "\x00" not in value


def is_name(name: str) -> bool:
    """Whether a text can stand in a statement as the name of a column or table."""
    return bool(name) and "`" not in name and is_encodable(name)


def text(value: str) -> str:
    """A string literal.

    Raises:
        ValueError: it is not sayable.
    """
    if not is_encodable(value):
        raise ValueError("not sayable in a statement")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def identifier(name: str) -> str:
    """A name in backquotes, which keep its case and allow every character but themselves.

    Raises:
        ValueError: it is not a name.
    """
    if not is_name(name):
        raise ValueError("not a name")
    return f"`{name}`"


def timestamp(moment: datetime) -> str:
    """RFC 3339 text in UTC; a number would mean another instant in databases of another precision.

    Raises:
        ValueError: it is not between TIMESTAMP_MIN and TIMESTAMP_MAX.
    """
    if not TIMESTAMP_MIN <= moment <= TIMESTAMP_MAX:
        raise ValueError("not sayable as a timestamp")
    return f"'{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z'"


def clamp(moment: datetime) -> datetime:
    """The nearest moment that can be said."""
    return min(max(moment, TIMESTAMP_MIN), TIMESTAMP_MAX)


def round_up_to_resolution(moment: datetime, resolution: timedelta) -> datetime:
    """The first moment from here on that a database of this resolution keeps.

    TDengine cuts a bound that is finer instead, so that ``ts < '….000001Z'`` leaves out the very millisecond
    (recorded: select-bound-finer).
    """
    over = (moment - EPOCH) % resolution
    return moment + (resolution - over) if over and moment <= TIMESTAMP_MAX else moment


def truncate_to_milliseconds(moment: datetime) -> datetime:
    """The moment without what is finer: intervals are said in milliseconds."""
    return moment - (moment - EPOCH) % MILLISECOND


def literal(column_type: ColumnType, value: Value) -> str:
    """A value as its column takes it.

    Raises:
        ValueError: it cannot be said.
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
    # A subnormal number is refused («illegal float data») unless all its 750 digits are said.
    return repr(value) if abs(value) >= sys.float_info.min else str(Decimal(value))
