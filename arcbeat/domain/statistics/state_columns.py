"""Which state has which column in the tables of statistics: dictionary data, and the names of the tables."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.schema.super_tables import SuperTable

STATE_COLUMNS_DICT = "状态统计列对照"
"""The dictionary type whose data maps states (labels) to columns (values)."""
STATE_COLUMNS_MAX = 500
"""The data of the dictionary type that are read."""

ONLINE_RATE = "online_rate"
OTHER_MINUTES = "other_minutes"
FIXED_MINUTES = (
    "online_minutes",
    "total_minutes",
    "offline_minutes",
    "silent_minutes",
    "unknown_minutes",
    OTHER_MINUTES,
)
"""The columns of time that every table of statistics has, besides those of states."""
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,47}_minutes\Z")
_PLAIN_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")
_HASH_CHARACTERS = 12


def daily_table(device_type: DeviceType) -> SuperTable:
    """Return the table with a row per device and day, for example ``welding_state_daily``.

    It is in the database of the readings. A type code that is no plain name in lower case gives the table a stable
    name with a hash of the code.
    """
    return _table(device_type, "state_daily")


def summary_table(device_type: DeviceType) -> SuperTable:
    """Return the table with a row per day, for example ``welding_state_daily_summary``."""
    return _table(device_type, "state_daily_summary")


def _table(device_type: DeviceType, suffix: str) -> SuperTable:
    return SuperTable(device_type.super_table.database, f"{name_of_type(device_type.type_code)}_{suffix}")


def name_of_type(type_code: str) -> str:
    """Return a type code as part of a name in any store: itself if it is plain, otherwise ``type_`` and a hash."""
    if _PLAIN_CODE.match(type_code):
        return type_code
    return f"type_{hashlib.sha256(type_code.encode()).hexdigest()[:_HASH_CHARACTERS]}"


@dataclass(frozen=True, slots=True)
class StateColumns:
    """The columns of states.

    Attributes:
        by_state: the column of each state that has one. Several states may share a column.
        invalid: the values of dictionary data that cannot be a column; their states have none.
    """

    by_state: Mapping[str, str]
    invalid: frozenset[str] = frozenset()

    @classmethod
    def of(cls, data: Iterable[DictData]) -> "StateColumns":
        """Return the columns that dictionary data name, given in their order: the first data of a state count."""
        by_state: dict[str, str] = {}
        invalid = set()
        for each in data:
            if not _COLUMN.match(each.data_value) or each.data_value in FIXED_MINUTES:
                invalid.add(each.data_value)
            else:
                by_state.setdefault(each.data_label, each.data_value)
        return cls(by_state, frozenset(invalid))

    def column_of(self, state: str) -> str | None:
        """Return the column of a state; None if it has none."""
        return self.by_state.get(state)

    def columns_of(self, states: Iterable[str]) -> tuple[str, ...]:
        """Return the columns of these states, each once, in the order of the states."""
        return tuple(dict.fromkeys(column for state in states if (column := self.column_of(state))))
