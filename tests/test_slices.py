"""Long sequences are worked on in slices, between which other tasks run."""

import asyncio
from collections.abc import Awaitable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.slices import Pauses, release, slices, sort_in_slices


async def turns_during(work: Awaitable[object]) -> int:
    """Return how often another task runs while the work is done."""
    turns = 0

    async def other_task() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(other_task())
    await work
    other.cancel()
    return turns


async def test_other_tasks_run_only_after_the_time_of_a_slice() -> None:
    clock = iter((10.0, 11.0, 12.0, 12.0, 13.0, 14.0, 14.0))
    pauses = Pauses(2.0, lambda: next(clock))

    assert [await turns_during(pauses.pause()) > 0 for _ in range(4)] == [False, True, False, True]


@given(items=st.lists(st.integers()), size=st.integers(1, 5))
async def test_slices_are_the_sequence(items: list[int], size: int) -> None:
    parts = [part async for part in slices(items, size)]

    assert [item for part in parts for item in part] == items
    assert all(0 < len(part) <= size for part in parts)


@given(items=st.lists(st.tuples(st.integers(0, 5), st.integers())), size=st.integers(1, 5), reverse=st.booleans())
async def test_sorting_in_slices_is_sorting(items: list[tuple[int, int]], size: int, reverse: bool) -> None:
    def first(item: tuple[int, int]) -> int:
        return item[0]

    assert await sort_in_slices(items, first, reverse=reverse, size=size) == sorted(items, key=first, reverse=reverse)


async def test_other_tasks_run_while_a_long_sequence_is_sorted() -> None:
    assert await turns_during(sort_in_slices(range(20_000), seconds=0)) > 10


@pytest.mark.parametrize("objects", [list(range(10_000)), dict.fromkeys(range(10_000))], ids=["list", "dictionary"])
async def test_a_large_collection_is_emptied_while_other_tasks_run(objects: list[int] | dict[int, None]) -> None:
    assert await turns_during(release(objects, seconds=0)) > 1
    assert not objects
