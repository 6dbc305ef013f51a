"""When devices were in which state."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data/states/spans"
EIGHT = datetime(2024, 5, 2, 8, tzinfo=UTC)
RANGE = {"from": "2024-05-02T16:00:00+08:00", "to": "2024-05-02T16:30:00+08:00"}

Span = tuple[str, str, str | None, float, float]


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("S1", "S2", "S3")
    service.register("SC", device_type="cutting")
    send(service, "S1", "焊接", -1, 10)
    send(service, "S1", "待机", 10, 12)
    send(service, "S1", None, 12, 13)
    send(service, "S1", "焊接", 20, 40)
    send(service, "S2", "报警", 0, 1)


def send(service: Service, device_code: str, state: str | None, first: int, end: int) -> None:
    """Send a reading every thirty seconds; ``first`` and ``end`` are minutes from eight."""
    readings = [
        {
            "device_code": device_code,
            "ts": (EIGHT + timedelta(seconds=second)).isoformat(),
            "values": {"device_status": state},
        }
        for second in range(first * 60, end * 60, 30)
    ]
    answer = service.operator.post("/api/v1/device/data", json={"type_code": "welding", "readings": readings})
    assert answer.json()["accepted"] == len(readings)


def ask(service: Service, **parameters: Any) -> httpx.Response:
    return service.operator.get(PATH, params={"device_code": ["S1", "S2", "S3"], **RANGE, **parameters})


def spans(answer: httpx.Response) -> list[Span]:
    """Return device, kind, state, and start and end in minutes from eight."""
    return [
        (
            each["device_code"],
            each["kind"],
            each["state"],
            *((datetime.fromisoformat(each[name]) - EIGHT) / timedelta(minutes=1) for name in ("start", "end")),
        )
        for each in answer.json()["items"]
    ]


ALL: list[Span] = [
    ("S1", "state", "焊接", 0, 10),
    ("S1", "state", "待机", 10, 12),
    ("S1", "unknown", None, 12, 13.5),
    ("S1", "silent", None, 13.5, 20),
    ("S1", "state", "焊接", 20, 30),
    ("S2", "state", "报警", 0, 1.5),
    ("S2", "silent", None, 1.5, 30),
    ("S3", "silent", None, 0, 30),
]


def test_the_spans_of_a_device_divide_the_range(service: Service) -> None:
    answer = ask(service)

    assert spans(answer) == ALL
    body = answer.json()
    assert (body["next_cursor"], body["type_code"]) == (None, "welding")
    assert (body["states"], body["offline_states"]) == (["焊接", "待机", "报警", "关机"], ["关机"])


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, 8])
def test_pages_of_any_size_have_the_same_spans(service: Service, page_size: int) -> None:
    found: list[Span] = []
    cursor: dict[str, str] = {}
    while True:
        answer = ask(service, page_size=page_size, **cursor)
        found += spans(answer)
        if (text := answer.json()["next_cursor"]) is None:
            break
        cursor = {"cursor": text}

    assert found == ALL


def test_without_to_the_range_ends_now_on_every_page(service: Service) -> None:
    now = datetime.now(UTC)
    query = {"device_code": "S3", "from": (now - timedelta(hours=1)).isoformat()}
    (only,) = service.operator.get(PATH, params=query).json()["items"]

    assert only["kind"] == "silent"
    assert now <= datetime.fromisoformat(only["end"]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"from": "2024-01-01T00:00:00Z"}, "from"),
        ({"from": "2024-05-03T00:00:00Z"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"device_code": ["S1", "SC"]}, "device_code"),
        ({"page_size": 5001}, "page_size"),
        ({"cursor": "bm90IG9uZQ"}, "cursor"),
    ],
)
def test_an_invalid_parameter_is_reported_by_name(service: Service, parameters: dict[str, Any], name: str) -> None:
    answer = ask(service, **parameters)

    assert answer.status_code == 400
    assert {each["name"] for each in answer.json()["errors"]} == {name}


def test_a_cursor_is_valid_only_for_the_same_devices_and_range(service: Service) -> None:
    cursor = ask(service, page_size=2).json()["next_cursor"]

    assert ask(service, page_size=3, device_code=["S2", "S3", "S1"], cursor=cursor).status_code == 200
    assert ask(service, device_code=["S1", "S2"], cursor=cursor).status_code == 400
    assert ask(service, to="2024-05-02T16:31:00+08:00", cursor=cursor).status_code == 400


def test_an_unknown_device_is_not_found(service: Service) -> None:
    assert ask(service, device_code="nobody").status_code == 404


def test_a_file_has_one_row_per_span_in_the_time_zone(service: Service) -> None:
    parameters = {"device_code": ["S1", "S2", "S3"], **RANGE, "time_zone": "Asia/Shanghai"}

    answer = service.operator.get(f"{PATH}/export", params=parameters, headers={"Accept-Language": "en"})

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Device code", "Kind", "State", "Start (Asia/Shanghai)", "End (Asia/Shanghai)"]
    assert len(rows) == 1 + len(ALL)
    assert rows[2][:3] == ["S1", "state", "待机"]
    assert rows[2][3].startswith("2024-05-02")
    assert "16:10" in rows[2][3]


def test_a_file_may_have_a_range_of_any_length(service: Service) -> None:
    parameters = {"device_code": ["S2", "S3"], "from": "2022-01-01T00:00:00Z", "to": "2024-05-03T00:00:00Z"}

    answer = service.operator.get(f"{PATH}/export", params={**parameters, "format": "ndjson"})

    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 4
