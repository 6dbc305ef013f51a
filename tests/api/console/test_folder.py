"""Tests of when the folder of the console is read."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from arcbeat.api.console import files as console_files
from arcbeat.api.console.folder import CHECK_SECONDS, ConsoleFolder
from tests.api.console.builds import SCRIPT, write_build, write_compressed


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_check(self) -> None:
        self.now += CHECK_SECONDS


def compressed_forms(folder: Path) -> list[Path]:
    return [*folder.glob("**/*.br"), *folder.glob("**/*.gz")]


async def test_a_build_that_is_ready_after_the_start_is_served_without_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    folder = ConsoleFolder(tmp_path / "dist", clock)
    assert await folder.files() == {}

    write_build(tmp_path / "dist")
    assert await folder.files() == {}, "the folder was checked again too early"
    clock.pass_check()

    assert "/index.html" in await folder.files()


async def test_a_new_build_replaces_the_files_of_the_old_one(tmp_path: Path) -> None:
    clock = Clock()
    write_build(tmp_path)
    folder = ConsoleFolder(tmp_path, clock)
    before = await folder.files()

    (tmp_path / "assets" / "index-B1.js").unlink()
    write_build(tmp_path, script="new", name="index-B2.js")
    clock.pass_check()
    after = await folder.files()

    assert before["/assets/index-B1.js"].content == SCRIPT.encode()
    assert ("/assets/index-B1.js" in after, after["/assets/index-B2.js"].content) == (False, b"new")


async def test_the_old_build_is_served_until_the_new_one_is_there(tmp_path: Path) -> None:
    clock = Clock()
    write_build(tmp_path / "dist")
    folder = ConsoleFolder(tmp_path / "dist", clock)

    shutil.rmtree(tmp_path / "dist")
    clock.pass_check()

    assert (await folder.files())["/assets/index-B1.js"].content == SCRIPT.encode()


async def test_forms_that_are_compressed_after_the_index_was_read_are_found_by_the_stamp(tmp_path: Path) -> None:
    clock = Clock()
    write_build(tmp_path)
    for form in compressed_forms(tmp_path):
        form.unlink()
    folder = ConsoleFolder(tmp_path, clock)
    uncompressed = await folder.files()

    write_compressed(tmp_path / "assets" / "index-B1.js", SCRIPT)
    (tmp_path / ".stamp").write_text("complete")
    clock.pass_check()

    assert uncompressed["/index.html"].compressed == {}
    assert len((await folder.files())["/assets/index-B1.js"].compressed) == 2


async def test_a_folder_that_is_too_large_is_reported_and_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_build(tmp_path)
    monkeypatch.setattr(console_files, "CONSOLE_BYTES_MAX", 1000)
    with capture_logs() as logs:
        folder = ConsoleFolder(tmp_path, Clock())

    assert await folder.files() == {}
    assert [each["event"] for each in logs] == ["console_unreadable"]
