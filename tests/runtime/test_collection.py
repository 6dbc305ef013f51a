"""No garbage is collected while a process starts, and what the start made is not examined later."""

import gc
import weakref

import pytest

from arcbeat.runtime.collection import frozen_objects, paused_collection


class Cycle:
    """An object that refers to itself, so that reference counting does not free it."""

    def __init__(self) -> None:
        self.itself = self


def collections() -> int:
    return sum(int(generation["collections"]) for generation in gc.get_stats())


def test_nothing_is_collected_inside_the_block_and_garbage_of_it_is_collected_later() -> None:
    before = collections()
    with paused_collection():
        unreachable = weakref.ref(Cycle())
        kept = [Cycle() for _ in range(2 * gc.get_threshold()[0])]
        assert collections() == before

    assert gc.isenabled()
    assert unreachable() is not None
    gc.collect()
    assert unreachable() is None
    assert kept


def test_collection_goes_on_after_an_error_in_the_block() -> None:
    with pytest.raises(ValueError, match="the start failed"), paused_collection():
        raise ValueError("the start failed")

    assert gc.isenabled()


def test_an_inner_block_does_not_end_the_pause_of_the_outer_one() -> None:
    with paused_collection():
        with paused_collection():
            pass
        assert not gc.isenabled()


def test_collections_examine_only_what_was_made_since_the_start() -> None:
    of_start = weakref.ref(Cycle())
    with frozen_objects():
        later = weakref.ref(Cycle())
        gc.collect()
        assert of_start() is not None
        assert later() is None

    gc.collect()
    assert of_start() is None
