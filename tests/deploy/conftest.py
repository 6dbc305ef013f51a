"""Fixtures: a service with a worker, and the environment of a scheduler's process."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.worker import working
from tests.support.service import Service


@pytest.fixture(scope="module")
def scheduler_environment(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of the clients, and a PATH with the command ``arcbeat-client``."""
    folder = tmp_path_factory.mktemp("scheduler")
    command = folder / "arcbeat-client"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m arcbeat_client "$@"\n')
    command.chmod(0o755)
    with working(service, folder / "spool") as api_key:
        (folder / "api-key").write_text(api_key)
        yield {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "ARCBEAT_URL": service.url,
            "ARCBEAT_API_KEY": api_key,
            "ARCBEAT_API_KEY_FILE": str(Path(folder / "api-key")),
        }
