from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeviceInfo")


@_attrs_define
class DeviceInfo:
    """A device with its master data (`t_device_info`).

    Attributes:
        id (int): Id of the row in `t_device_info`. Example: 6.
        device_code (str): Code of the device (设备生产编码, D01). Example: 14412T0006.
        device_name (str): Name of the device (设备名称). Example: 焊机-006.
        device_model (None | str): Model (设备型号). Example: WSM-315.
        device_type (None | str): The device type (设备类型) as it is stored: a code or an alias. Example: 焊机.
        type_code (None | str): The code of the enabled device type that `device_type` names by its code or alias; null
            if there is none. Example: welding.
        manufacturer (None | str): Manufacturer (生产厂家). Example: 北辰焊割.
        production_date (datetime.date | None): Date of production (生产日期). Example: 2019-04-15.
        install_date (datetime.date | None): Date of installation (安装日期). Example: 2019-05-30.
        install_location (None | str): Location (安装位置). Example: 一号车间 A区 06工位.
        online_address (None | str): Network address (联网地址). Example: 10.20.1.16.
        team_name (None | str): Team (班组名称). Example: 班组一.
        is_locked (bool): Whether the device is locked (是否锁定). Example: False.
        description (None | str): Free text (描述).
        created_at (datetime.datetime | None): When the row was created. Example: 2026-03-02T08:00:00+08:00.
        updated_at (datetime.datetime | None): When the row was last changed. Example: 2026-03-02T08:00:00+08:00.
    """

    id: int
    device_code: str
    device_name: str
    device_model: None | str
    device_type: None | str
    type_code: None | str
    manufacturer: None | str
    production_date: datetime.date | None
    install_date: datetime.date | None
    install_location: None | str
    online_address: None | str
    team_name: None | str
    is_locked: bool
    description: None | str
    created_at: datetime.datetime | None
    updated_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        device_code = self.device_code

        device_name = self.device_name

        device_model: None | str
        device_model = self.device_model

        device_type: None | str
        device_type = self.device_type

        type_code: None | str
        type_code = self.type_code

        manufacturer: None | str
        manufacturer = self.manufacturer

        production_date: None | str
        if isinstance(self.production_date, datetime.date):
            production_date = self.production_date.isoformat()
        else:
            production_date = self.production_date

        install_date: None | str
        if isinstance(self.install_date, datetime.date):
            install_date = self.install_date.isoformat()
        else:
            install_date = self.install_date

        install_location: None | str
        install_location = self.install_location

        online_address: None | str
        online_address = self.online_address

        team_name: None | str
        team_name = self.team_name

        is_locked = self.is_locked

        description: None | str
        description = self.description

        created_at: None | str
        if isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "device_code": device_code,
                "device_name": device_name,
                "device_model": device_model,
                "device_type": device_type,
                "type_code": type_code,
                "manufacturer": manufacturer,
                "production_date": production_date,
                "install_date": install_date,
                "install_location": install_location,
                "online_address": online_address,
                "team_name": team_name,
                "is_locked": is_locked,
                "description": description,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        device_code = d.pop("device_code")

        device_name = d.pop("device_name")

        def _parse_device_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device_model = _parse_device_model(d.pop("device_model"))

        def _parse_device_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device_type = _parse_device_type(d.pop("device_type"))

        def _parse_type_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_code = _parse_type_code(d.pop("type_code"))

        def _parse_manufacturer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        manufacturer = _parse_manufacturer(d.pop("manufacturer"))

        def _parse_production_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                production_date_type_0 = datetime.date.fromisoformat(data)

                return production_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        production_date = _parse_production_date(d.pop("production_date"))

        def _parse_install_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                install_date_type_0 = datetime.date.fromisoformat(data)

                return install_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        install_date = _parse_install_date(d.pop("install_date"))

        def _parse_install_location(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        install_location = _parse_install_location(d.pop("install_location"))

        def _parse_online_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        online_address = _parse_online_address(d.pop("online_address"))

        def _parse_team_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team_name = _parse_team_name(d.pop("team_name"))

        is_locked = d.pop("is_locked")

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        def _parse_created_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        created_at = _parse_created_at(d.pop("created_at"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        device_info = cls(
            id=id,
            device_code=device_code,
            device_name=device_name,
            device_model=device_model,
            device_type=device_type,
            type_code=type_code,
            manufacturer=manufacturer,
            production_date=production_date,
            install_date=install_date,
            install_location=install_location,
            online_address=online_address,
            team_name=team_name,
            is_locked=is_locked,
            description=description,
            created_at=created_at,
            updated_at=updated_at,
        )

        return device_info
