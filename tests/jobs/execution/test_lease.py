"""A lease is kept while the database renews it, and lost when it does not."""

from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from arcbeat.domain.errors import LeaseLost, StoreUnreachable
from arcbeat.domain.jobs.runs import Renewal, RowCounts
from jobs.execution.lease import HEARTBEAT_SECONDS, LEASE_SHARE, Lease
from tests.support.clocks import Clock

RENEWED = Renewal(is_renewed=True, cancel_requested=False)
HELD_BY_A_TRANSACTION = Renewal(is_renewed=False, cancel_requested=False)
CANCELLED = Renewal(is_renewed=True, cancel_requested=True)


@dataclass
class FakeQueue:
    """A queue whose renewals have the given results; the last one repeats. Each takes 10 ms of the clock."""

    results: list[Renewal | Exception]
    clock: Clock
    lease_seconds: float
    calls: int = 0
    rows: list[RowCounts] = field(default_factory=list)

    async def renew(self, _: Any, rows: RowCounts) -> Renewal:
        self.calls += 1
        self.rows.append(rows)
        self.clock.pass_seconds(0.01)
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Exception):
            raise result
        return result


def lease_with(*results: Renewal | Exception, seconds: float = 0.03) -> tuple[Lease, FakeQueue]:
    """Return a lease, and the queue that renews it."""
    clock = Clock()
    queue: Any = FakeQueue(list(results), clock, seconds)
    run: Any = SimpleNamespace(id=1)
    counts = (RowCounts(read=number) for number in count(1))
    return Lease(queue, run, lambda: next(counts), clock.monotonic), queue


async def test_a_lease_is_kept_until_the_run_is_cancelled() -> None:
    lease, queue = lease_with(RENEWED, RENEWED, RENEWED, RENEWED, CANCELLED)

    await lease.keep()

    assert queue.calls == 5


async def test_each_renewal_stores_the_rows_so_far() -> None:
    lease, queue = lease_with(RENEWED, RENEWED, CANCELLED)

    await lease.keep()

    assert queue.rows == [RowCounts(read=1), RowCounts(read=2), RowCounts(read=3)]


async def test_a_lease_that_another_process_has_is_lost() -> None:
    lease, _ = lease_with(RENEWED, LeaseLost())

    with pytest.raises(LeaseLost):
        await lease.keep()


@pytest.mark.parametrize("result", [StoreUnreachable(), HELD_BY_A_TRANSACTION], ids=["outage", "transaction"])
async def test_a_lease_that_is_not_renewed_is_lost_when_it_ends(result: Renewal | Exception) -> None:
    lease, _ = lease_with(result)

    with pytest.raises(LeaseLost, match="did not renew it in time"):
        await lease.keep()


async def test_a_lease_survives_a_short_outage() -> None:
    outage = (StoreUnreachable(), HELD_BY_A_TRANSACTION)
    lease, queue = lease_with(RENEWED, *outage, RENEWED, *outage, CANCELLED, seconds=60)

    await lease.keep()

    assert queue.calls == 7


def test_heartbeats_are_at_most_a_third_of_a_lease_and_a_second_apart() -> None:
    assert HEARTBEAT_SECONDS < 1
    assert LEASE_SHARE <= 1 / 3
