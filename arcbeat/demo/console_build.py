"""Builds the web console beside the running demo, in a child process that ends with the demo."""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from arcbeat.api.console.folder import CONSOLE_FOLDER, ConsoleFolder
from arcbeat.api.console.unbuilt import BuildState
from arcbeat.demo.progress import Console

SCRIPT = CONSOLE_FOLDER.parent / "build"
"""Only a checkout has it, and with it the sources of the console."""
COMMAND = ("nice", str(SCRIPT), sys.executable)
BUILD_SECONDS_MAX = 900.0
"""A build takes about a minute, most of it for the packages from npm."""
STOP_SECONDS_MAX = 5.0
"""The time between the signal that ends a build and the one that kills it."""
REGISTRY_EXIT_CODE = 3
"""As in web/build."""
STEP = "console "
"""How lines of web/build begin that tell what it does now."""
TAIL_LINES_MAX = 15
LINE_BYTES_MAX = 1000
CHUNK_BYTES_MAX = 64 * 1024


async def build_and_wait(served: ConsoleFolder, terminal: Console, url: str) -> None:
    """Build the console if this is a checkout, and wait until cancelled."""
    if SCRIPT.exists():
        await ConsoleBuild(served, terminal, url).run()
    await asyncio.Event().wait()


class ConsoleBuild:
    """One build of the console, whose progress and failure the terminal shows.

    The script does nothing if the console that is there is up to date; then nothing is shown.

    Args:
        served: learns what the page in the place of the console has to say.
        url: where the console is served.
    """

    def __init__(
        self,
        served: ConsoleFolder,
        terminal: Console,
        url: str,
        command: Sequence[str] = COMMAND,
        seconds_max: float = BUILD_SECONDS_MAX,
    ) -> None:
        self._served = served
        self._terminal = terminal
        self._url = url
        self._command = command
        self._seconds_max = seconds_max
        self._tail: deque[str] = deque(maxlen=TAIL_LINES_MAX)
        self._has_steps = False

    async def run(self) -> None:
        """Build the console. Failures are shown, not raised: the API is served without it."""
        self._served.state = BuildState.BUILDING
        try:
            async with asyncio.timeout(self._seconds_max):
                exit_code = await self._build()
        except TimeoutError:
            self._fail(f"took longer than {self._seconds_max / 60:g} minutes and was stopped")
        except OSError as error:
            self._fail(f"could not be started: {error}")
        else:
            self._show_end(exit_code)

    async def _build(self) -> int:
        """Return the exit code. When the wait for it is cancelled, the processes of the build are ended."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # npm and Node are in the group of the script, so that one signal reaches all
        )
        try:
            async for line in _lines(process.stdout):
                self._show_line(line)
            return await process.wait()
        finally:
            await _end(process)

    def _show_line(self, line: str) -> None:
        if line.startswith(STEP):
            self._has_steps = True
            self._terminal.write(f"arcbeat demo: {line}")
        elif line:
            self._tail.append(line)

    def _show_end(self, exit_code: int) -> None:
        if exit_code == REGISTRY_EXIT_CODE:
            self._served.state = BuildState.NO_REGISTRY
            self._terminal.write(
                "arcbeat demo: the console could not be built, because the npm registry is unreachable."
            )
            self._terminal.write("  Check the network and the proxy, or set npm_config_registry; then run: make web")
        elif exit_code:
            self._fail(f"failed with exit code {exit_code}")
        elif self._has_steps:
            self._terminal.write(f"arcbeat demo: the console is built: {self._url}")

    def _fail(self, what: str) -> None:
        self._served.state = BuildState.FAILED
        self._terminal.write(f"arcbeat demo: the build of the console {what}. The end of its output:")
        for line in self._tail:
            self._terminal.write(f"  {line}")
        self._terminal.write("  To try again, run: make web")


async def _lines(output: asyncio.StreamReader | None) -> AsyncIterator[str]:
    """Yield the lines of the output; of a long one the end."""
    rest = b""
    while output is not None and (chunk := await output.read(CHUNK_BYTES_MAX)):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[-LINE_BYTES_MAX:]
        for line in lines:
            yield line[-LINE_BYTES_MAX:].decode(errors="replace").rstrip()
    yield rest.decode(errors="replace").rstrip()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what is left of the group of a process: first politely, then by force."""
    for each in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, each)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(process.wait()), STOP_SECONDS_MAX)
            return
