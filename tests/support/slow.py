"""Marks whole folders of tests as slow ones, which `make test` leaves to other targets."""

from collections.abc import Iterable
from pathlib import Path

import pytest


def mark_slow(items: Iterable[pytest.Item], folder: Path) -> None:
    """Mark the tests in this folder and below; a hook of a conftest.py receives those of all folders."""
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.slow)
