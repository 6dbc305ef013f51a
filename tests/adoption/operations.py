"""Walks all operations on devices and dictionaries, with reads first, so that a table with rows is read as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.service import Service

INFO, DATA, DICT = "/api/v1/device/info", "/api/v1/device/data", "/api/v1/dict"
CSV = {"Content-Type": "text/csv"}
SORT_COLUMNS = (
    *("device_code", "device_name", "device_model", "device_type", "manufacturer", "production_date", "install_date"),
    *("install_location", "online_address", "team_name", "is_locked", "created_at", "updated_at"),
)
FULL_DEVICE = {
    "device_code": "N" * 50,
    "device_name": "n" * 100,
    "device_type": "welding",
    "device_model": "m" * 50,
    "manufacturer": "f" * 100,
    "production_date": "2024-02-29",
    "install_date": "0001-01-01",
    "install_location": "l" * 255,
    "online_address": "a" * 255,
    "team_name": "t" * 100,
    "is_locked": True,
    "description": "d" * 4096,
}


@dataclass
class Walk:
    """The answers of one walk, by the request that caused them."""

    client: httpx.Client
    answers: dict[str, httpx.Response] = field(default_factory=dict)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self.client.request(method, path, **more)
        self.answers[f"{method} {path} {more.get('params') or more.get('json') or ''}"[:200]] = answer
        return answer

    @property
    def failures(self) -> dict[str, str]:
        """The problems that are the fault of the service, by request."""
        return {name: problem for name, problem in self.rejections.items() if problem.startswith("5")}

    @property
    def rejections(self) -> dict[str, str]:
        """The status, the type and the detail of every problem, by request."""
        return {name: _problem(each) for name, each in self.answers.items() if each.status_code >= 400}


def _problem(answer: httpx.Response) -> str:
    body = answer.json()
    errors = [each["detail"] for each in body.get("errors", [])]
    return f"{answer.status_code} {body['type'].rpartition(':')[2]}: {'; '.join(errors) or body['detail']}"


def walk(service: Service, client: httpx.Client) -> Walk:
    """Request every operation that touches the adopted tables."""
    result = Walk(client)
    _read_devices(result)
    _read_readings(result)
    _write_readings(result)
    _read_dictionary(result)
    for type_id in (_write_dictionary(result), 3):
        _write_dictionary_data(result, type_id)
    _write_devices(result)
    return result


def _read_devices(walk: Walk) -> None:
    for sort in SORT_COLUMNS:
        for direction in ("", "-"):
            walk.request("GET", INFO, params={"sort": f"{direction}{sort}"})
    for params in ({"keyword": "焊"}, {"type_code": "welding"}, {"team_name": "a"}, {"locked": False}, {"page": 9}):
        walk.request("GET", INFO, params=params)
    for code in _codes(walk):
        walk.request("GET", f"{INFO}/{code}")
    for name in ("csv", "xlsx", "ndjson"):
        walk.request("GET", f"{INFO}-export", params={"format": name})


def _read_readings(walk: Walk) -> None:
    for path, params in (
        (f"{DATA}/realtime", {"max_age": 0}),
        (f"{DATA}/realtime", {"max_age": 0, "team_name": "a", "keyword": "焊"}),
        (f"{DATA}/realtime/W001", {}),
        (f"{DATA}/realtime/snapshot", {}),
        ("/api/v1/device/types/welding/drift", {}),
        ("/api/v1/board/status", {"type_code": "welding"}),
        ("/api/v1/board/statistics", {"data_label": "平均在线率（日）"}),
        ("/readyz", {}),
    ):
        walk.request("GET", path, params=params)


def _write_readings(walk: Walk) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    reading = {"device_code": "W001", "ts": now.isoformat(), "values": {"weld_current": 1.5}}
    walk.request("POST", DATA, json={"type_code": "welding", "readings": [reading]})
    within = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
    day = now.date().isoformat()
    for path, params in (
        (f"{DATA}/history", {"device_code": "W001", **within}),
        (f"{DATA}/windows", {"device_code": "W001", "fields": "weld_current", "interval": "1h", **within}),
        (f"{DATA}/states", {"type_code": "welding", "first_day": day, "last_day": day}),
    ):
        walk.request("GET", path, params=params)


def _read_dictionary(walk: Walk) -> None:
    for each in _items(walk, f"{DICT}/types"):
        walk.request("GET", f"{DICT}/types/{each['id']}")
    for params in ({"keyword": "a"}, {"enabled": True}, {"enabled": False}, {"dict_name": "班组"}, {"dict_type_id": 3}):
        walk.request("GET", f"{DICT}/data", params=params)
    for each in _items(walk, f"{DICT}/data"):
        walk.request("GET", f"{DICT}/data/{each['id']}")


def _write_devices(walk: Walk) -> None:
    for code in _codes(walk):
        walk.request("PATCH", f"{INFO}/{code}", json={"device_name": "焊机 新"})
        walk.request(
            "PATCH", f"{INFO}/{code}", json={"team_name": "b", "is_locked": True, "install_date": "2024-01-31"}
        )
        walk.request("PATCH", f"{INFO}/{code}", json={"team_name": None, "install_date": None, "is_locked": False})
    walk.request("POST", INFO, json=FULL_DEVICE)
    walk.request("POST", INFO, json={"device_code": "N-1", "device_name": "n", "device_type": "welding"})
    for dry_run in (True, False):
        file = "device_code,device_name,device_type,team_name\nN-1,again,welding,c\nN-2,new,welding,\n"
        walk.request("POST", f"{INFO}-import", params={"dry_run": dry_run}, content=file.encode(), headers=CSV)
    for name in ("csv", "xlsx", "ndjson"):
        walk.request("GET", f"{INFO}-export", params={"format": name})
    for code in _codes(walk):
        walk.request("DELETE", f"{INFO}/{code}")


def _write_dictionary(walk: Walk) -> int:
    """Return the id of a type that can be written to."""
    created = walk.request("POST", f"{DICT}/types", json={"dict_name": "x" * 100, "description": "d" * 1000})
    created = created if created.is_success else walk.request("POST", f"{DICT}/types", json={"dict_name": "short"})
    if not created.is_success:
        return 2
    type_id = int(created.json()["id"])
    walk.request("PATCH", f"{DICT}/types/{type_id}", json={"dict_name": "renamed", "description": None})
    return type_id


def _write_dictionary_data(walk: Walk, type_id: int) -> None:
    full = {"data_label": "l" * 100, "data_value": "v" * 255, "order": 32767, "enabled": False}
    thresholds = {"late_after_seconds": 0.1, "stale_after_seconds": 1e9}
    walk.request("POST", f"{DICT}/data", json={"dict_type_id": type_id, **full, **thresholds})
    walk.request("POST", f"{DICT}/data", json={"dict_type_id": type_id, "data_label": "short", "data_value": "v"})
    for each in _items(walk, f"{DICT}/data"):
        for change in ({"enabled": False}, {"order": 5}, {"data_value": "w"}, thresholds):
            walk.request("PATCH", f"{DICT}/data/{each['id']}", json=change)
    for each in _items(walk, f"{DICT}/data", dict_type_id=type_id):
        walk.request("DELETE", f"{DICT}/data/{each['id']}")
    walk.request("DELETE", f"{DICT}/types/{type_id}")


def _codes(walk: Walk) -> Iterator[str]:
    for each in _items(walk, INFO):
        yield each["device_code"]


def _items(walk: Walk, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = walk.request("GET", path, params={"page_size": 100, **params})
    return list(answer.json().get("items", [])) if answer.is_success else []
