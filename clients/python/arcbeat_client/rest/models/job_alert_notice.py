from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.job_alert_notice_kind import JobAlertNoticeKind

if TYPE_CHECKING:
    from ..models.notice_delivery import NoticeDelivery


T = TypeVar("T", bound="JobAlertNotice")


@_attrs_define
class JobAlertNotice:
    """A message about an alert.

    Attributes:
        id (int): Id of the notice. Example: 31.
        kind (JobAlertNoticeKind): What it reports. Example: opened.
        created_at (datetime.datetime): When it was stored. Example: 2026-03-02T08:15:00+08:00.
        deliveries (list[NoticeDelivery]): One per target; empty if no target was configured.
    """

    id: int
    kind: JobAlertNoticeKind
    created_at: datetime.datetime
    deliveries: list[NoticeDelivery]

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind.value

        created_at = self.created_at.isoformat()

        deliveries = []
        for deliveries_item_data in self.deliveries:
            deliveries_item = deliveries_item_data.to_dict()
            deliveries.append(deliveries_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "created_at": created_at,
                "deliveries": deliveries,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.notice_delivery import NoticeDelivery

        d = dict(src_dict)
        id = d.pop("id")

        kind = JobAlertNoticeKind(d.pop("kind"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        deliveries = []
        _deliveries = d.pop("deliveries")
        for deliveries_item_data in _deliveries:
            deliveries_item = NoticeDelivery.from_dict(deliveries_item_data)

            deliveries.append(deliveries_item)

        job_alert_notice = cls(
            id=id,
            kind=kind,
            created_at=created_at,
            deliveries=deliveries,
        )

        return job_alert_notice
