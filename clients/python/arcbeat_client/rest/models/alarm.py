from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.acknowledgement_type_0 import AcknowledgementType0


T = TypeVar("T", bound="Alarm")


@_attrs_define
class Alarm:
    """A time in which a device was in one alarm state of its type.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
        device_name (None | str): Name of the device in the master data; null if it is not known. Example: 焊机6号.
        team_name (None | str): Team of the device in the master data. Example: 班组一.
        state (str): The state, one of `alarm_states` of the device type. Example: 报警.
        start (datetime.datetime): Timestamp of the first reading in the state. Example: 2026-03-02T08:00:00+08:00.
        starts_earlier (bool): Whether the alarm began more than 31 days before it was looked for; `start` is a later
            moment of it then. Example: False.
        end (datetime.datetime | None): When the alarm ended: at the first reading in another state, or
            `stale_after_seconds` after the last reading. Null if it is
            open.
        open_ (bool): Whether the newest reading is in the state and not older than `stale_after_seconds`. Example:
            True.
        duration_seconds (float): Seconds from the start to the end; up to the time of the response if it is open.
            Example: 95.5.
        acknowledgement (AcknowledgementType0 | None): A note about an alarm, by the person or program that has taken
            notice of it.
    """

    type_code: str
    device_code: str
    device_name: None | str
    team_name: None | str
    state: str
    start: datetime.datetime
    starts_earlier: bool
    end: datetime.datetime | None
    open_: bool
    duration_seconds: float
    acknowledgement: AcknowledgementType0 | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.acknowledgement_type_0 import AcknowledgementType0

        type_code = self.type_code

        device_code = self.device_code

        device_name: None | str
        device_name = self.device_name

        team_name: None | str
        team_name = self.team_name

        state = self.state

        start = self.start.isoformat()

        starts_earlier = self.starts_earlier

        end: None | str
        if isinstance(self.end, datetime.datetime):
            end = self.end.isoformat()
        else:
            end = self.end

        open_ = self.open_

        duration_seconds = self.duration_seconds

        acknowledgement: dict[str, Any] | None
        if isinstance(self.acknowledgement, AcknowledgementType0):
            acknowledgement = self.acknowledgement.to_dict()
        else:
            acknowledgement = self.acknowledgement

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "device_code": device_code,
                "device_name": device_name,
                "team_name": team_name,
                "state": state,
                "start": start,
                "starts_earlier": starts_earlier,
                "end": end,
                "open": open_,
                "duration_seconds": duration_seconds,
                "acknowledgement": acknowledgement,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.acknowledgement_type_0 import AcknowledgementType0

        d = dict(src_dict)
        type_code = d.pop("type_code")

        device_code = d.pop("device_code")

        def _parse_device_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device_name = _parse_device_name(d.pop("device_name"))

        def _parse_team_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team_name = _parse_team_name(d.pop("team_name"))

        state = d.pop("state")

        start = datetime.datetime.fromisoformat(d.pop("start"))

        starts_earlier = d.pop("starts_earlier")

        def _parse_end(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                end_type_0 = datetime.datetime.fromisoformat(data)

                return end_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        end = _parse_end(d.pop("end"))

        open_ = d.pop("open")

        duration_seconds = d.pop("duration_seconds")

        def _parse_acknowledgement(data: object) -> AcknowledgementType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_acknowledgement_type_0 = AcknowledgementType0.from_dict(data)

                return componentsschemas_acknowledgement_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AcknowledgementType0 | None, data)

        acknowledgement = _parse_acknowledgement(d.pop("acknowledgement"))

        alarm = cls(
            type_code=type_code,
            device_code=device_code,
            device_name=device_name,
            team_name=team_name,
            state=state,
            start=start,
            starts_earlier=starts_earlier,
            end=end,
            open_=open_,
            duration_seconds=duration_seconds,
            acknowledgement=acknowledgement,
        )

        return alarm
