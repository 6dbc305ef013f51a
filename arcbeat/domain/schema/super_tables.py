"""The tables of the readings store: one super table per device type, one subtable per device."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Column, ColumnType, Value
from arcbeat.domain.visible_text import label_error

HOW_TO_CREATE = (
    "Create it from the fields of its device type (PATCH /api/v1/device/types/{type_code}?create_super_table=true), or "
    "correct super_table of the device type."
)
"""Completes every message about a super table that does not exist."""

_DEVICE_CODE_TYPES = frozenset({ColumnType.NCHAR, ColumnType.VARCHAR})
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


SUPER_TABLES_MAX = 10_000
"""Super tables of a store that are listed."""


class StoreProduct(StrEnum):
    """A database server that stores readings."""

    TDENGINE = "TDengine"
    POSTGRESQL = "PostgreSQL"


def is_identifier(text: str) -> bool:
    """Return whether a text is a valid name of a database, table or field."""
    return _IDENTIFIER.match(text) is not None


def identifier_error(text: str) -> str | None:
    """Return what makes the text unfit as the name of a field, or None; the message completes the sentence «x …»."""
    if is_identifier(text):
        return None
    return label_error(text) or (
        "is no identifier: at most 64 letters from A to Z, digits and underscores, and no digit at the beginning"
    )


@dataclass(frozen=True, slots=True, order=True)
class SuperTable:
    """The super table of a device type, written ``database.table``.

    Both names consist of at most 64 letters, digits and underscores, and do not begin with a digit.
    """

    database: str
    name: str

    def __post_init__(self) -> None:
        for part in (self.database, self.name):
            if not is_identifier(part):
                raise ValueError(f"not an identifier: {part!r}")

    @classmethod
    def parse(cls, text: str) -> "SuperTable":
        """Return the super table written ``database.table``.

        Raises:
            ValueError: the text does not have that form.
        """
        database, _, name = text.partition(".")
        return cls(database, name)

    def __str__(self) -> str:
        return f"{self.database}.{self.name}"


def possible_super_tables(names: Iterable[tuple[str, str]]) -> list[SuperTable]:
    """Return the tables with these databases and names; names that no device type can have are ignored."""
    return [SuperTable(*each) for each in names if all(map(is_identifier, each))]


@dataclass(frozen=True, slots=True)
class Subtable:
    """The table of one device in the store, with the values of its tags."""

    name: str
    device_code: str
    tags: Mapping[str, Value] = field(default_factory=dict)


def describe_shortcomings(columns: Sequence[Column]) -> str:
    """Return what keeps a table with these columns from being the super table of a device type; empty if nothing does.

    The text completes «The super table x …».
    """
    by_name = {column.name: column for column in columns}
    ts, device_code = by_name.get(TIMESTAMP), by_name.get(DEVICE_CODE)
    shortcomings = []
    if ts is None or ts.is_tag:
        shortcomings.append(f"has no column {TIMESTAMP}")
    elif ts.type is not ColumnType.TIMESTAMP:
        shortcomings.append(f"has a column {TIMESTAMP} that is not a timestamp with time zone")
    if device_code is None or not device_code.is_tag:
        shortcomings.append(f"has no tag {DEVICE_CODE}")
    elif device_code.type not in _DEVICE_CODE_TYPES:
        shortcomings.append(f"has a tag {DEVICE_CODE} that is not text")
    return " and ".join(shortcomings)
