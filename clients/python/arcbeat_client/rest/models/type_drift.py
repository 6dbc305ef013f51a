from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.changed_type import ChangedType
    from ..models.device_drift import DeviceDrift
    from ..models.short_column import ShortColumn
    from ..models.surplus_column import SurplusColumn


T = TypeVar("T", bound="TypeDrift")


@_attrs_define
class TypeDrift:
    """The differences between a device type and its super table.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        super_table (str): The super table of the type. Example: test_db.welding_real_data.
        fields_version (int): Version of the fields that were compared. Example: 1.
        missing (list[str]): Fields without a column.
        surplus (list[SurplusColumn]): Columns without a field.
        changed (list[ChangedType]): Fields whose column has another type.
        too_short (list[ShortColumn]): Fields whose `max_length` is larger than the length of their column, so that the
            store rejects texts that the field allows.
        items (list[DeviceDrift]): The devices that differ, ordered by device_code.
        page (int): Page number; the first page is 1. Example: 1.
        page_size (int): Maximum number of items per page. Example: 10.
        total (int): Number of devices that differ. Example: 3.
    """

    type_code: str
    super_table: str
    fields_version: int
    missing: list[str]
    surplus: list[SurplusColumn]
    changed: list[ChangedType]
    too_short: list[ShortColumn]
    items: list[DeviceDrift]
    page: int
    page_size: int
    total: int

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        super_table = self.super_table

        fields_version = self.fields_version

        missing = self.missing

        surplus = []
        for surplus_item_data in self.surplus:
            surplus_item = surplus_item_data.to_dict()
            surplus.append(surplus_item)

        changed = []
        for changed_item_data in self.changed:
            changed_item = changed_item_data.to_dict()
            changed.append(changed_item)

        too_short = []
        for too_short_item_data in self.too_short:
            too_short_item = too_short_item_data.to_dict()
            too_short.append(too_short_item)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        page = self.page

        page_size = self.page_size

        total = self.total

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "super_table": super_table,
                "fields_version": fields_version,
                "missing": missing,
                "surplus": surplus,
                "changed": changed,
                "too_short": too_short,
                "items": items,
                "page": page,
                "page_size": page_size,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.changed_type import ChangedType
        from ..models.device_drift import DeviceDrift
        from ..models.short_column import ShortColumn
        from ..models.surplus_column import SurplusColumn

        d = dict(src_dict)
        type_code = d.pop("type_code")

        super_table = d.pop("super_table")

        fields_version = d.pop("fields_version")

        missing = cast(list[str], d.pop("missing"))

        surplus = []
        _surplus = d.pop("surplus")
        for surplus_item_data in _surplus:
            surplus_item = SurplusColumn.from_dict(surplus_item_data)

            surplus.append(surplus_item)

        changed = []
        _changed = d.pop("changed")
        for changed_item_data in _changed:
            changed_item = ChangedType.from_dict(changed_item_data)

            changed.append(changed_item)

        too_short = []
        _too_short = d.pop("too_short")
        for too_short_item_data in _too_short:
            too_short_item = ShortColumn.from_dict(too_short_item_data)

            too_short.append(too_short_item)

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DeviceDrift.from_dict(items_item_data)

            items.append(items_item)

        page = d.pop("page")

        page_size = d.pop("page_size")

        total = d.pop("total")

        type_drift = cls(
            type_code=type_code,
            super_table=super_table,
            fields_version=fields_version,
            missing=missing,
            surplus=surplus,
            changed=changed,
            too_short=too_short,
            items=items,
            page=page,
            page_size=page_size,
            total=total,
        )

        return type_drift
