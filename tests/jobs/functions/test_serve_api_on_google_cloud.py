"""The HTTP API in the functions-framework of Google, over PostgreSQL."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from tests.jobs.functions.framework import PRODUCT, Framework, serving
from tests.support.service import SECRET_KEY

TYPES = "/api/v1/device/types"


@pytest.fixture
def settings(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "SECRET_KEY": SECRET_KEY}


@pytest.fixture
def framework(settings: dict[str, str], credentials: dict[str, str], tmp_path: Path) -> Iterator[Framework]:
    """The served API, with the token of an operator."""
    with serving(tmp_path, settings, "serve_api") as framework:
        framework.client.headers.update(credentials)
        yield framework


def test_requests_are_answered_by_the_api(framework: Framework, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "insert into t_device_info (device_code, device_name, device_type) values ('W-1', 'W-1', 'welding')"
        )
    client = framework.client
    reading = {"device_code": "W-1", "ts": datetime.now(UTC).isoformat(), "values": {"device_status": "焊接"}}

    types = client.get(TYPES)
    unknown = client.get(TYPES, params={"limit": 100})
    stored = client.post("/api/v1/device/data", json={"type_code": "welding", "readings": [reading]})
    head = client.head("/healthz")
    unauthenticated = client.get(TYPES, headers={"Authorization": "Bearer x"})

    assert (types.status_code, "welding" in types.text) == (200, True)
    assert (unknown.status_code, "limit" in unknown.text) == (400, True)
    assert (stored.status_code, stored.json()["accepted"]) == (200, 1)
    assert (head.status_code, head.content) == (200, b"")
    assert unauthenticated.headers["Content-Type"] == "application/problem+json"


def test_the_option_asgi_changes_nothing(settings: dict[str, str], credentials: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, settings, "serve_api", PRODUCT, "--asgi") as framework:
        assert framework.client.get(TYPES, headers=credentials).status_code == 200


def test_the_client_address_is_read_as_the_setting_says(settings: dict[str, str], tmp_path: Path) -> None:
    settings |= {"FORWARDED_ALLOW_IPS": "127.0.0.1, 169.254.0.0/16", "LOG_LEVEL": "info"}
    with serving(tmp_path, settings, "serve_api") as framework:
        framework.client.get(TYPES, headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9, 169.254.1.1"})

        lines = [json.loads(line) for line in framework.logged.splitlines() if line.startswith("{")]
        (audited,) = (line for line in lines if line["event"] == "audit")
    assert audited["address"] == "203.0.113.9"


def test_requests_at_the_same_time_share_one_application(framework: Framework, database_url: str) -> None:
    with ThreadPoolExecutor(8) as executor:
        statuses = [each.status_code for each in executor.map(lambda _: framework.client.get(TYPES), range(16))]

    assert set(statuses) == {200}
    with psycopg.connect(database_url) as connection:
        [count] = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"
        ).fetchone() or (0,)
    assert 0 < count <= 13  # as documented: per process, not per request


def test_there_is_no_console_and_sockets_are_refused(framework: Framework) -> None:
    root = framework.client.get("/", headers={"Accept": "text/html"})
    polling = framework.client.get("/socket.io/", params={"EIO": "4", "transport": "polling"})

    assert (root.status_code, root.headers["Location"]) == (307, "/docs")
    assert (polling.status_code, polling.json()["type"]) == (501, "urn:arcbeat:problem:not-available-in-functions")


def test_a_terminated_framework_closes_its_connections(framework: Framework, database_url: str) -> None:
    assert framework.client.get(TYPES).status_code == 200
    framework.client.close()

    assert framework.terminate() == 0
    with psycopg.connect(database_url) as connection:
        others = connection.execute(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"
        ).fetchall()
    assert others == []


def test_without_settings_the_log_names_what_is_missing(settings: dict[str, str], tmp_path: Path) -> None:
    settings["SECRET_KEY"] = ""
    with serving(tmp_path, settings, "serve_api") as framework:
        answer = framework.client.get(TYPES)

        assert (answer.status_code, "SECRET_KEY is not set" in framework.logged) == (500, True)
        assert "SECRET_KEY" not in json.dumps(answer.text)
