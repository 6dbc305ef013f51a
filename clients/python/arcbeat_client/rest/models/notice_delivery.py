from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.notice_delivery_state import NoticeDeliveryState

T = TypeVar("T", bound="NoticeDelivery")


@_attrs_define
class NoticeDelivery:
    """What became of a notice for one target.

    Attributes:
        target (str): The target, without its secrets. Example: dingtalk oapi.dingtalk.com.
        state (NoticeDeliveryState): `cancelled`: the alert was closed before the notice was sent, so it is not sent.
            Example: sent.
        attempts (int): How often it was tried. Example: 1.
        next_attempt_at (datetime.datetime | None): Before this moment it is not tried; null unless it waits.
        sent_at (datetime.datetime | None): When the target accepted the notice. Example: 2026-03-02T08:15:01+08:00.
        error (None | str): Why the last attempt failed, without secrets.
    """

    target: str
    state: NoticeDeliveryState
    attempts: int
    next_attempt_at: datetime.datetime | None
    sent_at: datetime.datetime | None
    error: None | str

    def to_dict(self) -> dict[str, Any]:
        target = self.target

        state = self.state.value

        attempts = self.attempts

        next_attempt_at: None | str
        if isinstance(self.next_attempt_at, datetime.datetime):
            next_attempt_at = self.next_attempt_at.isoformat()
        else:
            next_attempt_at = self.next_attempt_at

        sent_at: None | str
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        error: None | str
        error = self.error

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "target": target,
                "state": state,
                "attempts": attempts,
                "next_attempt_at": next_attempt_at,
                "sent_at": sent_at,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        target = d.pop("target")

        state = NoticeDeliveryState(d.pop("state"))

        attempts = d.pop("attempts")

        def _parse_next_attempt_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_attempt_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_attempt_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

        def _parse_sent_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sent_at_type_0 = datetime.datetime.fromisoformat(data)

                return sent_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        sent_at = _parse_sent_at(d.pop("sent_at"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        notice_delivery = cls(
            target=target,
            state=state,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            sent_at=sent_at,
            error=error,
        )

        return notice_delivery
