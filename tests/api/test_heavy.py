"""Tests of the limits on heavy requests per caller."""

import asyncio

import pytest

from arcbeat.api.access.heavy import LOGS, PAGES, QUERIES, TRANSFERS, FairLimit, Share
from arcbeat.api.contract.bundle import load_contract, operations_of
from arcbeat.domain.errors import TooManyRequests

SHARE = Share(per_caller=2, total=3, waiting_per_caller=2, wait_seconds=60.0)


class Requests:
    """Requests that run until they are ended by name."""

    def __init__(self, share: Share = SHARE) -> None:
        self._limit = FairLimit(share)
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.started: list[str] = []

    async def start(self, *names: str) -> None:
        """Start requests; the first letter of a name is the caller."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._run(name))
        await settle()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settle()

    async def _run(self, name: str) -> None:
        async with self._limit.admitted(name[0]):
            self.started.append(name)
            await self._ends[name].wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_caller_runs_its_share_and_its_further_requests_wait() -> None:
    requests = Requests()

    await requests.start("a1", "a2", "a3", "b1")
    assert requests.started == ["a1", "a2", "b1"]

    await requests.end("a1")
    assert requests.started == ["a1", "a2", "b1", "a3"]


async def test_requests_beyond_the_queue_of_a_caller_are_rejected_at_once() -> None:
    requests = Requests()

    await requests.start("a1", "a2", "a3", "a4", "a5")

    with pytest.raises(TooManyRequests) as rejected:
        await requests.tasks["a5"]
    assert rejected.value.retry_after_seconds >= 1


async def test_a_request_that_waits_too_long_is_rejected_and_leaves_the_queue() -> None:
    requests = Requests(Share(per_caller=1, total=1, waiting_per_caller=1, wait_seconds=0.01))

    await requests.start("a1", "a2")
    with pytest.raises(TooManyRequests):
        await requests.tasks["a2"]
    await requests.end("a1")
    await requests.start("a3")

    assert requests.started == ["a1", "a3"]


async def test_a_free_place_goes_to_the_caller_that_runs_the_fewest() -> None:
    requests = Requests()
    await requests.start("a1", "a2", "b1", "b2", "c1")

    await requests.end("b1")
    await requests.end("a1")

    assert requests.started == ["a1", "a2", "b1", "b2", "c1"]


async def test_callers_with_equal_shares_take_turns() -> None:
    requests = Requests(Share(per_caller=1, total=1, waiting_per_caller=3))
    await requests.start("a1", "a2", "a3", "b1", "b2")

    for name in ("a1", "a2", "b1", "a3"):
        await requests.end(name)

    assert requests.started == ["a1", "a2", "b1", "a3", "b2"]


async def test_cancelled_requests_give_their_places_back() -> None:
    requests = Requests(Share(per_caller=1, total=1, waiting_per_caller=3))
    await requests.start("a1", "a2", "a3")

    await requests.end("a1")
    for name in ("a2", "a3"):
        requests.tasks[name].cancel()
    await settle()
    await requests.start("a4")

    assert requests.started == ["a1", "a2", "a4"]


async def test_a_request_cancelled_while_it_gets_its_place_passes_it_on() -> None:
    requests = Requests(Share(per_caller=1, total=1, waiting_per_caller=3))
    await requests.start("a1", "a2", "a3")

    requests._ends["a1"].set()
    await asyncio.sleep(0)
    requests.tasks["a2"].cancel()
    await settle()

    assert requests.started[-1] == "a3"


def test_the_contract_has_all_operations_that_are_limited() -> None:
    operations = {operation["operationId"] for operation in operations_of(load_contract())}

    assert {*QUERIES, *TRANSFERS, *PAGES, LOGS} <= operations
