"""The order of the contract tests, and their collection."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""In this order: what is changed or deleted is no longer there to be read."""
TYPES = "/types/"
"""Changes of these come last of all, because nothing of a device can be read if its type is retired."""


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Stop measuring coverage while schemathesis generates its deterministic requests, of which it doubles the time.

    Modules are still measured while they are imported.
    """
    if isinstance(collector, pytest.Module | pytest.Package | pytest.Dir):
        return (yield)
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(trace)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [position for position, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    ordered = sorted((items[position] for position in here), key=_rank)
    for position, item in zip(here, ordered, strict=True):
        items[position] = item


def _rank(item: pytest.Item) -> tuple[bool, int]:
    method = next(rank for rank, method in enumerate(METHODS) if f"[{method} " in item.name)
    return TYPES in item.name and method > 0, method
