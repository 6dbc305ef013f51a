"""Waiting for something to become true, never for a time to pass."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05


def eventually(what: str, is_true: Callable[[], bool]) -> None:
    """Ask until it is so.

    Raises:
        AssertionError: it never was.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(POLL_SECONDS)
