"""The dictionary: values that are looked up by a name and a label, such as the super tables of the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.errors import InputError, InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class DictType:
    """A kind of values.

    Attributes:
        id: 0 for one that is not stored yet.
        created_at, updated_at: None where the table does not know.
    """

    id: int = 0
    dict_name: str
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DictData:
    """A value and its label.

    Attributes:
        id: 0 for one that is not stored yet.
        order: those of a type are listed by it.
        enabled: one that is not is looked up by nobody.
        late_after_seconds, stale_after_seconds: how old what the value stands for may become; both or neither.
        created_at, updated_at: None where the table does not know.
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
    """Which data: all, unless something narrows it.

    Attributes:
        keyword: part of the label or of the value, in any case.
    """

    dict_type_id: int | None = None
    dict_name: str | None = None
    keyword: str | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class DictTypePage:
    """Some types, and how many there are."""

    types: Sequence[DictType]
    total: int


@dataclass(frozen=True, slots=True)
class DictDataPage:
    """Some data, and how many fit."""

    data: Sequence[DictData]
    total: int


def check_data(data: DictData) -> None:
    """Whether data may be like this: more than a schema can say.

    Raises:
        InvalidInput: it may not.
    """
    late, stale = data.late_after_seconds, data.stale_after_seconds
    if (late is None) != (stale is None):
        name = "late_after_seconds" if late is None else "stale_after_seconds"
        raise InvalidInput((InputError("body", f"/{name}", "one threshold does not go without the other"),))
    if late is not None and stale is not None and stale < late:
        raise InvalidInput((InputError("body", "/stale_after_seconds", f"less than late_after_seconds, {late:g}"),))
