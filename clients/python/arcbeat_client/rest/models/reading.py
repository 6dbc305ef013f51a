from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.reading_values import ReadingValues


T = TypeVar("T", bound="Reading")


@_attrs_define
class Reading:
    """The values of one device at one moment.

    Attributes:
        device_code (str): Code of a registered device of the type (设备生产编码). Example: 14412T0006.
        ts (datetime.datetime): Timestamp of the reading: RFC 3339 with an offset. An integer is accepted too: whole
            milliseconds since 1970. It must not be
            before the year 2000 nor more than a minute ahead of the server's clock.
             Example: 2026-03-02T08:00:00+08:00.
        values (ReadingValues): Values by column of the super table. If a reading of the same device and ts is stored
            already, omitted columns keep
            their value.
             Example: {'team_name': '班组一', 'device_status': '焊接', 'weld_current': 150.5, 'material': 'Q235'}.
    """

    device_code: str
    ts: datetime.datetime
    values: ReadingValues

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        ts = self.ts.isoformat()

        values = self.values.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "ts": ts,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reading_values import ReadingValues

        d = dict(src_dict)
        device_code = d.pop("device_code")

        ts = datetime.datetime.fromisoformat(d.pop("ts"))

        values = ReadingValues.from_dict(d.pop("values"))

        reading = cls(
            device_code=device_code,
            ts=ts,
            values=values,
        )

        return reading
