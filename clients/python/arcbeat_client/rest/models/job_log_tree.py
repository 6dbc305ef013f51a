from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.job_log import JobLog


T = TypeVar("T", bound="JobLogTree")


@_attrs_define
class JobLogTree:
    """The log rows of a run as a tree.

    Attributes:
        log (JobLog): A row of the job log.
        children (list[JobLogTree]): The rows below it, in the order in which they were written.
    """

    log: JobLog
    children: list[JobLogTree]

    def to_dict(self) -> dict[str, Any]:
        log = self.log.to_dict()

        children = []
        for children_item_data in self.children:
            children_item = children_item_data.to_dict()
            children.append(children_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "log": log,
                "children": children,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.job_log import JobLog

        d = dict(src_dict)
        log = JobLog.from_dict(d.pop("log"))

        children = []
        _children = d.pop("children")
        for children_item_data in _children:
            children_item = JobLogTree.from_dict(children_item_data)

            children.append(children_item)

        job_log_tree = cls(
            log=log,
            children=children,
        )

        return job_log_tree
