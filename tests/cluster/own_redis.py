"""A redis-server for one test, which can be killed and paused."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import redis

from tests.support.ports import free_port
from tests.support.waiting import eventually

PROGRAM = "redis-server"
STOP_SECONDS_MAX = 20.0


class OwnRedis:
    """A redis-server without persistence.

    Attributes:
        url: does not change at a restart.
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
        """Run a redis-server while the context is entered.

        Raises:
            AssertionError: the program redis-server is not installed.
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
        """Start on the same port as before, without data."""
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
        """Stop the process: the kernel accepts connections, and gets no answer."""
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
