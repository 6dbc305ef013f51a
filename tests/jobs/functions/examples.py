"""One or more requests per operation of the contract, in an order in which each finds what it needs.

``known.prepare`` has filled the database. A device with a difficult code comes from ``DIFFICULT``.
"""

import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import xlsxwriter

from tests.api.contract.known import ALARM, API_KEY_ID, DOWNLOAD_ID, EIGHT, TEAM
from tests.support.identity import PASSWORD

DIFFICULT = "焊机/1 %41+2?#&=é"
"""The code of a device with all that paths and queries must encode."""
BOUNDARY = "arcbeat-7d1c"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FROM, TO = f"{EIGHT:%Y-%m-%dT%H:%M:%S}+00:00", f"{EIGHT:%Y-%m-%dT}16:30:00+08:00"
RANGE: dict[str, Any] = {"from": FROM, "to": TO}
DAY = f"{EIGHT:%Y-%m-%d}"
ROWS = "device_code,device_name,device_type,team_name\n导入-1,焊机-301,welding,班组一\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request of one operation.

    Attributes:
        path: The parameters in the path.
        query: The parameters in the query; a list repeats its parameter.
        raw: The query as it is sent, instead of ``query``.
        form, json, text: The body, with its Content-Type.
        anonymous: Whether it is sent without credentials.
        username: Whose token it is sent with otherwise; each user is an administrator.
    """

    path: Mapping[str, object] | None = None
    query: Mapping[str, object] | None = None
    raw: str | None = None
    headers: Mapping[str, str] | None = None
    json: object = None
    content: bytes | None = None
    content_type: str = "application/json"
    anonymous: bool = False
    username: str = "admin"

    def target(self, template: str) -> str:
        """Return the target for a path of the contract."""
        path = template.format_map({name: quote(str(value), safe="") for name, value in (self.path or {}).items()})
        query = self.raw if self.raw is not None else urlencode(self.query or {}, doseq=True)
        return f"{path}?{query}" if query else path

    def body(self) -> bytes:
        """Return the body; empty if there is none."""
        if self.content is not None:
            return self.content
        return b"" if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()

    def sent_headers(self) -> list[tuple[str, str]]:
        """Return the headers without credentials."""
        body = [("Content-Type", self.content_type)] if self.body() else []
        return [*body, *(self.headers or {}).items()]


def _multipart(content: bytes, file_name: str, media_type: str) -> Example:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return Example(content=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def _workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for number, line in enumerate(ROWS.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    return file.getvalue()


def _form(**values: str) -> Example:
    content = urlencode(values).encode()
    return Example(content=content, content_type="application/x-www-form-urlencoded", anonymous=True)


def _reading(**values: object) -> dict[str, object]:
    return {"device_code": "W2", "ts": f"{EIGHT:%Y-%m-%dT%H:%M:%SZ}", "values": values}


READS: Mapping[str, Sequence[Example]] = {
    "get_me": [Example(), Example(anonymous=True), Example(anonymous=True, headers={"Authorization": "Bearer é"})],
    "list_users": [Example(query={"page_size": 2}), Example(query={"keyword": "管理"})],
    "get_user": [Example(path={"username": "viewer"}), Example(path={"username": "王伟"})],
    "list_api_keys": [Example()],
    "list_types": [Example(), Example(headers={"Accept-Language": "zh-CN"}), Example(query={"limit": 1})],
    "get_type": [Example(path={"type_code": "welding"}), Example(path={"type_code": "焊机"})],
    "list_fields": [Example(path={"type_code": "cutting"}, query={"include_hidden": "true"})],
    "list_super_tables": [Example(), Example(query={"page_size": 1})],
    "get_drift": [Example(path={"type_code": "welding"})],
    "list_devices": [
        Example(query={"team_name": TEAM, "page_size": 3}),
        Example(raw="keyword=%E7%84%8A%E6%9C%BA%2F1+%2541%2B2%3F%23%26%3D%C3%A9"),
        Example(raw="keyword"),
    ],
    "get_device": [
        Example(path={"device_code": "W1"}),
        Example(path={"device_code": DIFFICULT}),
        Example(path={"device_code": "no%2Fsuch"}, headers={"Accept-Language": "zh"}),
        Example(path={"device_code": "../../healthz"}),
    ],
    "get_download": [Example(path={"download_id": each}) for each in (DOWNLOAD_ID, "0" * 32)],
    "export_devices": [Example(), Example(query={"format": "xlsx"}), Example(query={"keyword": DIFFICULT})],
    "list_latest": [
        Example(query={"page_size": 2, "include": "device"}),
        Example(query={"type_code": "cutting", "use_dynamic_fields": "true"}),
        Example(raw="device_code=W1&device_code=W2&sort=device_code"),
        Example(raw="device_code=W1&device_code=W2&device_code=%E7%84%8A%E6%9C%BA&page_size=x&page_size=y"),
    ],
    "get_latest": [
        Example(path={"device_code": "W1"}),
        Example(path={"device_code": DIFFICULT}),
        Example(path={"device_code": "W1/x%20"}),
    ],
    "list_latest_by_earlier_name": [Example(query={"page_size": 1})],
    "get_snapshot": [Example()],
    "list_history": [
        Example(query={"device_code": "W1", **RANGE, "fields": ["weld_current", "device_status"]}),
        Example(raw=f"device_code=W1&from={FROM}&to={TO}"),
        Example(query={"device_code": "W1", "from": TO, "to": FROM}),
    ],
    "list_history_by_value": [Example(query={"field": "device_status", "value": ALARM, **RANGE})],
    "export_history": [
        Example(query={"device_code": "W1", **RANGE}, headers={"Accept-Language": "zh"}),
        Example(query={"device_code": "W1", **RANGE, "format": "ndjson", "time_zone": "Asia/Shanghai"}),
        Example(query={"device_code": "W1", **RANGE, "format": "xlsx"}),
    ],
    "list_windows": [
        Example(query={"device_code": ["W1", "W2"], **RANGE, "fields": "weld_current", "interval": "10m"})
    ],
    "list_group_windows": [
        Example(query={"group_by": "team_name", **RANGE, "fields": "weld_current", "interval": "1h"}),
        Example(query={"group_by": "type_code", **RANGE, "fields": "weld_current", "interval": "1h", "fill": "null"}),
    ],
    "export_windows": [Example(query={"device_code": "W1", **RANGE, "fields": "weld_current", "interval": "5m"})],
    "list_states": [Example(query={"device_code": "W1", "first_day": DAY, "last_day": DAY})],
    "list_state_spans": [Example(query={"device_code": "W1", **RANGE})],
    "export_state_spans": [Example(query={"device_code": "W1", **RANGE, "time_zone": "Asia/Shanghai"})],
    "list_alarms": [Example(query={"team_name": TEAM, **RANGE}), Example(query={"state": ALARM, **RANGE})],
    "list_dict_types": [Example()],
    "get_dict_type": [Example(path={"dict_type_id": 2}), Example(path={"dict_type_id": 2**63})],
    "list_dict_data": [Example(query={"dict_name": "焊机统计指标对照"})],
    "get_dict_data": [Example(path={"dict_data_id": 1})],
    "get_board_statistics": [Example(query={"data_label": "实时状态统计"}), Example(query={"data_label": "无"})],
    "get_board_status": [Example(query={"type_code": "welding"})],
    "list_jobs": [Example()],
    "get_job_statistics": [Example(query={"job": "check"})],
    "list_job_logs": [
        Example(query={"job": "check", "status": "success"}),
        Example(query={"text": "成功"}),
    ],
    "get_job_log": [Example(path={"log_id": 1}), Example(path={"log_id": 404})],
    "get_job_log_tree": [Example(path={"log_id": 1})],
    "get_job_log_timeline": [Example(path={"log_id": 1})],
    "get_run": [Example(path={"run_id": 1}), Example(path={"run_id": "x"})],
    "get_job": [Example(path={"name": "check"})],
    "list_runs": [Example(path={"name": "check"}, query={"include": "segments", "state": ["succeeded", "queued"]})],
    "list_job_alerts": [Example(query={"state": "open", "job": "check"}), Example(query={"severity": "fatal"})],
    "get_job_alert": [Example(path={"alert_id": 1}), Example(path={"alert_id": 404})],
    "get_liveness": [Example(anonymous=True)],
    "get_readiness": [Example(anonymous=True)],
    "get_metrics": [Example()],
}
"""Requests that change nothing."""
WRITES: Mapping[str, Sequence[Example]] = {
    "issue_token": [
        _form(grant_type="password", username="operator", password=PASSWORD),
        _form(grant_type="password", username="operator", password="错误的密码"),
    ],
    "refresh_token": [_form(grant_type="refresh_token", refresh_token="eyJhbGciOiJIUzI1NiJ9.e30.c2ln")],
    "create_user": [
        Example(json={"username": "wang.wei", "role": "viewer", "password": "correct horse battery staple"}),
        Example(json={"username": "王 伟", "role": "viewer", "password": "短"}, headers={"Accept-Language": "zh"}),
    ],
    "update_user": [Example(path={"username": "wang.wei"}, json={"role": "operator"})],
    "delete_user": [Example(path={"username": "wang.wei"})],
    "create_api_key": [Example(json={"name": "网关-1", "scopes": ["telemetry:write"]})],
    "revoke_api_key": [Example(path={"api_key_id": API_KEY_ID})],
    "create_type": [
        Example(
            query={"validate": "false"},
            json={
                "type_code": "milling",
                "labels": {"zh": "铣床", "en": "Milling machine"},
                "super_table": "test_db.milling_real_data",
            },
        )
    ],
    "update_type": [
        Example(path={"type_code": "cutting"}, json={"labels": {"zh": "切割", "en": "Cutter"}}),
        Example(path={"type_code": "cutting"}, json={"position": 4}, headers={"If-Match": '"999"'}),
    ],
    "replace_fields": [
        Example(
            path={"type_code": "milling"},
            json={"fields": [{"name": "device_status", "type": "nchar", "labels": {"zh": "状态", "en": "Status"}}]},
        )
    ],
    "import_fields": [
        Example(path={"type_code": "cutting"}, query={"dry_run": "true"}),
        Example(path={"type_code": "no_such"}, query={"dry_run": "true"}),
    ],
    "create_device": [
        Example(json={"device_code": "新-1", "device_name": "焊机-301", "device_type": "welding"}),
        Example(content=b'{"device_code": ', headers={"Accept-Language": "zh"}),
        Example(content=b"{}", content_type="text/plain"),
    ],
    "update_device": [Example(path={"device_code": "新-1"}, json={"team_name": "班组二", "is_locked": True})],
    "delete_device": [Example(path={"device_code": "新-1"})],
    "import_devices": [
        _multipart(ROWS.encode("utf-8-sig"), "设备.csv", "text/csv"),
        _multipart(_workbook(), "devices.xlsx", XLSX),
        Example(content=ROWS.encode(), content_type="text/csv; charset=utf-8", query={"dry_run": "true"}),
        Example(content=_workbook(), content_type=XLSX, query={"empty_cells": "keep"}),
        # As a body of its own, text in this encoding would not survive API Gateway.
        _multipart(ROWS.encode("gb18030"), "devices.csv", "text/csv; charset=gb18030"),
    ],
    "append_readings": [
        Example(json={"type_code": "welding", "readings": [_reading(device_status="焊接", weld_current=150.5)]}),
        Example(
            query={"type_code": "welding"},
            content=b"\n".join(json.dumps(_reading(weld_current=n), ensure_ascii=False).encode() for n in (1, "x")),
            content_type="application/x-ndjson",
        ),
        Example(
            content=gzip.compress(
                json.dumps({"type_code": "welding", "readings": [_reading(weld_current=3)]}).encode()
            ),
            headers={"Content-Encoding": "gzip"},
        ),
    ],
    "create_download_link": [Example(json={"url": "/api/v1/device/info-export?format=csv"})],
    "cancel_download": [Example(path={"download_id": each}) for each in (DOWNLOAD_ID, "0" * 32)],
    "acknowledge_alarm": [
        Example(
            json={
                "device_code": "W1",
                "start": f"{EIGHT + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}",
                "note": "已通知维修",
            }
        )
    ],
    "withdraw_acknowledgement": [
        Example(query={"device_code": "W1", "start": f"{EIGHT + timedelta(minutes=10):%Y-%m-%dT%H:%M:%S}+00:00"})
    ],
    "create_dict_type": [Example(json={"dict_name": name}) for name in ("班组对照", "工位对照")],
    "update_dict_type": [Example(path={"dict_type_id": 4}, json={"description": "空"})],
    "delete_dict_type": [Example(path={"dict_type_id": 4}), Example(path={"dict_type_id": 2})],
    "create_dict_data": [Example(json={"dict_type_id": 2, "data_label": "产量（日）", "data_value": "a", "order": 3})],
    "update_dict_data": [Example(path={"dict_data_id": 1}, json={"enabled": True})],
    "delete_dict_data": [Example(path={"dict_data_id": 2})],
    "update_job": [
        Example(path={"name": "check"}, json={"time_zone": "UTC"}),
        Example(path={"name": "check"}, json={"schedule": "30 2 * * *"}, headers={"If-Match": '"999"'}),
    ],
    "start_run": [
        Example(path={"name": "check"}, json={"dry_run": True}, headers={"Idempotency-Key": "一-1"}),
        Example(path={"name": "check"}, json={"dry_run": True}, headers={"Idempotency-Key": "a-1"}),
        Example(path={"name": "check"}, json={"dry_run": True}, headers={"Idempotency-Key": "a-1"}),
    ],
    "cancel_run": [Example(path={"run_id": 2})],
    "retry_run": [Example(path={"run_id": 1})],
    "acknowledge_job_alert": [Example(path={"alert_id": each}, json={"note": "正在重启数据库"}) for each in (1, 2)],
    "log_out": [Example(username="operator")],
    "change_password": [Example(json={"old_password": PASSWORD, "new_password": "an even better horse battery"})],
}
"""Requests that change something, each after those that it needs."""
