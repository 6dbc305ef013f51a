"""Tests of the metrics."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.postgres import Server
from tests.support.service import Service
from tests.support.waiting import eventually

TOKEN = "vR7-qLx2-Wm94-hTzk"


@pytest.fixture(scope="module")
def watched(postgres_server: Server, template_database: str) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, metrics_token=TOKEN) as service:
        service.register("W1")
        yield service
    postgres_server.drop_database(url)


def look(service: Service, token: str = TOKEN) -> httpx.Response:
    return service.anonymous.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures(service: Service, name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a metric by the values of their labels."""
    return {
        tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(look(service).text)
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_operation_and_status(watched: Service) -> None:
    before = figures(watched, "arcbeat_request_seconds_count")
    watched.operator.get("/api/v1/device/data/realtime")
    watched.operator.get("/api/v1/device/data/realtime?page=0")
    watched.anonymous.get("/api/v1/device/data/realtime")
    watched.anonymous.get("/nothing")
    after = figures(watched, "arcbeat_request_seconds_count")

    grown = {key: value - before.get(key, 0) for key, value in after.items() if value > before.get(key, 0)}
    assert grown == {
        ("list_latest", "200"): 1,
        ("list_latest", "400"): 1,
        ("list_latest", "401"): 1,
        ("none", "404"): 1,
        ("get_metrics", "200"): 1,
    }


def test_store_calls_are_counted_by_outcome(watched: Service) -> None:
    watched.operator.get("/api/v1/device/data/realtime?max_age=0")
    watched.execute("alter table t_device_type rename to gone")
    watched.operator.get("/api/v1/device/types")
    watched.execute("alter table gone rename to t_device_type")

    calls = figures(watched, "arcbeat_store_call_seconds_count")

    assert calls["ok", "postgresql"] > 0
    assert calls["StoreObjectMissing", "postgresql"] > 0


def test_readings_are_counted_by_outcome(watched: Service) -> None:
    watched.append("W1", weld_current=1.0)
    watched.append("unknown", weld_current=1.0)

    assert figures(watched, "arcbeat_readings_total") == {("accepted",): 1, ("rejected",): 1}


def test_streamed_readings_are_counted(watched: Service) -> None:
    before = figures(watched, "arcbeat_readings_total")
    reading = {"device_code": "W1", "ts": datetime.now(UTC).isoformat(), "values": {}}
    lines = [json.dumps(reading), json.dumps({**reading, "device_code": "unknown"}), "no reading"]
    watched.operator.post(
        "/api/v1/device/data", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    after = figures(watched, "arcbeat_readings_total")

    assert {key: value - before[key] for key, value in after.items()} == {("accepted",): 1, ("rejected",): 2}


def test_deleted_readings_are_counted(watched: Service) -> None:
    assert figures(watched, "arcbeat_pruned_readings_total") == {(): 0}


def test_pools_breakers_caches_and_the_process_have_metrics(watched: Service) -> None:
    assert figures(watched, "arcbeat_pool_database")["pool_max",] == 10
    assert figures(watched, "arcbeat_pool_identity")["pool_max",] == 3
    assert figures(watched, "arcbeat_breaker_open") == {("database",): 0, ("identity",): 0}
    assert figures(watched, "arcbeat_memory_entries")["pages",] >= 0
    assert figures(watched, "process_resident_memory_bytes")[()] > 0


def test_the_lag_of_the_event_loop_is_measured(watched: Service) -> None:
    eventually("a lag is measured", lambda: figures(watched, "arcbeat_event_loop_lag_seconds_count")[()] > 0)

    assert figures(watched, "arcbeat_event_loop_lag_seconds_sum")[()] >= 0


def test_ticks_and_samples_are_counted_by_type(watched: Service) -> None:
    eventually("the type is sampled", lambda: _source_of_page(watched) == "snapshot")

    ticks = figures(watched, "arcbeat_ticks_total")
    assert ticks["snapshot", "welding"] > 0
    assert figures(watched, "arcbeat_skipped_ticks_total")["welding",] >= 0
    assert figures(watched, "arcbeat_sampling_seconds_count")["ok", "welding"] > 0
    assert figures(watched, "arcbeat_sampled") == {("types",): 1, ("devices",): 1}


def test_a_failed_sample_is_counted_by_its_error(watched: Service) -> None:
    watched.execute("alter table test_db.welding_real_data rename to gone")
    eventually(
        "a sample fails",
        lambda: figures(watched, "arcbeat_sampling_seconds_count").get(("StoreObjectMissing", "welding"), 0) > 0,
    )
    eventually(
        "the last snapshot is served from memory",
        lambda: figures(watched, "arcbeat_ticks_total").get(("memory", "welding"), 0) > 0,
    )
    watched.execute("alter table test_db.gone rename to welding_real_data")


def _source_of_page(service: Service) -> str:
    return str(service.operator.get("/api/v1/device/data/realtime").json()["source"])


@pytest.mark.parametrize("token", ["another token of some length", "x"])
def test_another_token_is_rejected(watched: Service, token: str) -> None:
    assert look(watched, token).status_code == 401


def test_the_token_of_a_user_is_rejected(watched: Service) -> None:
    assert watched.operator.get("/metrics").status_code == 401


def test_without_metrics_token_every_request_is_rejected(service: Service) -> None:
    assert [look(service).status_code, service.anonymous.get("/metrics").status_code] == [401, 401]
