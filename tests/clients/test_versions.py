"""The clients have the version of the contract, and its events."""

import subprocess
import sys
import tomllib
from pathlib import Path

from arcbeat.api.contract.bundle import load_contract

ROOT = Path(__file__).parents[2]
FRAMES = Path("clients/python/arcbeat_client/frames.py")


def test_the_client_in_python_has_the_version_of_the_contract() -> None:
    project = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text())["project"]

    assert project["version"] == load_contract()["info"]["version"]


def test_the_types_of_the_events_in_python_equal_the_contract() -> None:
    generate = [sys.executable, "clients/frames.py", "python"]
    generated = subprocess.run(generate, cwd=ROOT, check=True, capture_output=True).stdout
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(FRAMES), "-"]
    formatted = subprocess.run(ruff, cwd=ROOT, check=True, capture_output=True, input=generated).stdout

    assert (ROOT / FRAMES).read_bytes() == formatted, "the contract has changed: run make clients"
