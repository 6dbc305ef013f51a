from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.device_drift_drift import DeviceDriftDrift

T = TypeVar("T", bound="DeviceDrift")


@_attrs_define
class DeviceDrift:
    """A device that only the master data or only the readings store has.

    Attributes:
        device_code (str): Code of the device (设备生产编码). Example: 14412T0301.
        drift (DeviceDriftDrift): `unregistered`: the device has a subtable but is not in the master data with this
            type. `vanished`: the device is in the
            master data with this type but has no subtable; this includes devices that have never sent a reading.
        subtable (None | str): The subtable of an unregistered device, the first by name; null for a vanished device.
            Example: t_14412t0301.
    """

    device_code: str
    drift: DeviceDriftDrift
    subtable: None | str

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        drift = self.drift.value

        subtable: None | str
        subtable = self.subtable

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "drift": drift,
                "subtable": subtable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        device_code = d.pop("device_code")

        drift = DeviceDriftDrift(d.pop("drift"))

        def _parse_subtable(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subtable = _parse_subtable(d.pop("subtable"))

        device_drift = cls(
            device_code=device_code,
            drift=drift,
            subtable=subtable,
        )

        return device_drift
