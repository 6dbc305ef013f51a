"""Tests of the build beside the demo, with real processes in the place of web/build."""

import asyncio
import os
from io import StringIO
from pathlib import Path

import psutil
import pytest

from arcbeat.api.console.folder import ConsoleFolder
from arcbeat.api.console.unbuilt import BuildState
from arcbeat.demo.console_build import REGISTRY_EXIT_CODE, SCRIPT, TAIL_LINES_MAX, ConsoleBuild
from arcbeat.demo.progress import Console
from tests.support.waiting import eventually

URL = "http://127.0.0.1:8000"
LONG_SECONDS = 600


class Build:
    """A build by a shell script, and what it has written to the terminal."""

    def __init__(self, folder: Path, script: str, seconds_max: float = LONG_SECONDS) -> None:
        self.served = ConsoleFolder(folder)
        self._terminal = StringIO()
        command = ("sh", "-c", script)
        self.running = ConsoleBuild(self.served, Console(self._terminal), URL, command, seconds_max)

    @property
    def lines(self) -> list[str]:
        return self._terminal.getvalue().splitlines()


def still_running(pids: list[int]) -> list[int]:
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=10)
    return [process.pid for process in alive]


async def test_each_step_and_the_end_of_a_build_are_shown(tmp_path: Path) -> None:
    build = Build(tmp_path, "echo 'console 1/2: install'; echo 'added 400 packages'; echo 'console 2/2: build'")
    await build.running.run()

    assert build.lines == [
        "arcbeat demo: console 1/2: install",
        "arcbeat demo: console 2/2: build",
        f"arcbeat demo: the console is built: {URL}",
    ]
    assert build.served.state is BuildState.BUILDING  # the page remains the same until the files are read


async def test_a_console_that_is_up_to_date_is_not_mentioned(tmp_path: Path) -> None:
    build = Build(tmp_path, "exit 0")
    await build.running.run()

    assert build.lines == []


async def test_an_unreachable_registry_is_shown_with_the_way_on(tmp_path: Path) -> None:
    build = Build(tmp_path, f"echo 'console 1/2: install'; echo 'npm error code ENOTFOUND'; exit {REGISTRY_EXIT_CODE}")
    await build.running.run()

    assert build.served.state is BuildState.NO_REGISTRY
    assert "the npm registry is unreachable" in build.lines[-2]
    assert build.lines[-1].endswith("then run: make web")


async def test_a_failed_build_is_shown_with_the_end_of_its_output(tmp_path: Path) -> None:
    build = Build(tmp_path, "for n in $(seq 100); do echo line $n; done; printf '%9999s' x; exit 7")
    await build.running.run()

    assert build.served.state is BuildState.FAILED
    assert build.lines[0] == "arcbeat demo: the build of the console failed with exit code 7. The end of its output:"
    assert build.lines[-3].strip() == "line 100"
    assert len(build.lines) == TAIL_LINES_MAX + 2
    assert max(map(len, build.lines)) < 1100


async def test_a_build_that_cannot_start_is_shown(tmp_path: Path) -> None:
    terminal = StringIO()
    served = ConsoleFolder(tmp_path)
    await ConsoleBuild(served, Console(terminal), URL, [str(tmp_path / "missing")]).run()

    assert served.state is BuildState.FAILED
    assert "could not be started" in terminal.getvalue()


STUBBORN = """
trap '' TERM
sleep 600 &
echo $$ > {folder}/pids.new; echo $! >> {folder}/pids.new; mv {folder}/pids.new {folder}/pids
wait
sleep 600
"""


async def started(folder: Path) -> list[int]:
    """Return the process ids of a stubborn build, when it has written them."""
    file = folder / "pids"
    await asyncio.to_thread(eventually, "the build started", file.exists)
    return [int(pid) for pid in (await asyncio.to_thread(file.read_text)).split()]


async def test_a_build_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    build = Build(tmp_path, STUBBORN.format(folder=tmp_path), seconds_max=3)
    await build.running.run()
    pids = await started(tmp_path)

    assert await asyncio.to_thread(still_running, pids) == []
    assert build.served.state is BuildState.FAILED
    assert build.lines[0].startswith("arcbeat demo: the build of the console took longer than 0.05 minutes")


async def test_the_end_of_the_demo_ends_the_build_with_its_children(tmp_path: Path) -> None:
    build = Build(tmp_path, STUBBORN.format(folder=tmp_path))
    running = asyncio.create_task(build.running.run())
    pids = await started(tmp_path)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert await asyncio.to_thread(still_running, pids) == []


def test_the_script_of_the_build_exists_and_can_be_run() -> None:
    assert os.access(SCRIPT, os.X_OK)
