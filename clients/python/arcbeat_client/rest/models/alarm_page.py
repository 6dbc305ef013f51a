from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.alarm import Alarm


T = TypeVar("T", bound="AlarmPage")


@_attrs_define
class AlarmPage:
    """A page of alarms.

    Attributes:
        items (list[Alarm]): The open alarms, ordered by device_code; then those that have ended, the last one first.
        next_cursor (None | str): The `cursor` of the next page; null on the last page. Other pages may have fewer
            alarms than `page_size`, or none.
        from_ (datetime.datetime): Start of the range. Example: 2026-03-01T08:01:35+08:00.
        to (datetime.datetime): End of the range, at which alarms are open or not. Example: 2026-03-02T08:01:35+08:00.
    """

    items: list[Alarm]
    next_cursor: None | str
    from_: datetime.datetime
    to: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        from_ = self.from_.isoformat()

        to = self.to.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
                "next_cursor": next_cursor,
                "from": from_,
                "to": to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.alarm import Alarm

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Alarm.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        to = datetime.datetime.fromisoformat(d.pop("to"))

        alarm_page = cls(
            items=items,
            next_cursor=next_cursor,
            from_=from_,
            to=to,
        )

        return alarm_page
