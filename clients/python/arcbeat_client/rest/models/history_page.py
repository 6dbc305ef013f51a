from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.field import Field
    from ..models.history_reading import HistoryReading


T = TypeVar("T", bound="HistoryPage")


@_attrs_define
class HistoryPage:
    """A page of the readings of one device.

    Attributes:
        device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
        type_code (str): Code of the device type. Example: welding.
        items (list[HistoryReading]): The readings, in the requested order of time.
        next_cursor (None | str): The `cursor` of the next page; null on the last page.
        fields_version (int): Version of the fields of the device type. Example: 1.
        fields (list[Field]): The fields that the readings have.
    """

    device_code: str
    type_code: str
    items: list[HistoryReading]
    next_cursor: None | str
    fields_version: int
    fields: list[Field]

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        type_code = self.type_code

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        fields_version = self.fields_version

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "type_code": type_code,
                "items": items,
                "next_cursor": next_cursor,
                "fields_version": fields_version,
                "fields": fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field import Field
        from ..models.history_reading import HistoryReading

        d = dict(src_dict)
        device_code = d.pop("device_code")

        type_code = d.pop("type_code")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = HistoryReading.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        fields_version = d.pop("fields_version")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = Field.from_dict(fields_item_data)

            fields.append(fields_item)

        history_page = cls(
            device_code=device_code,
            type_code=type_code,
            items=items,
            next_cursor=next_cursor,
            fields_version=fields_version,
            fields=fields,
        )

        return history_page
