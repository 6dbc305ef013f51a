"""Runs ``arcbeat serve`` as a separate process, as an operator does."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil

from arcbeat.settings import Settings
from tests.support.ports import free_port
from tests.support.service import SECRET_KEY, Service
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
SAMPLE_SECONDS = 0.2
STOP_SECONDS_MAX = 60.0
PASSED_VARIABLES = ("PATH", "HOME", "COVERAGE_PROCESS_START")


@dataclass
class Serving:
    """A running service.

    Attributes:
        command: how the process is started.
        environment: all variables of its environment.
        service: its API, for tests.
        log: its standard output and error, with one JSON object per line.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    service: Service
    log: Path
    process: psutil.Popen = field(init=False)

    def __post_init__(self) -> None:
        self._start()

    @classmethod
    @contextmanager
    def running(
        cls,
        folder: Path,
        database_url: str,
        telemetry_url: str | None = None,
        *,
        descriptors_max: int | None = None,
        **overrides: str | float,
    ) -> Iterator["Serving"]:
        """Run the service until the end of the block; the test may end it earlier.

        Args:
            descriptors_max: its limit of open files; by default that of the test.
        """
        serving = cls._of(folder, database_url, telemetry_url, descriptors_max, overrides)
        try:
            serving.wait()
            yield serving
        finally:
            serving.kill()
            for client in serving.service.clients:
                client.close()

    @classmethod
    def _of(
        cls,
        folder: Path,
        database_url: str,
        telemetry_url: str | None,
        descriptors_max: int | None,
        overrides: Mapping[str, str | float],
    ) -> "Serving":
        given: dict[str, Any] = {"secret_key": SECRET_KEY, "database_url": database_url}
        given |= {"sample_seconds": SAMPLE_SECONDS, **overrides}
        if telemetry_url:
            given["telemetry_url"] = telemetry_url
        settings = Settings.from_environment({}, **given)
        port = free_port()
        environment = {name.upper(): str(value) for name, value in given.items()} | {"PORT": str(port)}
        passed = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
        command = [sys.executable, "-m", "arcbeat", "serve"]
        if descriptors_max is not None:
            command = ["sh", "-c", f'ulimit -n {descriptors_max} && exec "$@"', "sh", *command]
        service = Service(f"http://127.0.0.1:{port}", database_url, settings)
        return cls(command, {**passed, **environment}, service, folder / f"serve-{port}.log")

    def _start(self) -> None:
        with self.log.open("ab") as output:
            self.process = psutil.Popen(self.command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)

    def wait(self) -> None:
        """Wait until the service responds."""
        eventually("the service responds", self._responds)

    def restart(self) -> None:
        """Start the process again, on the same port, after its end."""
        assert self.process.poll() is not None
        self._start()
        self.wait()

    def _responds(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.service.anonymous.get("/healthz").status_code == 200
        except httpx.ConnectError:
            return False

    def terminate(self) -> None:
        """Send SIGTERM without waiting for the end."""
        self.process.send_signal(signal.SIGTERM)

    def pause(self) -> None:
        """Stop the process, as a debugger or a live migration of its machine does."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def exit_code(self) -> int:
        """Wait for the end of the process and return its exit code."""
        return int(self.process.wait(STOP_SECONDS_MAX))

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(STOP_SECONDS_MAX)

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the log lines with this event."""
        lines = self.log.read_bytes().splitlines()
        return [event for line in lines if line.startswith(b"{") and (event := orjson.loads(line))["event"] == name]
