from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.history_reading_values import HistoryReadingValues


T = TypeVar("T", bound="HistoryReading")


@_attrs_define
class HistoryReading:
    """A reading of a device at one moment.

    Attributes:
        ts (datetime.datetime): Timestamp of the reading. Example: 2026-03-02T08:00:00+08:00.
        values (HistoryReadingValues): Values by field name. Every field of `fields` is present. Varbinary is
            hexadecimal text, timestamps are RFC 3339, and
            bigint and bigint unsigned are strings of digits.
             Example: {'device_status': '焊接', 'weld_current': 150.5}.
    """

    ts: datetime.datetime
    values: HistoryReadingValues

    def to_dict(self) -> dict[str, Any]:
        ts = self.ts.isoformat()

        values = self.values.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ts": ts,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.history_reading_values import HistoryReadingValues

        d = dict(src_dict)
        ts = datetime.datetime.fromisoformat(d.pop("ts"))

        values = HistoryReadingValues.from_dict(d.pop("values"))

        history_reading = cls(
            ts=ts,
            values=values,
        )

        return history_reading
