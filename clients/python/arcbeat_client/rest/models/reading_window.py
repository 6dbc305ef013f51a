from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.reading_window_values import ReadingWindowValues


T = TypeVar("T", bound="ReadingWindow")


@_attrs_define
class ReadingWindow:
    """The aggregates of one interval.

    Attributes:
        start (datetime.datetime): Start of the interval. The start of the first window may be before `from`. Example:
            2026-03-02T08:00:00+08:00.
        values (ReadingWindowValues): Values by field name, then by aggregate. Averages are numbers and counts are
            integers. Other values have the form that
            they have in a reading; bigint and bigint unsigned are strings of digits.
             Example: {'weld_current': {'avg': 151.2, 'max': 168.4}}.
    """

    start: datetime.datetime
    values: ReadingWindowValues

    def to_dict(self) -> dict[str, Any]:
        start = self.start.isoformat()

        values = self.values.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "start": start,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reading_window_values import ReadingWindowValues

        d = dict(src_dict)
        start = datetime.datetime.fromisoformat(d.pop("start"))

        values = ReadingWindowValues.from_dict(d.pop("values"))

        reading_window = cls(
            start=start,
            values=values,
        )

        return reading_window
