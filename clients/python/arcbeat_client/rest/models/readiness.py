from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.readiness_status import ReadinessStatus

if TYPE_CHECKING:
    from ..models.dependency import Dependency


T = TypeVar("T", bound="Readiness")


@_attrs_define
class Readiness:
    """Whether the service can serve requests.

    Attributes:
        status (ReadinessStatus): `ready` if every dependency is ready.
        dependencies (list[Dependency]): The stores that the service depends on.
    """

    status: ReadinessStatus
    dependencies: list[Dependency]

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        dependencies = []
        for dependencies_item_data in self.dependencies:
            dependencies_item = dependencies_item_data.to_dict()
            dependencies.append(dependencies_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "dependencies": dependencies,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.dependency import Dependency

        d = dict(src_dict)
        status = ReadinessStatus(d.pop("status"))

        dependencies = []
        _dependencies = d.pop("dependencies")
        for dependencies_item_data in _dependencies:
            dependencies_item = Dependency.from_dict(dependencies_item_data)

            dependencies.append(dependencies_item)

        readiness = cls(
            status=status,
            dependencies=dependencies,
        )

        return readiness
