"""A service with a built console."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from arcbeat.api.console.folder import ConsoleFolder
from tests.api.console.builds import write_build
from tests.support.postgres import Server
from tests.support.service import Service


@pytest.fixture(scope="package")
def build_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build; tests of this package read it only."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret")
    folder = tmp_path_factory.mktemp("console") / "dist"
    write_build(folder)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "assets" / "linked").symlink_to(outside)
    (folder / ".hidden.txt").write_text("hidden")
    return folder


@pytest.fixture(scope="package")
def with_console(postgres_server: Server, template_database: str, build_folder: Path) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, console=ConsoleFolder(build_folder), rate_limit_per_second=0) as service:
        yield service
    postgres_server.drop_database(url)
