from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.freshness import Freshness
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.device_details_type_0 import DeviceDetailsType0
    from ..models.values import Values


T = TypeVar("T", bound="DynamicReading")


@_attrs_define
class DynamicReading:
    """The newest reading of a device, with the fields of its type.

    Attributes:
        device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
        ts (datetime.datetime | None): Timestamp of the reading; null for a device without readings. Example:
            2026-03-02T08:00:00+08:00.
        freshness (Freshness): Age of the newest reading, by the thresholds of the device type: `live`, `late`, `stale`,
            or `never` for a device without
            readings.
        clock_skew (bool): Whether the device has rows with timestamps in the future. They are ignored. On TDengine, the
            mark may appear a few seconds after such a row. Example: False.
        values (Values): Values by field name. Every field of the type is present. Varbinary is hexadecimal text,
            timestamps are RFC 3339, and
            bigint and bigint unsigned are strings of digits.
             Example: {'team_name': '班组一', 'device_status': '焊接', 'weld_current': 150.5, 'material': 'Q235'}.
        device (DeviceDetailsType0 | None | Unset): The master data of the device. Only with `include=device`. Null if
            none is known, because PostgreSQL is unavailable.
    """

    device_code: str
    ts: datetime.datetime | None
    freshness: Freshness
    clock_skew: bool
    values: Values
    device: DeviceDetailsType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.device_details_type_0 import DeviceDetailsType0

        device_code = self.device_code

        ts: None | str
        if isinstance(self.ts, datetime.datetime):
            ts = self.ts.isoformat()
        else:
            ts = self.ts

        freshness = self.freshness.value

        clock_skew = self.clock_skew

        values = self.values.to_dict()

        device: dict[str, Any] | None | Unset
        if isinstance(self.device, Unset):
            device = UNSET
        elif isinstance(self.device, DeviceDetailsType0):
            device = self.device.to_dict()
        else:
            device = self.device

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "ts": ts,
                "freshness": freshness,
                "clock_skew": clock_skew,
                "values": values,
            }
        )
        if device is not UNSET:
            field_dict["device"] = device

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.device_details_type_0 import DeviceDetailsType0
        from ..models.values import Values

        d = dict(src_dict)
        device_code = d.pop("device_code")

        def _parse_ts(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ts_type_0 = datetime.datetime.fromisoformat(data)

                return ts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ts = _parse_ts(d.pop("ts"))

        freshness = Freshness(d.pop("freshness"))

        clock_skew = d.pop("clock_skew")

        values = Values.from_dict(d.pop("values"))

        def _parse_device(data: object) -> DeviceDetailsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_device_details_type_0 = DeviceDetailsType0.from_dict(data)

                return componentsschemas_device_details_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeviceDetailsType0 | None | Unset, data)

        device = _parse_device(d.pop("device", UNSET))

        dynamic_reading = cls(
            device_code=device_code,
            ts=ts,
            freshness=freshness,
            clock_skew=clock_skew,
            values=values,
            device=device,
        )

        return dynamic_reading
