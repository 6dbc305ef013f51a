"""Work on long sequences in slices of a few milliseconds, between which other tasks of the event loop run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

SLICE_ITEMS = 2_000
"""Items of which each takes about a microsecond."""

T = TypeVar("T")


async def slices(items: Sequence[T], size: int = SLICE_ITEMS) -> AsyncIterator[Sequence[T]]:
    """Yield consecutive parts of a sequence; other tasks run before each but the first."""
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]


async def sort_in_slices(
    items: Sequence[T], key: Callable[[T], Any] | None = None, *, reverse: bool = False, size: int = SLICE_ITEMS
) -> list[T]:
    """Return the items in the order in which ``sorted`` returns them; merging two sorted parts is a single step."""
    runs = [sorted(part, key=key, reverse=reverse) async for part in slices(items, size)]  # type: ignore[type-var,arg-type]
    while len(runs) > 1:
        pairs = [runs[index : index + 2] for index in range(0, len(runs), 2)]
        runs = [await _merged(pair, key, reverse=reverse) for pair in pairs]
    return runs[0] if runs else []


async def _merged(runs: Sequence[list[T]], key: Callable[[T], Any] | None, *, reverse: bool) -> list[T]:
    if len(runs) == 1:
        return runs[0]
    await asyncio.sleep(0)
    # The sort finds the two sorted runs, and merges them in one pass.
    return sorted(runs[0] + runs[1], key=key, reverse=reverse)  # type: ignore[type-var,arg-type]


async def release(objects: list[Any] | dict[Any, Any]) -> None:
    """Empty a collection whose objects may not be used elsewhere any more.

    Freeing a hundred thousand objects at once takes several times as long as a request may wait.
    """
    remove: Callable[[], object] = objects.popitem if isinstance(objects, dict) else objects.pop
    while objects:
        for _ in range(min(SLICE_ITEMS, len(objects))):
            remove()
        await asyncio.sleep(0)
