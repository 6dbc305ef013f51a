"""Tests of malformed and malicious bodies: each is rejected with a problem, and nothing is stored."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data"
LATEST = "/api/v1/device/data/realtime/W1"


@pytest.fixture(scope="module", autouse=True)
def device(service: Service) -> None:
    service.register("W1")


def batch(**changed: Any) -> dict[str, Any]:
    reading = {"device_code": "W1", "ts": datetime.now(UTC).isoformat(), "values": {"weld_current": 1.0}}
    return {"type_code": "welding", "readings": [reading, {**reading, **changed}]}


def encoded(**changed: Any) -> bytes:
    return json.dumps(batch(**changed)).encode()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (encoded()[:-1], 400),
        (encoded() + b"}", 400),
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (json.dumps(batch()).encode("utf-16"), 400),
        (json.dumps(batch(device_code="焊机"), ensure_ascii=False).encode("gbk"), 400),
        (b"\xef\xbb\xbf" + encoded(), 400),
        (gzip.compress(encoded(), mtime=0), 400),
        (encoded().replace(b'"welding"', b'"weld\\u0000ing"'), 400),
        (encoded(device_code="W\x00"), 400),
        (encoded(device_code="W\ud800"), 400),
        (encoded(ts=10**400), 400),
        (encoded(ts="2026-02-30T00:00:00Z"), 400),
        (encoded(values={"weld_current": 1}).replace(b": 1}", b": NaN}"), 400),
        (encoded(values={"weld_current": {"deep": 1}}), 400),
        (encoded(values=[1.0] * 10_000), 400),
        (json.dumps({**batch(), "readings": batch()["readings"] * 5_000}).encode(), 400),
        (b'{"type_code": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (encoded(values={"team_name": "x" * 9_000_000}), 413),
    ],
    ids=[
        "cut off", "too long", "empty", "null", "list", "UTF-16", "GBK", "byte order mark", "compressed",
        "null character in the type", "null character in the device", "lone surrogate", "number for a time",
        "day that is none", "NaN", "object for a value", "list for values", "10 000 readings", "deep", "9 MB",
    ],
)  # fmt: skip
def test_a_malformed_body_is_rejected_and_nothing_is_stored(service: Service, content: bytes, status: int) -> None:
    answer = service.operator.post(PATH, content=content, headers={"Content-Type": "application/json"})

    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert service.operator.get(LATEST, params={"max_age": 0}).json()["item"]["freshness"] == "never"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ip_quality", 2**63),
        ("ip_quality", 2**64),
        ("ip_quality", 10**30),
        ("weld_current", 10**39),
        ("team_name", "a\x00b"),
        ("team_name", "长" * 51),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_named_and_not_stored(service: Service, field: str, value: Any) -> None:
    reading = {"device_code": "W1", "ts": datetime.now(UTC).isoformat(), "values": {field: value}}

    result = service.operator.post(PATH, json={"type_code": "welding", "readings": [reading]}).json()

    assert (result["accepted"], [each["reason"] for each in result["results"]]) == (0, ["bad-value"])
    assert service.operator.get(LATEST, params={"max_age": 0}).json()["item"]["freshness"] == "never"


@pytest.mark.parametrize("query", ["page=99999999999999999999", "page=1e3", "page=%FF", "page=%ED%A0%80", "page=١"])
def test_an_invalid_number_in_the_query_is_rejected(service: Service, query: str) -> None:
    assert service.operator.get(f"/api/v1/device/types?{query}").status_code == 400
