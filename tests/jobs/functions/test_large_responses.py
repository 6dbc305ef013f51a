"""Responses near the limits of Lambda (6 MB) and of load balancers (1 MB) become problems, and others arrive whole."""

import gzip
import json
from typing import Any

import psycopg
import pytest

from jobs.functions.aws.http.responses import LAMBDA_BYTES_MAX, LOAD_BALANCER_BYTES_MAX
from tests.jobs.functions.invoking import Invoke
from tests.jobs.functions.requests import FORMS, Answer, Request, answer_of

READINGS = 100_000
STORE = """
insert into test_db.welding_real_data (device_code, ts, device_status, material)
select 'W-1', timestamptz '2026-03-02T00:00:00Z' + n * interval '1 second', '焊接', md5(n::text)
from generate_series(1, %s) n"""
EXPORT = "/api/v1/device/data/history/export?device_code=W-1&from=2026-03-01T00:00:00Z&to=2026-03-10T00:00:00Z"
PROBLEM = "urn:arcbeat:problem:not-available-in-functions"


@pytest.fixture(scope="module", autouse=True)
def _readings(shared_database: str) -> None:
    """Store readings whose export has about 10 MB, and 4 MB when it is compressed."""
    with psycopg.connect(shared_database, autocommit=True) as connection:
        connection.execute(
            "insert into t_device_info (device_code, device_name, device_type) values ('W-1', 'W-1', 'welding')"
        )
        connection.execute(STORE, (READINGS,))


def _export(invoke: Invoke, credentials: dict[str, str], form: str, limit: int, query: str, **headers: str) -> Answer:
    given = (*credentials.items(), *((name.replace("_", "-"), value) for name, value in headers.items()))
    response: dict[str, Any] = invoke(FORMS[form](Request(method="GET", target=f"{EXPORT}&{query}", headers=given)))
    assert len(json.dumps(response)) <= limit  # otherwise the platform responds with an error of its own
    return answer_of(response)


def test_a_response_above_the_limit_becomes_a_problem(shared_invoke: Invoke, credentials: dict[str, str]) -> None:
    answer = _export(shared_invoke, credentials, "HTTP API", LAMBDA_BYTES_MAX, "format=csv", Accept_Language="zh")

    problem = json.loads(answer.body)
    assert (answer.status, problem["type"]) == (501, PROBLEM)
    assert "响应超过 6.3 MB" in problem["detail"]
    assert problem["request_id"] == answer.header("x-request-id")
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("content-disposition") is None


def test_the_same_response_fits_when_it_is_compressed(shared_invoke: Invoke, credentials: dict[str, str]) -> None:
    answer = _export(shared_invoke, credentials, "REST API", LAMBDA_BYTES_MAX, "format=csv", Accept_Encoding="gzip")

    assert (answer.status, answer.header("content-encoding")) == (200, "gzip")
    assert gzip.decompress(answer.body).count(b"\n") == READINGS + 1


def test_a_load_balancer_has_a_lower_limit(shared_invoke: Invoke, credentials: dict[str, str]) -> None:
    form = "load balancer, lists"

    answer = _export(shared_invoke, credentials, form, LOAD_BALANCER_BYTES_MAX, "format=csv", Accept_Encoding="gzip")

    assert (answer.status, json.loads(answer.body)["type"]) == (501, PROBLEM)


def test_text_that_is_larger_in_json_than_in_base64_is_base64(
    shared_invoke: Invoke, credentials: dict[str, str]
) -> None:
    # 焊接 has 6 bytes in UTF-8, 8 in Base64, and 12 in JSON as the runtime of Lambda writes it.
    target = f"{EXPORT}&format=ndjson&fields=device_status".replace("03-10T00", "03-02T10")
    request = Request(method="GET", target=target, headers=tuple(credentials.items()))
    response = shared_invoke(FORMS["HTTP API"](request))

    assert (response["statusCode"], response["isBase64Encoded"]) == (200, True)
    assert answer_of(response).body.count("焊接".encode()) == 10 * 3600 - 1


def test_the_next_request_is_not_disturbed(shared_invoke: Invoke, credentials: dict[str, str]) -> None:
    request = Request(method="GET", target="/api/v1/device/types", headers=tuple(credentials.items()))

    assert _export(shared_invoke, credentials, "HTTP API", LAMBDA_BYTES_MAX, "format=ndjson").status == 501
    assert answer_of(shared_invoke(FORMS["HTTP API"](request))).status == 200
