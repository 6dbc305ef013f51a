from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.source import Source

if TYPE_CHECKING:
    from ..models.freshness_counts import FreshnessCounts
    from ..models.state_count import StateCount
    from ..models.team_status import TeamStatus


T = TypeVar("T", bound="BoardStatus")


@_attrs_define
class BoardStatus:
    """The number of devices of a type, by state, by freshness and by team.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        sampled_at (datetime.datetime): All counts were current at this moment or later. Example:
            2026-03-02T08:00:05+08:00.
        newest_reading_at (datetime.datetime | None): Timestamp of the newest reading of all counted devices; null if
            none of them has a reading. It stops when the devices,
            their network or their store stop, while `sampled_at` goes on.
             Example: 2026-03-02T08:00:04+08:00.
        source (Source): Where the response comes from. `snapshot`: the last tick of the sampler. `query`: the stores,
            at most one sampling period
            ago. `memory`: the last result of the stores (as of `sampled_at`), because at least one of them is unavailable
            or slow.
        total (int): Number of registered devices that match. Example: 240.
        online (int): Number of devices that are live or late and not in one of the type's offline states (关机). Example:
            221.
        offline (int): Number of devices that are stale or have never sent a reading. Example: 6.
        by_state (list[StateCount]): Live and late devices by state. The states of the device type come first, in its
            order, including those without
            devices; others follow, the most frequent first.
        by_freshness (FreshnessCounts): The number of devices by the age of their newest reading.
        by_team (list[TeamStatus]): The same counts per team: teams by name, then devices without a team. A team of the
            master data is at most 30 seconds old.
            With `team_name`, only that team; empty if no device matches.
    """

    type_code: str
    sampled_at: datetime.datetime
    newest_reading_at: datetime.datetime | None
    source: Source
    total: int
    online: int
    offline: int
    by_state: list[StateCount]
    by_freshness: FreshnessCounts
    by_team: list[TeamStatus]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        sampled_at = self.sampled_at.isoformat()

        newest_reading_at: None | str
        if isinstance(self.newest_reading_at, datetime.datetime):
            newest_reading_at = self.newest_reading_at.isoformat()
        else:
            newest_reading_at = self.newest_reading_at

        source = self.source.value

        total = self.total

        online = self.online

        offline = self.offline

        by_state = []
        for by_state_item_data in self.by_state:
            by_state_item = by_state_item_data.to_dict()
            by_state.append(by_state_item)

        by_freshness = self.by_freshness.to_dict()

        by_team = []
        for by_team_item_data in self.by_team:
            by_team_item = by_team_item_data.to_dict()
            by_team.append(by_team_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "sampled_at": sampled_at,
                "newest_reading_at": newest_reading_at,
                "source": source,
                "total": total,
                "online": online,
                "offline": offline,
                "by_state": by_state,
                "by_freshness": by_freshness,
                "by_team": by_team,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.freshness_counts import FreshnessCounts
        from ..models.state_count import StateCount
        from ..models.team_status import TeamStatus

        d = dict(src_dict)
        type_code = d.pop("type_code")

        sampled_at = datetime.datetime.fromisoformat(d.pop("sampled_at"))

        def _parse_newest_reading_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                newest_reading_at_type_0 = datetime.datetime.fromisoformat(data)

                return newest_reading_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        newest_reading_at = _parse_newest_reading_at(d.pop("newest_reading_at"))

        source = Source(d.pop("source"))

        total = d.pop("total")

        online = d.pop("online")

        offline = d.pop("offline")

        by_state = []
        _by_state = d.pop("by_state")
        for by_state_item_data in _by_state:
            by_state_item = StateCount.from_dict(by_state_item_data)

            by_state.append(by_state_item)

        by_freshness = FreshnessCounts.from_dict(d.pop("by_freshness"))

        by_team = []
        _by_team = d.pop("by_team")
        for by_team_item_data in _by_team:
            by_team_item = TeamStatus.from_dict(by_team_item_data)

            by_team.append(by_team_item)

        board_status = cls(
            type_code=type_code,
            sampled_at=sampled_at,
            newest_reading_at=newest_reading_at,
            source=source,
            total=total,
            online=online,
            offline=offline,
            by_state=by_state,
            by_freshness=by_freshness,
            by_team=by_team,
        )

        return board_status
