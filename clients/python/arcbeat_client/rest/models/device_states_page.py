from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.device_states import DeviceStates


T = TypeVar("T", bound="DeviceStatesPage")


@_attrs_define
class DeviceStatesPage:
    """A page of devices with their days.

    Attributes:
        items (list[DeviceStates]): The devices, ordered by device_code.
        page (int): Page number; the first page is 1. Example: 1.
        page_size (int): Maximum number of items per page. Example: 10.
        total (int): Number of devices that match. Example: 240.
        type_code (str): Code of the device type. Example: welding.
        time_zone (str): The time zone of the days. Example: Asia/Shanghai.
        states (list[str]): The states of the device type, in order.
        offline_states (list[str]): The states in which a device counts as offline.
    """

    items: list[DeviceStates]
    page: int
    page_size: int
    total: int
    type_code: str
    time_zone: str
    states: list[str]
    offline_states: list[str]

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        page = self.page

        page_size = self.page_size

        total = self.total

        type_code = self.type_code

        time_zone = self.time_zone

        states = self.states

        offline_states = self.offline_states

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
                "page": page,
                "page_size": page_size,
                "total": total,
                "type_code": type_code,
                "time_zone": time_zone,
                "states": states,
                "offline_states": offline_states,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.device_states import DeviceStates

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DeviceStates.from_dict(items_item_data)

            items.append(items_item)

        page = d.pop("page")

        page_size = d.pop("page_size")

        total = d.pop("total")

        type_code = d.pop("type_code")

        time_zone = d.pop("time_zone")

        states = cast(list[str], d.pop("states"))

        offline_states = cast(list[str], d.pop("offline_states"))

        device_states_page = cls(
            items=items,
            page=page,
            page_size=page_size,
            total=total,
            type_code=type_code,
            time_zone=time_zone,
            states=states,
            offline_states=offline_states,
        )

        return device_states_page
