"""The tables of the telemetry store: one super table per device type, one subtable per device."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from arcbeat.domain.schema.columns import Value

HOW_TO_CREATE = (
    "Create it from the fields of its device type (PATCH /api/v1/device/types/{type_code}?create_super_table=true), or "
    "correct super_table of the device type."
)
"""Completes every message about a super table that does not exist."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


def is_identifier(text: str) -> bool:
    """Return whether a text is a valid name of a database, table or field."""
    return _IDENTIFIER.match(text) is not None


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


@dataclass(frozen=True, slots=True)
class Subtable:
    """The table of one device in the store, with the values of its tags."""

    name: str
    device_code: str
    tags: Mapping[str, Value] = field(default_factory=dict)
