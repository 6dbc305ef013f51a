"""A redis-server that belongs to one test, and may be broken in every way."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import redis

from tests.faults.waiting import eventually
from tests.support.ports import free_port

PROGRAM = "redis-server"
STOP_SECONDS_MAX = 20.0


class OwnRedis:
    """Keeps nothing when it is stopped.

    Attributes:
        url: the same after a restart.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self._folder = folder
        self._program = program
        self._port = free_port()
        self._process: psutil.Popen | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator["OwnRedis"]:
        """Until the end of the test.

        Raises:
            AssertionError: there is no redis-server; what is to be shown cannot be shown without.
        """
        program = shutil.which(PROGRAM)
        assert program, f"{PROGRAM} is not installed (Debian: apt-get install redis-server)"
        server = cls(folder, program)
        try:
            server.start()
            yield server
        finally:
            server.kill()

    def start(self) -> None:
        """On the same port as before, without anything that it held."""
        options = {"bind": "127.0.0.1", "port": self._port, "dir": self._folder, "save": "", "appendonly": "no"}
        command = [self._program, *(str(each) for name, value in options.items() for each in (f"--{name}", value))]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = psutil.Popen(command, stdout=log, stderr=log)
        eventually("redis-server answers", self._answers)

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(STOP_SECONDS_MAX)

    def pause(self) -> None:
        """It stands still: connections are accepted by the kernel, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
