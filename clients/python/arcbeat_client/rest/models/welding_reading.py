from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.freshness import Freshness
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.device_details_type_0 import DeviceDetailsType0


T = TypeVar("T", bound="WeldingReading")


@_attrs_define
class WeldingReading:
    """The newest reading of a welding machine, with the static welding fields.

    Attributes:
        device_code (str): Code of the device (设备生产编码, D01). Example: 14412T0006.
        ts (datetime.datetime | None): Timestamp (时间戳) of the reading; null for a device without readings. Example:
            2026-03-02T08:00:00+08:00.
        freshness (Freshness): Age of the newest reading, by the thresholds of the device type: `live`, `late`, `stale`,
            or `never` for a device without
            readings.
        clock_skew (bool): Whether the device has rows with timestamps in the future. They are ignored; this is the
            newest row that is not in the future. Example: False.
        team_name (None | str): Team that the machine reports (班组名称, D02). Example: 班组一.
        device_status (None | str): State (设备状态, D03). Example: 焊接.
        lock_status (bool | None): Whether the machine is locked (锁状态, D04). Example: True.
        preset_current (float | None): Preset current in A (预设电流, D05). Example: 10.5.
        preset_voltage (float | None): Preset voltage in V (预设电压, D06). Example: 220.
        weld_current (float | None): Welding current in A (焊接电流, D07). Example: 11.
        weld_voltage (float | None): Welding voltage in V (焊接电压, D08). Example: 225.
        material (None | str): Material (labelled 预设功率, D09). Example: Q235.
        wire_diameter (float | None): Wire diameter in mm (丝径, D10). Example: 1.2.
        gas_type (None | str): Shielding gas (气体类型, D11). Example: CO2.
        weld_method (None | str): Welding method (焊接方式, D12). Example: MIG.
        weld_control (None | str): Welding control (焊接控制, D13). Example: 脉冲.
        staff_id (None | str): Id of the welder (焊工编号, D14). Example: W123456.
        workpiece_id (None | str): Id of the workpiece (工件编号, D15). Example: WP123456.
        ip_quality (int | None): Data quality (数据质量). Example: 100.
        device (DeviceDetailsType0 | None | Unset): The master data of the device. Only with `include=device`. Null if
            none is known, because PostgreSQL is unavailable.
    """

    device_code: str
    ts: datetime.datetime | None
    freshness: Freshness
    clock_skew: bool
    team_name: None | str
    device_status: None | str
    lock_status: bool | None
    preset_current: float | None
    preset_voltage: float | None
    weld_current: float | None
    weld_voltage: float | None
    material: None | str
    wire_diameter: float | None
    gas_type: None | str
    weld_method: None | str
    weld_control: None | str
    staff_id: None | str
    workpiece_id: None | str
    ip_quality: int | None
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

        team_name: None | str
        team_name = self.team_name

        device_status: None | str
        device_status = self.device_status

        lock_status: bool | None
        lock_status = self.lock_status

        preset_current: float | None
        preset_current = self.preset_current

        preset_voltage: float | None
        preset_voltage = self.preset_voltage

        weld_current: float | None
        weld_current = self.weld_current

        weld_voltage: float | None
        weld_voltage = self.weld_voltage

        material: None | str
        material = self.material

        wire_diameter: float | None
        wire_diameter = self.wire_diameter

        gas_type: None | str
        gas_type = self.gas_type

        weld_method: None | str
        weld_method = self.weld_method

        weld_control: None | str
        weld_control = self.weld_control

        staff_id: None | str
        staff_id = self.staff_id

        workpiece_id: None | str
        workpiece_id = self.workpiece_id

        ip_quality: int | None
        ip_quality = self.ip_quality

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
                "team_name": team_name,
                "device_status": device_status,
                "lock_status": lock_status,
                "preset_current": preset_current,
                "preset_voltage": preset_voltage,
                "weld_current": weld_current,
                "weld_voltage": weld_voltage,
                "material": material,
                "wire_diameter": wire_diameter,
                "gas_type": gas_type,
                "weld_method": weld_method,
                "weld_control": weld_control,
                "staff_id": staff_id,
                "workpiece_id": workpiece_id,
                "ip_quality": ip_quality,
            }
        )
        if device is not UNSET:
            field_dict["device"] = device

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.device_details_type_0 import DeviceDetailsType0

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

        def _parse_team_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team_name = _parse_team_name(d.pop("team_name"))

        def _parse_device_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device_status = _parse_device_status(d.pop("device_status"))

        def _parse_lock_status(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        lock_status = _parse_lock_status(d.pop("lock_status"))

        def _parse_preset_current(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        preset_current = _parse_preset_current(d.pop("preset_current"))

        def _parse_preset_voltage(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        preset_voltage = _parse_preset_voltage(d.pop("preset_voltage"))

        def _parse_weld_current(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        weld_current = _parse_weld_current(d.pop("weld_current"))

        def _parse_weld_voltage(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        weld_voltage = _parse_weld_voltage(d.pop("weld_voltage"))

        def _parse_material(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        material = _parse_material(d.pop("material"))

        def _parse_wire_diameter(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        wire_diameter = _parse_wire_diameter(d.pop("wire_diameter"))

        def _parse_gas_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        gas_type = _parse_gas_type(d.pop("gas_type"))

        def _parse_weld_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        weld_method = _parse_weld_method(d.pop("weld_method"))

        def _parse_weld_control(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        weld_control = _parse_weld_control(d.pop("weld_control"))

        def _parse_staff_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        staff_id = _parse_staff_id(d.pop("staff_id"))

        def _parse_workpiece_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        workpiece_id = _parse_workpiece_id(d.pop("workpiece_id"))

        def _parse_ip_quality(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        ip_quality = _parse_ip_quality(d.pop("ip_quality"))

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

        welding_reading = cls(
            device_code=device_code,
            ts=ts,
            freshness=freshness,
            clock_skew=clock_skew,
            team_name=team_name,
            device_status=device_status,
            lock_status=lock_status,
            preset_current=preset_current,
            preset_voltage=preset_voltage,
            weld_current=weld_current,
            weld_voltage=weld_voltage,
            material=material,
            wire_diameter=wire_diameter,
            gas_type=gas_type,
            weld_method=weld_method,
            weld_control=weld_control,
            staff_id=staff_id,
            workpiece_id=workpiece_id,
            ip_quality=ip_quality,
            device=device,
        )

        return welding_reading
