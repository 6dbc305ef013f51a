from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.state_span import StateSpan


T = TypeVar("T", bound="StateSpansPage")


@_attrs_define
class StateSpansPage:
    """A page of spans.

    Attributes:
        items (list[StateSpan]): The spans, ordered by device_code, then by time.
        next_cursor (None | str): The `cursor` of the next page; null on the last page.
        type_code (str): Code of the device type. Example: welding.
        states (list[str]): The states of the device type, in order.
        offline_states (list[str]): The states in which a device counts as offline.
    """

    items: list[StateSpan]
    next_cursor: None | str
    type_code: str
    states: list[str]
    offline_states: list[str]

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        type_code = self.type_code

        states = self.states

        offline_states = self.offline_states

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
                "next_cursor": next_cursor,
                "type_code": type_code,
                "states": states,
                "offline_states": offline_states,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.state_span import StateSpan

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = StateSpan.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        type_code = d.pop("type_code")

        states = cast(list[str], d.pop("states"))

        offline_states = cast(list[str], d.pop("offline_states"))

        state_spans_page = cls(
            items=items,
            next_cursor=next_cursor,
            type_code=type_code,
            states=states,
            offline_states=offline_states,
        )

        return state_spans_page
