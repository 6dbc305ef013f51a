"""The HTTP API, called with the events of API Gateway, over PostgreSQL."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import psycopg
import pytest

from arcbeat.settings import SettingsError
from tests.jobs.functions.events import http_api_event, rest_api_event, scheduler_event
from tests.jobs.functions.invoking import Invoke, api_function
from tests.jobs.programs import ROOT, TIMEOUT_SECONDS

TYPES = "/api/v1/device/types"
PROGRAM = """
import json, sys
from jobs.functions.aws import run_job, serve_api
from tests.jobs.functions.events import Context
for line in sys.stdin:
    handler, event = json.loads(line)
    answer = {"run_job": run_job, "serve_api": serve_api}[handler](event, Context())
    print(json.dumps(answer), flush=True)
"""


def test_a_function_serves_no_console(invoke: Invoke) -> None:
    root = invoke(http_api_event("GET", "/", headers={"Accept": "text/html"}))
    page = invoke(http_api_event("GET", "/devices", headers={"Accept": "text/html"}))

    assert (root["statusCode"], root["headers"]["location"]) == (307, "/docs")
    assert page["statusCode"] == 404


def test_an_http_api_is_answered(invoke: Invoke, credentials: dict[str, str]) -> None:
    answer = invoke(http_api_event("GET", TYPES, credentials))
    unknown = invoke(http_api_event("GET", TYPES, credentials, query="limit=100"))

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert answer["headers"]["content-type"] == "application/json"
    assert "welding" in answer["body"]
    assert (unknown["statusCode"], "limit" in unknown["body"]) == (400, True)


def test_a_rest_api_stores_a_reading(invoke: Invoke, credentials: dict[str, str], database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "insert into t_device_info (device_code, device_name, device_type) values ('W-1', 'W-1', 'welding')"
        )
    reading = {"device_code": "W-1", "ts": datetime.now(UTC).isoformat(), "values": {"device_status": "焊接"}}
    body = {"type_code": "welding", "readings": [reading]}

    answer = invoke(rest_api_event("POST", "/api/v1/device/data", credentials, body))

    stored = {"accepted": 1, "rejected": 0, "results": [], "results_omitted": 0}
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, stored)


def test_problems_are_text(invoke: Invoke) -> None:
    unauthenticated = invoke(rest_api_event("GET", TYPES))

    assert (unauthenticated["statusCode"], unauthenticated["isBase64Encoded"]) == (401, False)
    assert json.loads(unauthenticated["body"])["status"] == 401


def test_connections_stay_open_between_events(invoke: Invoke, credentials: dict[str, str], database_url: str) -> None:
    def connections() -> set[int]:
        statement = """
            select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            and backend_type = 'client backend'"""
        with psycopg.connect(database_url) as connection:
            return {pid for (pid,) in connection.execute(statement)}

    assert connections() == set()
    for _ in range(2):
        assert invoke(http_api_event("GET", TYPES, credentials))["statusCode"] == 200
    first = connections()
    assert invoke(http_api_event("GET", TYPES, credentials))["statusCode"] == 200

    assert first
    assert first <= connections()  # the pools may open further ones


def test_a_connection_that_ended_between_events_is_replaced(
    invoke: Invoke, credentials: dict[str, str], database_url: str
) -> None:
    assert invoke(http_api_event("GET", TYPES, credentials))["statusCode"] == 200
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    assert invoke(http_api_event("GET", TYPES, credentials))["statusCode"] == 200


def test_without_settings_the_error_names_what_is_missing() -> None:
    with api_function({}) as invoke, pytest.raises(SettingsError, match="DATABASE_URL"):
        invoke(http_api_event("GET", TYPES))


def test_both_handlers_work_in_a_process_of_their_own(settings: dict[str, str]) -> None:
    events = [
        ("serve_api", http_api_event("GET", "/healthz")),
        ("run_job", scheduler_event("check_latest")),
        ("serve_api", rest_api_event("GET", "/readyz")),
    ]

    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="".join(json.dumps(each) + "\n" for each in events),
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )

    health, run, ready = (json.loads(line) for line in ended.stdout.splitlines())
    assert (health["statusCode"], run["state"], ready["statusCode"]) == (200, "succeeded", 200)
