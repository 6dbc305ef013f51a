"""Tests of the image: every build starts from the same base and the same packages."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==(\S+)", re.MULTILINE)


def test_the_base_image_has_its_full_version() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    [base] = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", dockerfile, re.MULTILINE)
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base)
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${PYTHON_IMAGE}", "build"}


def test_the_tests_run_with_the_versions_that_are_served() -> None:
    served, tested = (
        dict(LOCKED.findall((ROOT / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    )

    assert len(served) > 50
    assert served.items() <= tested.items()


def test_the_image_has_the_built_console_and_neither_its_sources_nor_node() -> None:
    final = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]

    assert [line for line in final.splitlines() if "web" in line or "node" in line] == [
        "COPY --from=console /srv/arcbeat/web/dist web/dist"
    ]


def test_the_image_has_the_command_of_the_client_and_all_that_it_imports() -> None:
    final = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    served = {name for name, _ in LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))}
    program = "import sys; sys.modules['aiohttp'] = None; import arcbeat_client.command_line.main"

    assert "COPY clients/python/arcbeat_client arcbeat_client" in final.splitlines()
    assert {"attrs", "httpx", "python-socketio"} <= served
    subprocess.run([sys.executable, "-c", program], check=True)  # the client does not require what the service does


def test_the_image_builds_the_console_from_all_that_the_build_reads_and_not_from_earlier_results() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stage = dockerfile.partition(" AS console")[2].partition("\nFROM ")[0]
    read = {path.split("/")[0] for path in re.findall(r"\.\./([\w/]+)", (ROOT / "web" / "build").read_text())}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert read | {"web"} <= {path.split("/")[0] for path in re.findall(r"^COPY (\S+) ", stage, re.MULTILINE)}
    assert {"**/node_modules", "web/dist", "web/.generated", "web/src/api"} <= set(ignored)
