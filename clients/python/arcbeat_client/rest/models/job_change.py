from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.misfire_policy import MisfirePolicy
from ..models.overlap_policy import OverlapPolicy
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_parameters import JobParameters
    from ..models.retry_policy_change import RetryPolicyChange


T = TypeVar("T", bound="JobChange")


@_attrs_define
class JobChange:
    """The properties to change. Omitted properties keep their value. `schedule` null removes the schedule.

    Attributes:
        schedule (None | str | Unset): When the job runs, as a cron expression of five fields. Example: 30 2 * * *.
        time_zone (str | Unset): IANA name of the time zone of the schedule. Example: Asia/Shanghai.
        enabled (bool | Unset): Whether the schedule starts the job. Example: True.
        timeout_seconds (float | Unset): Time limit in seconds of a run with all its attempts and waits. Example: 600.
        overlap (OverlapPolicy | Unset): What happens to a run that is requested while another run of an exclusive job
            has not ended: `skip` stores it as skipped,
            `queue` lets it wait, and `refuse` stores it as refused and rejects the request (409).
             Example: skip.
        misfire (MisfirePolicy | Unset): What happens to the moments of the schedule that passed while no scheduler ran:
            `run_once` makes one run for all of them,
            and `skip` makes none.
             Example: run_once.
        misfire_grace_seconds (float | Unset): A scheduled moment that is missed by fewer seconds is not a misfire.
            Example: 60.
        max_resumes (int | Unset): How often a run whose worker died is resumed. Example: 3.
        retry (RetryPolicyChange | Unset): The properties of the retry policy to change. Omitted properties keep their
            value.
        parameters (JobParameters | Unset): Values of parameters by name. Example: {'apply': False}.
    """

    schedule: None | str | Unset = UNSET
    time_zone: str | Unset = UNSET
    enabled: bool | Unset = UNSET
    timeout_seconds: float | Unset = UNSET
    overlap: OverlapPolicy | Unset = UNSET
    misfire: MisfirePolicy | Unset = UNSET
    misfire_grace_seconds: float | Unset = UNSET
    max_resumes: int | Unset = UNSET
    retry: RetryPolicyChange | Unset = UNSET
    parameters: JobParameters | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        schedule: None | str | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        else:
            schedule = self.schedule

        time_zone = self.time_zone

        enabled = self.enabled

        timeout_seconds = self.timeout_seconds

        overlap: str | Unset = UNSET
        if not isinstance(self.overlap, Unset):
            overlap = self.overlap.value

        misfire: str | Unset = UNSET
        if not isinstance(self.misfire, Unset):
            misfire = self.misfire.value

        misfire_grace_seconds = self.misfire_grace_seconds

        max_resumes = self.max_resumes

        retry: dict[str, Any] | Unset = UNSET
        if not isinstance(self.retry, Unset):
            retry = self.retry.to_dict()

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if timeout_seconds is not UNSET:
            field_dict["timeout_seconds"] = timeout_seconds
        if overlap is not UNSET:
            field_dict["overlap"] = overlap
        if misfire is not UNSET:
            field_dict["misfire"] = misfire
        if misfire_grace_seconds is not UNSET:
            field_dict["misfire_grace_seconds"] = misfire_grace_seconds
        if max_resumes is not UNSET:
            field_dict["max_resumes"] = max_resumes
        if retry is not UNSET:
            field_dict["retry"] = retry
        if parameters is not UNSET:
            field_dict["parameters"] = parameters

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.job_parameters import JobParameters
        from ..models.retry_policy_change import RetryPolicyChange

        d = dict(src_dict)

        def _parse_schedule(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        time_zone = d.pop("time_zone", UNSET)

        enabled = d.pop("enabled", UNSET)

        timeout_seconds = d.pop("timeout_seconds", UNSET)

        _overlap = d.pop("overlap", UNSET)
        overlap: OverlapPolicy | Unset
        if isinstance(_overlap, Unset):
            overlap = UNSET
        else:
            overlap = OverlapPolicy(_overlap)

        _misfire = d.pop("misfire", UNSET)
        misfire: MisfirePolicy | Unset
        if isinstance(_misfire, Unset):
            misfire = UNSET
        else:
            misfire = MisfirePolicy(_misfire)

        misfire_grace_seconds = d.pop("misfire_grace_seconds", UNSET)

        max_resumes = d.pop("max_resumes", UNSET)

        _retry = d.pop("retry", UNSET)
        retry: RetryPolicyChange | Unset
        if isinstance(_retry, Unset):
            retry = UNSET
        else:
            retry = RetryPolicyChange.from_dict(_retry)

        _parameters = d.pop("parameters", UNSET)
        parameters: JobParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = JobParameters.from_dict(_parameters)

        job_change = cls(
            schedule=schedule,
            time_zone=time_zone,
            enabled=enabled,
            timeout_seconds=timeout_seconds,
            overlap=overlap,
            misfire=misfire,
            misfire_grace_seconds=misfire_grace_seconds,
            max_resumes=max_resumes,
            retry=retry,
            parameters=parameters,
        )

        return job_change
