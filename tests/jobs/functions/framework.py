"""Runs the command ``functions-framework`` of Google, as the containers of Cloud Run functions do."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.jobs.programs import ROOT, TIMEOUT_SECONDS
from tests.support.ports import free_port
from tests.support.waiting import eventually

COMMAND = Path(sys.executable).parent / "functions-framework"
PRODUCT = "from jobs.functions.gcp import run_job, run_job_of_event, serve_api\n"
"""The file main.py that the documentation shows."""


@dataclass(frozen=True)
class Framework:
    """A running functions-framework.

    Attributes:
        log: Its standard output and error.
    """

    process: subprocess.Popen[bytes]
    client: httpx.Client
    log: Path

    @property
    def logged(self) -> str:
        return self.log.read_text()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the framework and its worker."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill the framework and its worker, as Cloud Run does with an instance that does not end."""
        _kill(self.process)

    def terminate(self) -> int:
        """Stop the framework as Cloud Run does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIMEOUT_SECONDS)


@contextmanager
def serving(
    folder: Path, environment: Mapping[str, str], target: str, source: str = PRODUCT, *options: str
) -> Iterator[Framework]:
    """Serve a function of a source file until the end of the block.

    Args:
        folder: Where main.py and the log are written.
        options: Further options of the command.
    """
    main, log, port = folder / "main.py", folder / "framework.log", free_port()
    main.write_text(source)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "--source", main, "--target", target, "--host", "127.0.0.1", "--port", str(port), *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},  # as main.py stands elsewhere
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=TIMEOUT_SECONDS) as client:
            framework = Framework(process, client, log)
            eventually("the framework listens", lambda: _listens(framework))
            yield framework
    finally:
        with suppress(ProcessLookupError):
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the framework and its worker."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    finally:
        process.wait()


def _listens(framework: Framework) -> bool:
    assert framework.process.poll() is None, framework.logged
    with suppress(httpx.TransportError):
        framework.client.get("/robots.txt")  # which the framework itself answers
        return True
    return False
