"""Work on long sequences in slices of a few milliseconds, between which other tasks of the event loop run."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from itertools import islice
from operator import itemgetter
from time import perf_counter
from typing import Any, TypeVar

SLICE_SECONDS = 0.002
"""How long a task works before others may run."""

SLICE_ITEMS = 250
"""Items between two looks at the clock; each takes one to a few microseconds."""

RELEASED_ITEMS = 100
"""The same for items that are freed; a row of a large type, with what only it refers to, takes several microseconds."""

SORTED_ITEMS = 2_000
"""Items that are sorted at once, in less than a millisecond."""

SAMPLES_PER_RANGE = 20
"""Keys that are sampled per range of a sort; with more of them the ranges become more equal."""

T = TypeVar("T")


class Pauses:
    """Lets other tasks run while a long piece of work is done.

    Args:
        seconds: the time to work between two pauses; 0 pauses whenever it is possible.
    """

    def __init__(self, seconds: float = SLICE_SECONDS, monotonic: Callable[[], float] = perf_counter) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._until = monotonic() + seconds

    async def pause(self) -> None:
        """Let other tasks run if the work has taken long enough since they last did."""
        if self._monotonic() >= self._until:
            await asyncio.sleep(0)
            self._until = self._monotonic() + self._seconds


async def slices(
    items: Collection[T], size: int = SLICE_ITEMS, *, seconds: float = SLICE_SECONDS
) -> AsyncIterator[Sequence[T]]:
    """Yield consecutive parts of a collection that does not change meanwhile.

    Between two parts, other tasks run if ``seconds`` have passed.
    """
    pauses, remaining = Pauses(seconds), iter(items)
    for start in range(0, len(items), size):
        if start:
            await pauses.pause()
        yield tuple(islice(remaining, size))


async def sort_in_slices(
    items: Sequence[T],
    key: Callable[[T], Any] = lambda item: item,
    *,
    reverse: bool = False,
    size: int = SORTED_ITEMS,
    seconds: float = SLICE_SECONDS,
) -> list[T]:
    """Return the items in the order in which ``sorted`` returns them.

    They are divided into ranges of about ``size`` keys, each of which is sorted in one step.
    """
    pauses = Pauses(seconds)
    keyed = [(key(item), item) async for part in slices(items, seconds=seconds) for item in part]
    limits = _limits([each[0] for each in keyed[:: max(1, size // SAMPLES_PER_RANGE)]])
    ranges: list[list[tuple[Any, T]]] = [[] for _ in range(len(limits) + 1)]
    async for part in slices(keyed, seconds=seconds):
        for each in part:
            ranges[bisect_right(limits, each[0])].append(each)
    found: list[T] = []
    for within in reversed(ranges) if reverse else ranges:
        await pauses.pause()
        found += (item for _, item in sorted(within, key=itemgetter(0), reverse=reverse))
    return found


def _limits(samples: list[Any]) -> list[Any]:
    """Return the keys that divide ranges, without the last of them, from samples of the keys."""
    return list(dict.fromkeys(sorted(samples)[SAMPLES_PER_RANGE::SAMPLES_PER_RANGE]))


async def release(objects: list[Any] | dict[Any, Any], *, seconds: float = SLICE_SECONDS) -> None:
    """Empty a collection whose objects may not be used elsewhere any more.

    Freeing a hundred thousand objects at once takes several times as long as a request may wait.
    """
    pauses = Pauses(seconds)
    while objects:
        if isinstance(objects, dict):
            for _ in range(min(RELEASED_ITEMS, len(objects))):
                objects.popitem()
        else:
            del objects[-RELEASED_ITEMS:]
        await pauses.pause()
