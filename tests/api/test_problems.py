"""Tests of problem responses."""

import pytest

from tests.support.service import Service


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("DELETE", "/api/v1/device/types", 405, "method-not-allowed"),
        ("GET", "/api/v1/device/data", 405, "method-not-allowed"),
        ("GET", "/api/v1/device/types", 401, "unauthenticated"),
    ],
)
def test_a_problem_has_a_stable_type_and_the_request_id(
    service: Service, method: str, path: str, status: int, slug: str
) -> None:
    answer = service.anonymous.request(method, path, headers={"X-Request-ID": "walk-1"})

    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["type"]) == (status, f"urn:arcbeat:problem:{slug}")
    assert (problem["request_id"], answer.headers["X-Request-ID"]) == ("walk-1", "walk-1")


def test_an_unsupported_method_is_answered_with_the_supported_ones(service: Service) -> None:
    assert service.anonymous.get("/api/v1/device/data").headers["Allow"] == "POST"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "<script>"])
def test_an_invalid_request_id_is_replaced(service: Service, given: str) -> None:
    answer = service.anonymous.get("/healthz", headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] not in {"", given}


def test_a_missing_super_table_is_reported_as_a_store_error_without_sql(service: Service) -> None:
    service.execute("update t_device_type set super_table = 'test_db.not_there' where type_code = 'cutting'")
    service.register("C9", device_type="cutting")

    answer = service.operator.get(
        "/api/v1/device/data/realtime", params={"type_code": "cutting", "use_dynamic_fields": "true"}
    )

    assert (answer.status_code, answer.json()["type"]) == (502, "urn:arcbeat:problem:store-object-missing")
    assert "select" not in answer.text
