from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.field import Field
    from ..models.reading_of_device import ReadingOfDevice


T = TypeVar("T", bound="ValueHistoryPage")


@_attrs_define
class ValueHistoryPage:
    """A page of the readings in which a field has one value.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        items (list[ReadingOfDevice]): The readings, in the requested order of time. Readings with one timestamp are in
            an order that does not change.
        next_cursor (None | str): The `cursor` of the next page; null on the last page.
        fields_version (int): Version of the fields of the device type. Example: 1.
        fields (list[Field]): The fields that the readings have.
    """

    type_code: str
    items: list[ReadingOfDevice]
    next_cursor: None | str
    fields_version: int
    fields: list[Field]

    def to_dict(self) -> dict[str, Any]:
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
        from ..models.reading_of_device import ReadingOfDevice

        d = dict(src_dict)
        type_code = d.pop("type_code")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = ReadingOfDevice.from_dict(items_item_data)

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

        value_history_page = cls(
            type_code=type_code,
            items=items,
            next_cursor=next_cursor,
            fields_version=fields_version,
            fields=fields,
        )

        return value_history_page
