"""Tests of liveness and readiness."""

from tests.support.postgres import Server
from tests.support.service import Service


def test_readiness_lists_every_dependency_with_its_latency(service: Service) -> None:
    answer = service.anonymous.get("/readyz")

    dependencies = {each["name"]: each for each in answer.json()["dependencies"]}
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(dependencies) == {"database", "telemetry"}
    assert all(each["ready"] and each["latency_ms"] > 0 and each["version"] for each in dependencies.values())


def test_a_service_without_its_database_is_alive_but_not_ready(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as service:
        before = service.anonymous.get("/readyz").status_code
        postgres_server.drop_database(url)

        alive = service.anonymous.get("/healthz")
        # The result of a check is returned for a second.
        while (ready := service.anonymous.get("/readyz")).status_code == 200:
            pass
        page = service.operator.get("/api/v1/device/data/realtime")

    assert before == 200
    assert alive.json() == {"status": "alive"}
    assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
    assert all(each["error"] for each in ready.json()["dependencies"])
    assert (page.status_code, page.json()["type"]) == (503, "urn:arcbeat:problem:store-unavailable")
    assert int(page.headers["Retry-After"]) > 0
