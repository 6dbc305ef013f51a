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


def test_connexion_finds_the_contract_valid_which_no_start_validates_again() -> None:
    contract = for_connexion(load_contract())

    Specification.load(contract)

    with pytest.raises(InvalidSpecification):
        Specification.load({**contract, "paths": {"/healthz": {"get": {"responses": "none"}}}})


def test_a_server_over_postgresql_answers_before_it_has_loaded_what_it_does_not_need(database: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database, "SECRET_KEY": SECRET_KEY}

    answered = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert answered.returncode == 0, answered.stderr
    loaded = {*answered.stdout.splitlines()[-1].split()}
    assert "handlers.health" in loaded
    assert sorted(NOT_NEEDED & loaded) == []
