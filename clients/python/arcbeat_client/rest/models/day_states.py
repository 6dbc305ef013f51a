from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.day_states_state_minutes import DayStatesStateMinutes


T = TypeVar("T", bound="DayStates")


@_attrs_define
class DayStates:
    """Minutes that a device spent in each state on one day. A state lasts from its reading until the next reading, but no
    longer than `stale_after_seconds` of the device type. `state_minutes`, `unknown_minutes` and `silent_minutes` add up
    to
    `total_minutes`, and so do `online_minutes` and `offline_minutes`.

        Attributes:
            day (datetime.date): The day in `time_zone`. Example: 2026-03-02.
            state_minutes (DayStatesStateMinutes): Minutes by state. The states of the device type are always present and
                come first. Example: {'焊接': 312.5, '待机': 140, '报警': 2.5, '关机': 25}.
            unknown_minutes (float): Minutes online without a state in the readings. Example: 0.
            silent_minutes (float): Minutes without a reading that is recent enough. Example: 960.
            online_minutes (float): Minutes that are not offline. Example: 455.
            offline_minutes (float): Minutes that are silent or in one of `offline_states`. Example: 985.
            total_minutes (float): Minutes of the day, which may have 23 or 25 hours; for today, the minutes until now.
                Example: 1440.
            online_rate (float | None): `online_minutes` divided by `total_minutes`; null if the day has no minutes yet.
                Example: 0.316.
    """

    day: datetime.date
    state_minutes: DayStatesStateMinutes
    unknown_minutes: float
    silent_minutes: float
    online_minutes: float
    offline_minutes: float
    total_minutes: float
    online_rate: float | None

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        state_minutes = self.state_minutes.to_dict()

        unknown_minutes = self.unknown_minutes

        silent_minutes = self.silent_minutes

        online_minutes = self.online_minutes

        offline_minutes = self.offline_minutes

        total_minutes = self.total_minutes

        online_rate: float | None
        online_rate = self.online_rate

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "day": day,
                "state_minutes": state_minutes,
                "unknown_minutes": unknown_minutes,
                "silent_minutes": silent_minutes,
                "online_minutes": online_minutes,
                "offline_minutes": offline_minutes,
                "total_minutes": total_minutes,
                "online_rate": online_rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.day_states_state_minutes import DayStatesStateMinutes

        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        state_minutes = DayStatesStateMinutes.from_dict(d.pop("state_minutes"))

        unknown_minutes = d.pop("unknown_minutes")

        silent_minutes = d.pop("silent_minutes")

        online_minutes = d.pop("online_minutes")

        offline_minutes = d.pop("offline_minutes")

        total_minutes = d.pop("total_minutes")

        def _parse_online_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        online_rate = _parse_online_rate(d.pop("online_rate"))

        day_states = cls(
            day=day,
            state_minutes=state_minutes,
            unknown_minutes=unknown_minutes,
            silent_minutes=silent_minutes,
            online_minutes=online_minutes,
            offline_minutes=offline_minutes,
            total_minutes=total_minutes,
            online_rate=online_rate,
        )

        return day_states
