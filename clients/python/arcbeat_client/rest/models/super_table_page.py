from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.super_table_page_product import SuperTablePageProduct

if TYPE_CHECKING:
    from ..models.stored_super_table import StoredSuperTable


T = TypeVar("T", bound="SuperTablePage")


@_attrs_define
class SuperTablePage:
    """A page of super tables.

    Attributes:
        product (SuperTablePageProduct): The database server that stores the readings. Example: TDengine.
        items (list[StoredSuperTable]): The super tables, ordered by database and name.
        page (int): Page number; the first page is 1. Example: 1.
        page_size (int): Maximum number of items per page. Example: 10.
        total (int): Number of super tables on all pages. Example: 1.
    """

    product: SuperTablePageProduct
    items: list[StoredSuperTable]
    page: int
    page_size: int
    total: int

    def to_dict(self) -> dict[str, Any]:
        product = self.product.value

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
                "product": product,
                "items": items,
                "page": page,
                "page_size": page_size,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.stored_super_table import StoredSuperTable

        d = dict(src_dict)
        product = SuperTablePageProduct(d.pop("product"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = StoredSuperTable.from_dict(items_item_data)

            items.append(items_item)

        page = d.pop("page")

        page_size = d.pop("page_size")

        total = d.pop("total")

        super_table_page = cls(
            product=product,
            items=items,
            page=page,
            page_size=page_size,
            total=total,
        )

        return super_table_page
