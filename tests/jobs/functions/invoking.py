"""Functions that serve the API, called in a thread of their own, because an event loop runs in that of the tests."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from jobs.functions.aws.api import ApiFunction
from tests.jobs.functions.events import Context

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def api_function(settings: Mapping[str, str]) -> Iterator[Invoke]:
    """Yield a function."""
    with ThreadPoolExecutor(1) as executor:
        function = executor.submit(ApiFunction, settings).result()
        try:
            yield lambda event: executor.submit(function, event, Context()).result()
        finally:
            executor.submit(function.close).result()
