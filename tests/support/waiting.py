"""Waits for conditions to become true; tests never sleep for a fixed time."""

import time
from collections.abc import Callable

TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 0.05


def eventually(
    what: str, is_true: Callable[[], bool], *, seconds: float = TIMEOUT_SECONDS, poll_seconds: float = POLL_SECONDS
) -> None:
    """Poll until the condition is true.

    Raises:
        AssertionError: it did not become true in time.
    """
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(poll_seconds)
