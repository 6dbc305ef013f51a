"""Work on long sequences in slices of a few milliseconds, between which other tasks of the event loop run."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

SLICE_ITEMS = 2_000
"""Items of which each takes about a microsecond."""

RELEASED_ITEMS = 500
"""Items that are freed at once; a row of a large type, with what only it refers to, takes several microseconds."""

SAMPLES_PER_RANGE = 20
"""Keys that are sampled per range of a sort; with more of them the ranges become more equal."""

T = TypeVar("T")


async def slices(items: Sequence[T], size: int = SLICE_ITEMS) -> AsyncIterator[Sequence[T]]:
    """Yield consecutive parts of a sequence; other tasks run before each but the first."""
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]


async def sort_in_slices(
    items: Sequence[T], key: Callable[[T], Any] = lambda item: item, *, reverse: bool = False, size: int = SLICE_ITEMS
) -> list[T]:
    """Return the items in the order in which ``sorted`` returns them.

    They are divided into ranges of about ``size`` keys, each of which is sorted in one step.
    """
    keyed = [(key(item), item) async for part in slices(items, size) for item in part]
    limits = _limits([each[0] for each in keyed[:: max(1, size // SAMPLES_PER_RANGE)]])
    ranges: list[list[tuple[Any, T]]] = [[] for _ in range(len(limits) + 1)]
    async for part in slices(keyed, size):
        for each in part:
            ranges[bisect_right(limits, each[0])].append(each)
    found: list[T] = []
    for within in reversed(ranges) if reverse else ranges:
        await asyncio.sleep(0)
        found += (item for _, item in sorted(within, key=itemgetter(0), reverse=reverse))
    return found


def _limits(samples: list[Any]) -> list[Any]:
    """Return the keys that divide ranges, without the last of them, from samples of the keys."""
    return list(dict.fromkeys(sorted(samples)[SAMPLES_PER_RANGE::SAMPLES_PER_RANGE]))


async def release(objects: list[Any] | dict[Any, Any]) -> None:
    """Empty a collection whose objects may not be used elsewhere any more.

    Freeing a hundred thousand objects at once takes several times as long as a request may wait.
    """
    remove: Callable[[], object] = objects.popitem if isinstance(objects, dict) else objects.pop
    while objects:
        for _ in range(min(RELEASED_ITEMS, len(objects))):
            remove()
        await asyncio.sleep(0)
