from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_parameters import JobParameters


T = TypeVar("T", bound="JobRunCreate")


@_attrs_define
class JobRunCreate:
    """The run to start.

    Attributes:
        parameters (JobParameters | Unset): Values of parameters by name. Example: {'apply': False}.
        dry_run (bool | Unset): Report what the job would change, and change nothing. Default: False.
    """

    parameters: JobParameters | Unset = UNSET
    dry_run: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.job_parameters import JobParameters

        d = dict(src_dict)
        _parameters = d.pop("parameters", UNSET)
        parameters: JobParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = JobParameters.from_dict(_parameters)

        dry_run = d.pop("dry_run", UNSET)

        job_run_create = cls(
            parameters=parameters,
            dry_run=dry_run,
        )

        return job_run_create
