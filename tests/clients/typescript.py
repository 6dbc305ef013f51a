"""The client in TypeScript: its own tests and its example; `make test-clients` builds it and runs this."""

import asyncio
import os
from pathlib import Path

import orjson

from arcbeat.domain.identity.identity import Role
from tests.clients.example import PATIENCE_SECONDS, follows_through_a_cut, program
from tests.support.identity import PASSWORD, add_user
from tests.support.service import Service

PACKAGE = Path(__file__).parents[2] / "clients" / "typescript"


async def test_the_example_follows_a_type_through_a_cut(service: Service) -> None:
    await follows_through_a_cut((program("node"), str(PACKAGE / "build" / "examples" / "realtime.js")), service)


async def test_the_package_has_its_types_and_the_file_for_pages() -> None:
    command = (program("npm"), "pack", "--dry-run", "--json", "--ignore-scripts", "--silent")
    process = await asyncio.create_subprocess_exec(*command, cwd=PACKAGE, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(PATIENCE_SECONDS):
        output, _ = await process.communicate()

    (packed,) = orjson.loads(output)
    names = {each["path"] for each in packed["files"]}
    entries = {"dist/index.js", "dist/index.d.ts", "dist/rest/sdk.gen.d.ts", "dist/arcbeat-client.js", "README.md"}
    assert entries <= names
    assert not any(name.startswith(("src/", "build/", "test/")) for name in names)


async def test_its_own_tests_pass(service: Service) -> None:
    await asyncio.to_thread(add_user, service, "operator", Role.OPERATOR)
    account = {"ARCBEAT_URL": service.url, "ARCBEAT_USERNAME": "operator", "ARCBEAT_PASSWORD": PASSWORD}
    tests = sorted(str(path) for path in (PACKAGE / "build" / "test").glob("*.test.js"))
    process = await asyncio.create_subprocess_exec(
        program("node"),
        "--test",
        *tests,
        env={"PATH": os.environ["PATH"], **account},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(2 * PATIENCE_SECONDS):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()

    assert tests
    assert process.returncode == 0, output.decode()
