"""The folder of the built console: read when the service starts, and again when a new build is ready."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from arcbeat.api.console.files import ConsoleTooLarge, Files, read_files
from arcbeat.api.console.unbuilt import BuildState

CONSOLE_FOLDER = Path(__file__).parents[3] / "web" / "dist"
INDEX = "index.html"
STAMP = ".stamp"
"""The build writes this file last, so a change of it means that a new build is complete."""
CHECK_SECONDS = 1.0
"""The folder is checked at most once in this time, by the two files above."""

Version = tuple[tuple[int, int] | None, ...]

logger = structlog.get_logger(__name__)


class ConsoleFolder:
    """The files of the newest complete build. They are kept while a new build replaces them on the disk.

    Attributes:
        state: what is known about a build that is not there yet; the demo, which builds the console, changes it.
    """

    def __init__(self, folder: Path = CONSOLE_FOLDER, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.state = BuildState.NOT_BUILT
        self._folder = folder
        self._monotonic = monotonic
        self._next_check = monotonic() + CHECK_SECONDS
        self._version = self._version_on_disk()
        self._files: Files = {} if self._version is None else self._read() or {}

    async def files(self) -> Files:
        """Return the files by their paths; none if the console is not built."""
        now = self._monotonic()
        if now >= self._next_check:
            self._next_check = now + CHECK_SECONDS
            await self._refresh()
        return self._files

    async def _refresh(self) -> None:
        version = self._version_on_disk()
        if version is None or version == self._version:
            return
        files = await asyncio.to_thread(self._read)
        if files is not None:
            self._version, self._files = version, files

    def _version_on_disk(self) -> Version | None:
        """Return what changes with each build; None if there is no console."""
        index = _identity(self._folder / INDEX)
        return None if index is None else (index, _identity(self._folder / STAMP))

    def _read(self) -> Files | None:
        """Return None if the folder cannot be read, or does not contain a console; the next check tries again."""
        try:
            files = read_files(self._folder)
        except (OSError, ConsoleTooLarge) as error:
            logger.warning("console_unreadable", folder=str(self._folder), detail=str(error))
            return None
        return files if f"/{INDEX}" in files else None


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
