"""The dictionary: values by a dictionary type and a label, for example the super tables of the board's statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class DictType:
    """A dictionary type: a named group of dictionary data.

    Attributes:
        id: 0 before it is stored.
        created_at: None if the existing table has no such column.
        updated_at: None if the existing table has no such column.
    """

    id: int = 0
    dict_name: str
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DictData:
    """Dictionary data: one value of a dictionary type, with its label.

    Attributes:
        id: 0 before it is stored.
        order: The sort key within the dictionary type.
        enabled: A lookup ignores data that is not enabled.
        late_after_seconds: The age after which the statistic that the value names is late; None for the default.
        stale_after_seconds: The age after which it is stale. Both thresholds are set, or neither is.
        created_at: None if the existing table has no such column.
        updated_at: None if the existing table has no such column.
    """

    id: int = 0
    dict_type_id: int
    data_label: str
    data_value: str
    order: int = 0
    enabled: bool = True
    late_after_seconds: float | None = None
    stale_after_seconds: float | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DictDataFilter:
    """A choice of dictionary data; an attribute that is None does not restrict it.

    Attributes:
        keyword: A part of the label or of the value, case-insensitive.
    """

    dict_type_id: int | None = None
    dict_name: str | None = None
    keyword: str | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class DictTypePage:
    """A page of dictionary types; ``total`` counts the matching ones on all pages."""

    types: Sequence[DictType]
    total: int


@dataclass(frozen=True, slots=True)
class DictDataPage:
    """A page of dictionary data; ``total`` counts the matching ones on all pages."""

    data: Sequence[DictData]
    total: int


def check_data(data: DictData) -> None:
    """Check the thresholds, which the contract's schema cannot relate to each other.

    Raises:
        InvalidValue: One threshold is set without the other, or they are in the wrong order.
    """
    late, stale = data.late_after_seconds, data.stale_after_seconds
    if (late is None) != (stale is None):
        missing = "late_after_seconds" if late is None else "stale_after_seconds"
        raise InvalidValue.of(missing, "is missing: set late_after_seconds and stale_after_seconds, or neither")
    if late is not None and stale is not None and stale < late:
        raise InvalidValue.of("stale_after_seconds", f"must be at least late_after_seconds, {late:g}")
