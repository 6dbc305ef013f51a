from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.reading_of_device_values import ReadingOfDeviceValues


T = TypeVar("T", bound="ReadingOfDevice")


@_attrs_define
class ReadingOfDevice:
    """A reading of one of several devices.

    Attributes:
        device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
        ts (datetime.datetime): Timestamp of the reading. Example: 2026-03-02T08:00:00+08:00.
        values (ReadingOfDeviceValues): Values by field name. Every field of `fields` is present. Varbinary is
            hexadecimal text, timestamps are RFC 3339, and
            bigint and bigint unsigned are strings of digits.
             Example: {'workpiece_id': 'WP123456', 'weld_current': 150.5}.
    """

    device_code: str
    ts: datetime.datetime
    values: ReadingOfDeviceValues

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
        from ..models.reading_of_device_values import ReadingOfDeviceValues

        d = dict(src_dict)
        device_code = d.pop("device_code")

        ts = datetime.datetime.fromisoformat(d.pop("ts"))

        values = ReadingOfDeviceValues.from_dict(d.pop("values"))

        reading_of_device = cls(
            device_code=device_code,
            ts=ts,
            values=values,
        )

        return reading_of_device
