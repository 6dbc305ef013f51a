from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.dict_type import DictType


T = TypeVar("T", bound="DictTypePage")


@_attrs_define
class DictTypePage:
    """A page of dictionary types.

    Attributes:
        items (list[DictType]): The dictionary types, ordered by id.
        page (int): Page number; the first page is 1. Example: 1.
        page_size (int): Maximum number of items per page. Example: 10.
        total (int): Number of dictionary types that match. Example: 1.
    """

    items: list[DictType]
    page: int
    page_size: int
    total: int

    def to_dict(self) -> dict[str, Any]:
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
                "items": items,
                "page": page,
                "page_size": page_size,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.dict_type import DictType

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DictType.from_dict(items_item_data)

            items.append(items_item)

        page = d.pop("page")

        page_size = d.pop("page_size")

        total = d.pop("total")

        dict_type_page = cls(
            items=items,
            page=page,
            page_size=page_size,
            total=total,
        )

        return dict_type_page
