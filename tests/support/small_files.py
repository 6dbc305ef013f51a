"""Files that may not grow, as if their disk were full."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def small_files(bytes_max: int) -> Iterator[None]:
    """Neither this process nor those that it starts meanwhile can make a file larger than this."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
