"""The order of the contract tests."""

from pathlib import Path

import pytest

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""In this order: what is changed or deleted is no longer there to be read."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [position for position, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    ordered = sorted((items[position] for position in here), key=_rank)
    for position, item in zip(here, ordered, strict=True):
        items[position] = item


def _rank(item: pytest.Item) -> int:
    return next(rank for rank, method in enumerate(METHODS) if f"[{method} " in item.name)
