"""The packages of the clients have the version of the contract, its events, and all their files."""

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from arcbeat_client import Filters, frames

from arcbeat.api.contract.bundle import load_contract

ROOT = Path(__file__).parents[2]
FRAMES = Path("clients/python/arcbeat_client/frames.py")


def test_the_client_in_python_has_the_version_of_the_contract() -> None:
    project = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text())["project"]

    assert project["version"] == load_contract()["info"]["version"]


def test_the_client_in_typescript_has_the_version_of_the_contract() -> None:
    package = json.loads((ROOT / "clients/typescript/package.json").read_text())
    lock = json.loads((ROOT / "clients/typescript/package-lock.json").read_text())

    assert {package["version"], lock["version"]} == {load_contract()["info"]["version"]}


def test_the_types_of_the_events_in_python_equal_the_contract() -> None:
    generate = [sys.executable, "clients/frames.py", "python"]
    generated = subprocess.run(generate, cwd=ROOT, check=True, capture_output=True).stdout
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(FRAMES), "-"]
    formatted = subprocess.run(ruff, cwd=ROOT, check=True, capture_output=True, input=generated).stdout

    assert (ROOT / FRAMES).read_bytes() == formatted, "the contract has changed: run make clients"


def test_the_filters_in_python_are_those_of_a_subscription() -> None:
    assert Filters.__annotations__.keys() == frames.Subscribe.__annotations__.keys() - {"type_code"}


def test_the_package_in_python_has_its_types_and_its_generated_code(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT / "clients" / "python", tmp_path / "source", ignore=ignored)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(tmp_path / "source")], check=True)

    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())

    kept = (ROOT / "clients" / "python" / "arcbeat_client").rglob("*.py")
    assert {str(path.relative_to(ROOT / "clients" / "python")) for path in kept} <= packed
    assert "arcbeat_client/py.typed" in packed
