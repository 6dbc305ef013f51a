from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.field_definition import FieldDefinition


T = TypeVar("T", bound="DeviceTypeFields")


@_attrs_define
class DeviceTypeFields:
    """The fields of a device type.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        fields_version (int): Version of the fields. It increases with every change of them. Example: 1.
        fields (list[FieldDefinition]): The fields, in order.
    """

    type_code: str
    fields_version: int
    fields: list[FieldDefinition]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        fields_version = self.fields_version

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "fields_version": fields_version,
                "fields": fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field_definition import FieldDefinition

        d = dict(src_dict)
        type_code = d.pop("type_code")

        fields_version = d.pop("fields_version")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = FieldDefinition.from_dict(fields_item_data)

            fields.append(fields_item)

        device_type_fields = cls(
            type_code=type_code,
            fields_version=fields_version,
            fields=fields,
        )

        return device_type_fields
