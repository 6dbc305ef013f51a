"""Tests of web/build with the real npm, on a copy of the files that it reads."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NO_REGISTRY = "http://127.0.0.1:9"
REGISTRY_EXIT_CODE = 3
TIMEOUT_SECONDS = 120


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without packages, a build or a generated client."""
    generated = shutil.ignore_patterns("node_modules", "dist", ".generated", "__pycache__")
    for name in ("web", "openapi", "clients/typescript/src", "arcbeat/api/contract"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=generated)
    return tmp_path


def build(checkout: Path, *step: str) -> "subprocess.CompletedProcess[str]":
    environment = {"npm_config_registry": NO_REGISTRY, "npm_config_cache": str(checkout / "cache")}
    return subprocess.run(
        [checkout / "web" / "build", sys.executable, *step],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def test_an_unreachable_registry_is_reported_with_the_way_on(checkout: Path) -> None:
    ended = build(checkout)

    assert ended.returncode == REGISTRY_EXIT_CODE, ended.stdout + ended.stderr
    assert ended.stdout.startswith("console 1/3: install the packages from npm\n")
    assert "npm_config_registry=https://registry.npmmirror.com make web" in ended.stderr
    assert not (checkout / "web" / "dist").exists()


def test_a_build_of_the_same_files_is_kept_and_a_changed_file_makes_it_outdated(checkout: Path) -> None:
    dist = checkout / "web" / "dist"
    dist.mkdir()
    (dist / "index.html").write_text("built")
    (dist / ".stamp").write_text(build(checkout, "inputs").stdout)
    current = build(checkout)
    with (checkout / "openapi" / "openapi.yaml").open("a") as contract:
        contract.write("# changed\n")
    outdated = build(checkout)

    assert (current.returncode, current.stdout) == (0, "")
    assert outdated.returncode == REGISTRY_EXIT_CODE
    assert (dist / "index.html").read_text() == "built", "a failed build must not remove the one before"
