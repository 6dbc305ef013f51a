"""Runs the command line of jobs in processes of its own."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 120
PRODUCT = "jobs"
EXAMPLES = "tests.jobs.example_jobs"


def start(environment: Mapping[str, str], *arguments: str, module: str = EXAMPLES) -> subprocess.Popen[str]:
    """Start a command."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(environment: Mapping[str, str], *arguments: str, module: str = EXAMPLES) -> Iterator[subprocess.Popen[str]]:
    """Run a command, and kill it at the end if it is still running."""
    process = start(environment, *arguments, module=module)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run(environment: Mapping[str, str], *arguments: str, module: str = EXAMPLES) -> tuple[int, str, str]:
    """Run a command; return its exit code, standard output and standard error."""
    process = start(environment, *arguments, module=module)
    out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    return process.returncode, out, err


def run_on_a_terminal(environment: Mapping[str, str], *arguments: str, module: str = EXAMPLES) -> tuple[int, str]:
    """Run a command whose standard output is a terminal; return its exit code and what the terminal received."""
    terminal, output = pty.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as received:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env={**os.environ, **environment}, stdout=output
        )
        os.close(output)
        content = b""
        with suppress(OSError):  # how Linux reports that the other side is closed; macOS returns no bytes
            while chunk := received.read(4096):
                content += chunk
    return process.wait(TIMEOUT_SECONDS), content.decode()


def events(out: str) -> list[dict[str, Any]]:
    """Return the JSON objects that a command has printed."""
    return [json.loads(line) for line in out.splitlines()]
