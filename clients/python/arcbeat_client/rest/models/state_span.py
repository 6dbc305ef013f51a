from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.state_span_kind import StateSpanKind

T = TypeVar("T", bound="StateSpan")


@_attrs_define
class StateSpan:
    """What is known of a device from `start` to `end`. A state lasts until the next reading with another one, but no
    longer than
    `stale_after_seconds` of the device type after its last reading.

        Attributes:
            device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
            kind (StateSpanKind): `state`: in a state. `unknown`: online, with readings without a state. `silent`: without a
                reading that is recent enough.
                 Example: state.
            state (None | str): The state; null unless `kind` is `state`. Example: 焊接.
            start (datetime.datetime): Start of the span, included. Example: 2026-03-02T08:00:00+08:00.
            end (datetime.datetime): End of the span, excluded. Example: 2026-03-02T08:12:30+08:00.
    """

    device_code: str
    kind: StateSpanKind
    state: None | str
    start: datetime.datetime
    end: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        kind = self.kind.value

        state: None | str
        state = self.state

        start = self.start.isoformat()

        end = self.end.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "kind": kind,
                "state": state,
                "start": start,
                "end": end,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        device_code = d.pop("device_code")

        kind = StateSpanKind(d.pop("kind"))

        def _parse_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state = _parse_state(d.pop("state"))

        start = datetime.datetime.fromisoformat(d.pop("start"))

        end = datetime.datetime.fromisoformat(d.pop("end"))

        state_span = cls(
            device_code=device_code,
            kind=kind,
            state=state,
            start=start,
            end=end,
        )

        return state_span
