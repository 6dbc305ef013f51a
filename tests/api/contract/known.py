"""What the database of the contract tests contains, and the values of parameters that find it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.jobs.alerts import JobProblem
from tests.support.identity import PASSWORD, add_user
from tests.support.job_alerts import AlertWatch, finding
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

EIGHT = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=1)
"""The time of the first reading: yesterday, so that a range that begins before it and ends now is short enough."""
TEAM = "班组一"
ALARM = "报警"
API_KEY_ID = "0" * 16
DOWNLOAD_ID = "a" * 32
DICTIONARIES = [2, 4]
"""The first of the two that the migrations create, and one without data."""
_FROM = [f"{EIGHT - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}", f"{EIGHT:%Y-%m-%dT%H:%M:%SZ}"]
_TO = [f"{EIGHT + timedelta(minutes=15):%Y-%m-%dT%H:%M:%SZ}", f"{EIGHT + timedelta(hours=10):%Y-%m-%dT%H:%M:%S+08:00}"]
_DEVICES = ["W1", "W2"]
_TYPES = ["welding", "cutting"]

PARAMETERS: dict[str, list[Any]] = {
    "device_code": _DEVICES,
    "type_code": _TYPES,
    "team_name": [TEAM],
    "device_status": [ALARM, "焊接"],
    "from": _FROM,
    "to": _TO,
    "first_day": [f"{EIGHT - timedelta(days=1):%Y-%m-%d}", f"{EIGHT:%Y-%m-%d}"],
    "last_day": [f"{EIGHT:%Y-%m-%d}"],
    "start": [f"{EIGHT + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"],
    "state": [ALARM],
    "field": ["device_status", "weld_current"],
    "value": [ALARM, "1.5"],
    "fields": ["device_status", "weld_current"],
    "interval": ["1m", "1h"],
    "time_zone": ["Asia/Shanghai", "UTC"],
    "username": [role.value for role in Role],
    "dict_type_id": DICTIONARIES,
    "dict_data_id": [1, 2],
    "dict_name": ["焊机统计指标对照"],
    "data_label": ["实时状态统计"],
    "api_key_id": [API_KEY_ID],
    "download_id": [DOWNLOAD_ID],
    "name": [CHECK.name],
    "job": [CHECK.name],
    "run_id": [1, 2],
    "log_id": [1, 2],
    "alert_id": [1, 2],
    "If-None-Match": ["*"],
}
"""The values by the name of a parameter."""
PROPERTIES: dict[str, list[Any]] = {
    "device_code": _DEVICES,
    "type_code": _TYPES,
    "device_type": _TYPES,
    "team_name": [TEAM],
    "start": PARAMETERS["start"],
    "username": PARAMETERS["username"],
    "password": [PASSWORD],
    "old_password": [PASSWORD],
    "dict_type_id": DICTIONARIES,
    "url": ["/api/v1/device/info-export", "/api/v1/device/data/history/export?device_code=W1"],
}
"""The values by the name of a property of a body."""


def prepare(service: Service) -> None:
    """Store users, devices with readings, an alarm, dictionaries, an API key, a download, runs of a job, and alerts."""
    for role in Role:
        add_user(service, role.value, role)
    service.register("W1", "W2", *(f"W{number}" for number in range(3, 30)), team_name=TEAM)
    service.register("C1", device_type="cutting")
    for minute, state in enumerate(["焊接"] * 10 + [ALARM] * 10 + ["待机"]):
        at = EIGHT + timedelta(minutes=minute)
        service.append("W1", ts=at, weld_current=1.5 + minute, lock_status=True, device_status=state)
        service.append("C1", type_code="cutting", ts=at, pulses=9007199254740993 + minute, device_status=state)
    service.append("W1", weld_current=1, lock_status=True, device_status="焊接")
    service.execute("insert into t_dict_type (id, dict_name) values (%s, 'empty')", DICTIONARIES[-1])
    service.execute(
        "insert into t_api_key (api_key_id, name, scopes, key_hash, created_by) "
        "values (%s, 'known', '{device:read}', %s, 'admin')",
        API_KEY_ID,
        bytes(32),
    )
    service.execute(
        "insert into t_download (download_id, owner, expires_at) values (%s, 'user:admin', '2199-01-01Z')", DOWNLOAD_ID
    )
    worker = Worker(service.database_url)
    worker.register(CHECK)
    for _ in range(2):
        assert service.operator.post(f"/api/v1/jobs/{CHECK.name}/runs", json={}).status_code == 202
    worker.finish(worker.claim())
    watch = AlertWatch(service.database_url, CHECK.name)
    watch.look(finding(CHECK.name))
    watch.look(finding(CHECK.name, JobProblem.SLOW))  # the first one is closed
