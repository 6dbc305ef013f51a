"""What the application loads and checks when it starts, and what it leaves to the tests and to the first use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from connexion.exceptions import InvalidSpecification
from connexion.spec import Specification

from arcbeat.api.contract.bundle import for_connexion, load_contract
from tests.support.service import SECRET_KEY

ROOT = Path(__file__).parents[2]
NOT_NEEDED = {
    "adapters.redis.frames",
    "adapters.tdengine",
    "aiohttp",
    "alembic",
    "apprise",
    "mangum",
    "opentelemetry.exporter",
    "opentelemetry.sdk.trace",
    "sqlalchemy",
    "xlsxwriter",
}
"""What a process needs only with some settings, for some commands, or for a few requests. Socket.IO imports Redis."""

NOT_NEEDED_IN_FUNCTIONS = {
    "cryptography",
    "engineio",
    "jwt",
    "opentelemetry",
    "redis",
    "socketio",
    "uvicorn",
    "websockets",
}

FIRST_ANSWER = """
import asyncio, os, sys
from arcbeat import app, cli
from arcbeat.settings import Settings

application = app.build(Settings.from_environment(os.environ))
incoming, outgoing = asyncio.Queue(), asyncio.Queue()
state = {}


async def main():
    lifespan = asyncio.create_task(application({"type": "lifespan", "state": state}, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    assert (await outgoing.get())["type"] == "lifespan.startup.complete"
    scope = {
        "type": "http", "method": "GET", "path": "/healthz", "raw_path": b"/healthz", "query_string": b"",
        "headers": [], "scheme": "http", "root_path": "", "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1), "state": state,
    }
    await incoming.put({"type": "http.request"})
    await application(scope, incoming.get, outgoing.put)
    assert (await outgoing.get())["status"] == 200
    loaded = sorted(sys.modules)
    await incoming.put({"type": "lifespan.shutdown"})
    await lifespan
    print(*loaded)


asyncio.run(main())
"""

FIRST_ANSWER_OF_A_FUNCTION = """
import sys
from jobs.functions.aws import serve_api
from tests.jobs.functions.events import Context, http_api_event

assert serve_api(http_api_event("GET", "/healthz"), Context())["statusCode"] == 200
print(*sys.modules)
"""


def test_connexion_finds_the_contract_valid_which_no_start_validates_again() -> None:
    contract = for_connexion(load_contract())

    Specification.load(contract)

    with pytest.raises(InvalidSpecification):
        Specification.load({**contract, "paths": {"/healthz": {"get": {"responses": "none"}}}})


def test_a_server_over_postgresql_answers_before_it_has_loaded_what_it_does_not_need(database: str) -> None:
    loaded = _loaded(FIRST_ANSWER, database)

    assert "handlers.health" in loaded
    assert sorted(NOT_NEEDED & loaded) == []


def test_a_function_loads_neither_sockets_nor_the_client_of_redis_before_its_first_answer(database: str) -> None:
    loaded = _loaded(FIRST_ANSWER_OF_A_FUNCTION, database)

    assert "handlers.health" in loaded
    assert sorted((NOT_NEEDED - {"mangum"} | NOT_NEEDED_IN_FUNCTIONS) & loaded) == []


def _loaded(program: str, database: str) -> set[str]:
    """Return the modules that a program has loaded, which prints them in its last line."""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "DATABASE_URL": database, "SECRET_KEY": SECRET_KEY},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return {*ended.stdout.splitlines()[-1].split()}
