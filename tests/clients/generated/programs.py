"""Runs the programs that use generated clients; `make test-clients` builds them in .clients/, and runs this.

Each program takes the URL of the service, a name and a password, and prints what it received as one JSON object.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.identity import PASSWORD, add_user
from tests.support.service import Service

BUILT = Path(__file__).parents[3] / ".clients"
JAVA, NODE, PYTHON = "java", str(BUILT / "venv/bin/node"), str(BUILT / "venv/bin/python")
PATIENCE_SECONDS = 60.0
USERNAME = "example"

HISTORY = [{"weld_current": 150.25, "device_status": None}, {"weld_current": 151.5, "device_status": None}]
EXPECTED = {
    "login": "Bearer",
    "page": [["W1", "live", 150.5], ["W2", "never", None]],
    "fields": ["device_status", "power_kw", "pulses"],
    "cutting": [
        ["C1", "live", {"device_status": "切割", "power_kw": None, "pulses": "9007199254740993"}],
        ["C2", "never", {"device_status": None, "power_kw": None, "pulses": None}],
    ],
    "accepted": 2,
    "rejected": [["unknown", "unregistered-device"]],
    "history": HISTORY,
    "window": {"max": 151.5, "count": 2},
    "problem": [404, "urn:arcbeat:problem:unknown-device"],
    "errors": [400, "query", "time_zone"],
    "csv": 3,  # lines, with the titles
    "ndjson": 2,
}
EARLIER = {
    "second": "urn:arcbeat:problem:already-exists",
    "deleted": 204,
    "page": EXPECTED["page"],
    "accepted": 2,
    "history": [{"weld_current": row["weld_current"]} for row in HISTORY],
    "window": {"avg": 150.875},
}


def classpath() -> str:
    return f"{BUILT / 'java/target/classes'}:{(BUILT / 'java/classpath').read_text().strip()}"


@pytest.fixture(scope="module")
def plant(service: Service) -> Service:
    add_user(service, USERNAME, Role.OPERATOR)
    service.register("W1", "W2", "W3")
    service.register("C1", "C2", device_type="cutting")
    service.append("W1", weld_current=150.5)
    service.append("C1", type_code="cutting", device_status="切割", pulses=9007199254740993)
    return service


async def output_of(*command: str) -> dict[str, Any]:
    """Run a program and return what it prints."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            text, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, f"{command[0]} ended with exit code {process.returncode}"
    printed: dict[str, Any] = orjson.loads(text)
    return printed


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(lambda: (NODE, str(BUILT / "node/dist/hey_api.js")), id="@hey-api/openapi-ts"),
        pytest.param(lambda: (NODE, str(BUILT / "node/dist/axios.js")), id="typescript-axios"),
        pytest.param(lambda: (PYTHON, str(BUILT / "python/openapi_python_client.py")), id="openapi-python-client"),
        pytest.param(lambda: (PYTHON, str(BUILT / "python/openapi_generator.py")), id="python"),
        pytest.param(lambda: (str(BUILT / "go/program"),), id="go"),
        pytest.param(lambda: (JAVA, "--class-path", classpath(), "Program"), id="java"),
    ],
)
async def test_a_generated_client_works(command: Any, plant: Service) -> None:
    given: Sequence[str] = command()
    plant.append("W1", weld_current=150.5)  # live again, however long the programs before took
    plant.append("C1", type_code="cutting", device_status="切割", pulses=9007199254740993)

    assert await output_of(*given, plant.url, USERNAME, PASSWORD) == EXPECTED


async def test_a_client_in_python_can_send_files(plant: Service) -> None:
    program = str(BUILT / "python/uploads.py")

    sent = await output_of(PYTHON, program, plant.url, plant.token(*Role.OPERATOR.scopes))

    assert sent == {"unchanged": 5, "rejected": 0, "accepted": 2}


async def test_a_program_for_the_earlier_contract_still_works(plant: Service) -> None:
    plant.append("W1", weld_current=150.5)

    printed = await output_of(PYTHON, str(BUILT / "python/earlier.py"), plant.url, USERNAME, PASSWORD)

    assert printed == EARLIER
