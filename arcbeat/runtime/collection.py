"""Garbage collection around the start of a process: none while it starts, and later none of what the start made.

Importing and wiring make a hundred thousand objects that stay until the process ends. CPython would look for garbage
among them again and again: a sixth of the time until the first response, then a tenth of a second at each full
collection, in which no request is served.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection() -> Iterator[None]:
    """Collect no garbage inside the block; after it, collect as before."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # Moves all objects to the oldest generation; otherwise the next collection would examine them all as young.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@contextmanager
def frozen_objects() -> Iterator[None]:
    """Let collections inside the block ignore the objects that exist when it is entered."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
