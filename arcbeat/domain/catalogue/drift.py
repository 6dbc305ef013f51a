"""Where the catalogue and the store of the readings have come to say different things."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.catalogue.field_import import value_columns
from arcbeat.domain.readings.columns import Column, ColumnType
from arcbeat.domain.readings.readings import Subtable


@dataclass(frozen=True, slots=True)
class ChangedType:
    """A field whose column has another type."""

    name: str
    field_type: ColumnType
    column_type: ColumnType


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """How the fields of a type and the columns of its super table differ.

    Attributes:
        missing: names of fields without a column.
        surplus: columns without a field.
    """

    missing: tuple[str, ...]
    surplus: tuple[Column, ...]
    changed: tuple[ChangedType, ...]


class DriftKind(StrEnum):
    """Where a device is not: in the master data, or in the store."""

    UNREGISTERED = "unregistered"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class DeviceDrift:
    """A device that only one side knows.

    Attributes:
        subtable: the first by name, of an unregistered one.
    """

    device_code: str
    drift: DriftKind
    subtable: str | None


@dataclass(frozen=True, slots=True)
class DeviceDriftPage:
    """Some of the devices that only one side knows, by code, and how many there are."""

    devices: tuple[DeviceDrift, ...]
    total: int


def field_drift(fields: Sequence[Field], columns: Sequence[Column]) -> FieldDrift:
    """Fields in their order, columns in theirs."""
    described = value_columns(columns)
    known = {field.name for field in fields}
    there = [(field, described[field.name]) for field in fields if field.name in described]
    return FieldDrift(
        missing=tuple(field.name for field in fields if field.name not in described),
        surplus=tuple(column for column in described.values() if column.name not in known),
        changed=tuple(
            ChangedType(field.name, field.type, column.type) for field, column in there if field.type != column.type
        ),
    )


def device_drift(
    registered: frozenset[str], subtables: Sequence[Subtable], *, offset: int, limit: int
) -> DeviceDriftPage:
    """The devices that are registered without a subtable, or the other way round; subtables in the order of names."""
    stored: dict[str, str] = {}
    for subtable in subtables:
        stored.setdefault(subtable.device_code, subtable.name)
    codes = sorted(registered ^ stored.keys())
    page = tuple(
        DeviceDrift(code, DriftKind.UNREGISTERED if code in stored else DriftKind.VANISHED, stored.get(code))
        for code in codes[offset : offset + limit]
    )
    return DeviceDriftPage(page, len(codes))
