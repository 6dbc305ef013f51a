"""Drift: differences between the master data in PostgreSQL and what the readings store holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.catalogue.field_import import value_columns
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import identifier_error


@dataclass(frozen=True, slots=True)
class ChangedType:
    """A field whose column has another type."""

    name: str
    field_type: ColumnType
    column_type: ColumnType


@dataclass(frozen=True, slots=True)
class ShortColumn:
    """A field that allows longer texts than its column holds.

    Attributes:
        max_length: The limit of the field, in characters.
        column_length: In characters for nchar, in bytes for varchar.
    """

    name: str
    max_length: int
    column_length: int


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """The differences between the fields of a device type and the columns of its super table.

    Attributes:
        missing: Names of the fields without a column.
        surplus: The columns without a field.
        changed: The fields whose column has another type.
        too_short: The fields of the same type as their column that allow longer texts than the column holds.
    """

    missing: tuple[str, ...]
    surplus: tuple[Column, ...]
    changed: tuple[ChangedType, ...]
    too_short: tuple[ShortColumn, ...] = ()

    @property
    def invalid(self) -> Mapping[str, str]:
        """The names of the surplus columns that cannot become a field, with the reason."""
        errors = {column.name: identifier_error(column.name) for column in self.surplus}
        return {name: error for name, error in errors.items() if error}


class DriftKind(StrEnum):
    """The side that lacks a device: the master data, or the readings store."""

    UNREGISTERED = "unregistered"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class DeviceDrift:
    """A device that only one side has.

    Attributes:
        subtable: The first of its subtables by name, if it is unregistered; None if it has vanished.
    """

    device_code: str
    drift: DriftKind
    subtable: str | None


@dataclass(frozen=True, slots=True)
class DeviceDriftPage:
    """A page of the devices that only one side has, ordered by code.

    Attributes:
        total: The number of such devices on all pages.
    """

    devices: tuple[DeviceDrift, ...]
    total: int


def field_drift(fields: Sequence[Field], columns: Sequence[Column]) -> FieldDrift:
    """Compare fields with columns. The result keeps the order of the fields and of the columns."""
    described = value_columns(columns)
    names = {field.name for field in fields}
    pairs = [(field, described[field.name]) for field in fields if field.name in described]
    return FieldDrift(
        missing=tuple(field.name for field in fields if field.name not in described),
        surplus=tuple(column for column in described.values() if column.name not in names),
        changed=tuple(
            ChangedType(field.name, field.type, column.type) for field, column in pairs if field.type != column.type
        ),
        too_short=tuple(
            ShortColumn(field.name, field.max_length, column.length)
            for field, column in pairs
            if field.type == column.type and field.max_length and column.length and field.max_length > column.length
        ),
    )
