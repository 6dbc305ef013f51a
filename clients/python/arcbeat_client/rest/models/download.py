from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.download_failure import DownloadFailure
from ..models.download_status import DownloadStatus

T = TypeVar("T", bound="Download")


@_attrs_define
class Download:
    """The state of a download that was made with a link.

    Attributes:
        download_id (str): Id of the download, to follow or cancel it with `/api/v1/downloads/{download_id}`. It is no
            secret. Example: 0123456789abcdef0123456789abcdef.
        status (DownloadStatus): `waiting`: the link was not used yet. `running`: the export is being read and sent.
            `finished`: the server has sent the whole file.
            `failed`: see `failure`. `cancelled`: it was cancelled with `DELETE`. `expired`: the link was not used in time.
             Example: running.
        rows (int): Rows that were written to the file. An XLSX file is complete before its first byte is sent. Example:
            125000.
        bytes_sent (int): Bytes of the file that were sent, before compression. Proxies and the network may hold some of
            them. Example: 8250000.
        progress (float | None): The share of the rows that were read; null if it is not known, as of an export of
            devices. It is the share of the time range for
            an export of history, of the devices and their time range for state spans, and of the rows for windows.
             Example: 0.42.
        created_at (datetime.datetime): When the link was made. Example: 2026-03-02T08:00:00+08:00.
        started_at (datetime.datetime | None): When the link was used; null before. Example: 2026-03-02T08:00:01+08:00.
        finished_at (datetime.datetime | None): When the download ended, in whatever way; null before.
        failure (DownloadFailure): Why the download failed; null unless its status is `failed`. `problem`: the export
            failed with the problem of `problem_type`.
            `disconnected`: the browser, or the network, closed the connection, or accepted no data for a minute.
            `server_lost`: the server
            process has stopped, or has not reported for 30 seconds.
             Example: disconnected.
        problem_type (None | str): The `type` of the problem, if the failure is a `problem`.
    """

    download_id: str
    status: DownloadStatus
    rows: int
    bytes_sent: int
    progress: float | None
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    failure: DownloadFailure
    problem_type: None | str

    def to_dict(self) -> dict[str, Any]:
        download_id = self.download_id

        status = self.status.value

        rows = self.rows

        bytes_sent = self.bytes_sent

        progress: float | None
        progress = self.progress

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        failure = self.failure.value

        problem_type: None | str
        problem_type = self.problem_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "download_id": download_id,
                "status": status,
                "rows": rows,
                "bytes_sent": bytes_sent,
                "progress": progress,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "failure": failure,
                "problem_type": problem_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        download_id = d.pop("download_id")

        status = DownloadStatus(d.pop("status"))

        rows = d.pop("rows")

        bytes_sent = d.pop("bytes_sent")

        def _parse_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        progress = _parse_progress(d.pop("progress"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        failure = DownloadFailure(d.pop("failure"))

        def _parse_problem_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem_type = _parse_problem_type(d.pop("problem_type"))

        download = cls(
            download_id=download_id,
            status=status,
            rows=rows,
            bytes_sent=bytes_sent,
            progress=progress,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            failure=failure,
            problem_type=problem_type,
        )

        return download
