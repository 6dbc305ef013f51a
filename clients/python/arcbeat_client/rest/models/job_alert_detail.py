from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.alert_severity import AlertSeverity
from ..models.job_problem import JobProblem

if TYPE_CHECKING:
    from ..models.job_alert_acknowledgement_type_0 import JobAlertAcknowledgementType0
    from ..models.job_alert_notice import JobAlertNotice


T = TypeVar("T", bound="JobAlertDetail")


@_attrs_define
class JobAlertDetail:
    """An alert with its notices.

    Attributes:
        id (int): Id of the alert. Example: 17.
        job_name (str): Name of the job. Example: check_latest.
        problem (JobProblem): A kind of problem. `failing`: runs fail. `silent`: a run that was expected did not begin.
            `stuck`: a run began and does not end.
            `damaged`: the stored settings are damaged. `slow`, `memory`, `slow_queries`: runs take longer, need more
            memory, or wait longer for
            the database than usual. `log_volume`: the log of jobs fills the disk.
        severity (AlertSeverity): How urgent an alert is. The notices of a warning wait until quiet hours end.
        open_ (bool): Whether the problem still exists. Example: True.
        message (str): The problem in English with its figures, as it was found last. Example: The last 3 runs of
            check_latest failed: network_error..
        first_message (str): The same as it was found first. Example: The last run of check_latest failed:
            network_error..
        findings (int): How often the problem was found. Example: 12.
        opened_at (datetime.datetime): When the problem was found first. Example: 2026-03-02T08:15:00+08:00.
        last_found_at (datetime.datetime): When the problem was found last. Example: 2026-03-02T09:10:00+08:00.
        gone_since (datetime.datetime | None): When the problem was looked for and not found, for the first time since
            `last_found_at`. An alert is closed some time later, so
            that a problem that comes and goes has one alert.
        closed_at (datetime.datetime | None): When the alert was closed; null while it is open.
        escalated_at (datetime.datetime | None): When the alert was escalated, because it had been open for long without
            an acknowledgement.
        acknowledgement (JobAlertAcknowledgementType0 | None): Who deals with the alert, so that it is not escalated;
            null if no person has acknowledged it.
        notices (list[JobAlertNotice]): The notices in the order of their creation.
    """

    id: int
    job_name: str
    problem: JobProblem
    severity: AlertSeverity
    open_: bool
    message: str
    first_message: str
    findings: int
    opened_at: datetime.datetime
    last_found_at: datetime.datetime
    gone_since: datetime.datetime | None
    closed_at: datetime.datetime | None
    escalated_at: datetime.datetime | None
    acknowledgement: JobAlertAcknowledgementType0 | None
    notices: list[JobAlertNotice]

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_alert_acknowledgement_type_0 import JobAlertAcknowledgementType0

        id = self.id

        job_name = self.job_name

        problem = self.problem.value

        severity = self.severity.value

        open_ = self.open_

        message = self.message

        first_message = self.first_message

        findings = self.findings

        opened_at = self.opened_at.isoformat()

        last_found_at = self.last_found_at.isoformat()

        gone_since: None | str
        if isinstance(self.gone_since, datetime.datetime):
            gone_since = self.gone_since.isoformat()
        else:
            gone_since = self.gone_since

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        escalated_at: None | str
        if isinstance(self.escalated_at, datetime.datetime):
            escalated_at = self.escalated_at.isoformat()
        else:
            escalated_at = self.escalated_at

        acknowledgement: dict[str, Any] | None
        if isinstance(self.acknowledgement, JobAlertAcknowledgementType0):
            acknowledgement = self.acknowledgement.to_dict()
        else:
            acknowledgement = self.acknowledgement

        notices = []
        for notices_item_data in self.notices:
            notices_item = notices_item_data.to_dict()
            notices.append(notices_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "job_name": job_name,
                "problem": problem,
                "severity": severity,
                "open": open_,
                "message": message,
                "first_message": first_message,
                "findings": findings,
                "opened_at": opened_at,
                "last_found_at": last_found_at,
                "gone_since": gone_since,
                "closed_at": closed_at,
                "escalated_at": escalated_at,
                "acknowledgement": acknowledgement,
                "notices": notices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.job_alert_acknowledgement_type_0 import JobAlertAcknowledgementType0
        from ..models.job_alert_notice import JobAlertNotice

        d = dict(src_dict)
        id = d.pop("id")

        job_name = d.pop("job_name")

        problem = JobProblem(d.pop("problem"))

        severity = AlertSeverity(d.pop("severity"))

        open_ = d.pop("open")

        message = d.pop("message")

        first_message = d.pop("first_message")

        findings = d.pop("findings")

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        last_found_at = datetime.datetime.fromisoformat(d.pop("last_found_at"))

        def _parse_gone_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                gone_since_type_0 = datetime.datetime.fromisoformat(data)

                return gone_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        gone_since = _parse_gone_since(d.pop("gone_since"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        def _parse_escalated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                escalated_at_type_0 = datetime.datetime.fromisoformat(data)

                return escalated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        escalated_at = _parse_escalated_at(d.pop("escalated_at"))

        def _parse_acknowledgement(data: object) -> JobAlertAcknowledgementType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_alert_acknowledgement_type_0 = JobAlertAcknowledgementType0.from_dict(data)

                return componentsschemas_job_alert_acknowledgement_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobAlertAcknowledgementType0 | None, data)

        acknowledgement = _parse_acknowledgement(d.pop("acknowledgement"))

        notices = []
        _notices = d.pop("notices")
        for notices_item_data in _notices:
            notices_item = JobAlertNotice.from_dict(notices_item_data)

            notices.append(notices_item)

        job_alert_detail = cls(
            id=id,
            job_name=job_name,
            problem=problem,
            severity=severity,
            open_=open_,
            message=message,
            first_message=first_message,
            findings=findings,
            opened_at=opened_at,
            last_found_at=last_found_at,
            gone_since=gone_since,
            closed_at=closed_at,
            escalated_at=escalated_at,
            acknowledgement=acknowledgement,
            notices=notices,
        )

        return job_alert_detail
