from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeviceChange")


@_attrs_define
class DeviceChange:
    """The properties to change. Omitted properties keep their value; null removes a value.

    Attributes:
        device_name (str | Unset): Name of the device (设备名称). Example: 焊机-301.
        device_model (None | str | Unset): Model (设备型号). Example: NBC-350.
        device_type (str | Unset): Code or alias of an enabled device type. It is stored as given. Example: welding.
        manufacturer (None | str | Unset): Manufacturer (生产厂家). Example: 北辰焊割.
        production_date (datetime.date | None | Unset): Date of production (生产日期). Example: 2025-11-03.
        install_date (datetime.date | None | Unset): Date of installation (安装日期). Example: 2025-12-18.
        install_location (None | str | Unset): Location (安装位置). Example: 一号车间 A区 06工位.
        online_address (None | str | Unset): Network address (联网地址). Example: 10.20.2.111.
        team_name (None | str | Unset): Team (班组名称). Example: 班组一.
        is_locked (bool | Unset): Whether the device is locked (是否锁定). Example: False.
        description (None | str | Unset): Free text (描述). Example: 待检修.
    """

    device_name: str | Unset = UNSET
    device_model: None | str | Unset = UNSET
    device_type: str | Unset = UNSET
    manufacturer: None | str | Unset = UNSET
    production_date: datetime.date | None | Unset = UNSET
    install_date: datetime.date | None | Unset = UNSET
    install_location: None | str | Unset = UNSET
    online_address: None | str | Unset = UNSET
    team_name: None | str | Unset = UNSET
    is_locked: bool | Unset = UNSET
    description: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        device_name = self.device_name

        device_model: None | str | Unset
        if isinstance(self.device_model, Unset):
            device_model = UNSET
        else:
            device_model = self.device_model

        device_type = self.device_type

        manufacturer: None | str | Unset
        if isinstance(self.manufacturer, Unset):
            manufacturer = UNSET
        else:
            manufacturer = self.manufacturer

        production_date: None | str | Unset
        if isinstance(self.production_date, Unset):
            production_date = UNSET
        elif isinstance(self.production_date, datetime.date):
            production_date = self.production_date.isoformat()
        else:
            production_date = self.production_date

        install_date: None | str | Unset
        if isinstance(self.install_date, Unset):
            install_date = UNSET
        elif isinstance(self.install_date, datetime.date):
            install_date = self.install_date.isoformat()
        else:
            install_date = self.install_date

        install_location: None | str | Unset
        if isinstance(self.install_location, Unset):
            install_location = UNSET
        else:
            install_location = self.install_location

        online_address: None | str | Unset
        if isinstance(self.online_address, Unset):
            online_address = UNSET
        else:
            online_address = self.online_address

        team_name: None | str | Unset
        if isinstance(self.team_name, Unset):
            team_name = UNSET
        else:
            team_name = self.team_name

        is_locked = self.is_locked

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if device_name is not UNSET:
            field_dict["device_name"] = device_name
        if device_model is not UNSET:
            field_dict["device_model"] = device_model
        if device_type is not UNSET:
            field_dict["device_type"] = device_type
        if manufacturer is not UNSET:
            field_dict["manufacturer"] = manufacturer
        if production_date is not UNSET:
            field_dict["production_date"] = production_date
        if install_date is not UNSET:
            field_dict["install_date"] = install_date
        if install_location is not UNSET:
            field_dict["install_location"] = install_location
        if online_address is not UNSET:
            field_dict["online_address"] = online_address
        if team_name is not UNSET:
            field_dict["team_name"] = team_name
        if is_locked is not UNSET:
            field_dict["is_locked"] = is_locked
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        device_name = d.pop("device_name", UNSET)

        def _parse_device_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        device_model = _parse_device_model(d.pop("device_model", UNSET))

        device_type = d.pop("device_type", UNSET)

        def _parse_manufacturer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        manufacturer = _parse_manufacturer(d.pop("manufacturer", UNSET))

        def _parse_production_date(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                production_date_type_0 = datetime.date.fromisoformat(data)

                return production_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        production_date = _parse_production_date(d.pop("production_date", UNSET))

        def _parse_install_date(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                install_date_type_0 = datetime.date.fromisoformat(data)

                return install_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        install_date = _parse_install_date(d.pop("install_date", UNSET))

        def _parse_install_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        install_location = _parse_install_location(d.pop("install_location", UNSET))

        def _parse_online_address(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        online_address = _parse_online_address(d.pop("online_address", UNSET))

        def _parse_team_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        team_name = _parse_team_name(d.pop("team_name", UNSET))

        is_locked = d.pop("is_locked", UNSET)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        device_change = cls(
            device_name=device_name,
            device_model=device_model,
            device_type=device_type,
            manufacturer=manufacturer,
            production_date=production_date,
            install_date=install_date,
            install_location=install_location,
            online_address=online_address,
            team_name=team_name,
            is_locked=is_locked,
            description=description,
        )

        return device_change
