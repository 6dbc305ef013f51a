"""All tests here need the program pgbouncer, so they are slow ones: of ``make test-jobs``."""

from pathlib import Path

import pytest

from tests.support.slow import mark_slow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_slow(items, Path(__file__).parent)
