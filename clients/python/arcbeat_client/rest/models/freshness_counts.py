from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="FreshnessCounts")


@_attrs_define
class FreshnessCounts:
    """The number of devices by the age of their newest reading.

    Attributes:
        live (int): Devices whose newest reading is live. Example: 232.
        late (int): Devices whose newest reading is late. Example: 2.
        stale (int): Devices whose newest reading is stale. Example: 3.
        never (int): Devices without any reading. Example: 3.
    """

    live: int
    late: int
    stale: int
    never: int

    def to_dict(self) -> dict[str, Any]:
        live = self.live

        late = self.late

        stale = self.stale

        never = self.never

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "live": live,
                "late": late,
                "stale": stale,
                "never": never,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        live = d.pop("live")

        late = d.pop("late")

        stale = d.pop("stale")

        never = d.pop("never")

        freshness_counts = cls(
            live=live,
            late=late,
            stale=stale,
            never=never,
        )

        return freshness_counts
