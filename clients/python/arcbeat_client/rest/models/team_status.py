from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.state_count import StateCount


T = TypeVar("T", bound="TeamStatus")


@_attrs_define
class TeamStatus:
    """The number of devices of one team.

    Attributes:
        team_name (None | str): Name of the team in the master data; null for devices without a team. Example: 班组一.
        total (int): Number of registered devices of the team. Example: 24.
        online (int): Number of devices of the team that are live or late and not in one of the type's offline states
            (关机). Example: 22.
        offline (int): Number of devices of the team that are stale or have never sent a reading. Example: 1.
        by_state (list[StateCount]): Live and late devices of the team by state, in the order of the `by_state` of all
            devices.
    """

    team_name: None | str
    total: int
    online: int
    offline: int
    by_state: list[StateCount]

    def to_dict(self) -> dict[str, Any]:
        team_name: None | str
        team_name = self.team_name

        total = self.total

        online = self.online

        offline = self.offline

        by_state = []
        for by_state_item_data in self.by_state:
            by_state_item = by_state_item_data.to_dict()
            by_state.append(by_state_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "team_name": team_name,
                "total": total,
                "online": online,
                "offline": offline,
                "by_state": by_state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.state_count import StateCount

        d = dict(src_dict)

        def _parse_team_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team_name = _parse_team_name(d.pop("team_name"))

        total = d.pop("total")

        online = d.pop("online")

        offline = d.pop("offline")

        by_state = []
        _by_state = d.pop("by_state")
        for by_state_item_data in _by_state:
            by_state_item = StateCount.from_dict(by_state_item_data)

            by_state.append(by_state_item)

        team_status = cls(
            team_name=team_name,
            total=total,
            online=online,
            offline=offline,
            by_state=by_state,
        )

        return team_status
