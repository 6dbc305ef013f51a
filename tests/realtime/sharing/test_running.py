"""A process takes part by itself."""

import asyncio
from collections.abc import Callable

from structlog.testing import capture_logs

from arcbeat.realtime.sharing.lease_state import LeaseRole
from tests.realtime.sharing.processes import PACE, Plant

PATIENCE_SECONDS = 20.0


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_true():  # noqa: ASYNC110 -- threads are among what it waits for
            await asyncio.sleep(0)


async def test_one_that_ends_leaves_the_lease_to_another_at_once() -> None:
    async with Plant.running(2) as plant:
        first, second = plant.processes
        async with first.running():
            assert first.role is LeaseRole.LEADER
            async with second.running():
                assert second.role is LeaseRole.FOLLOWER
            assert plant.board.lease() is not None
        assert plant.board.lease() is None


async def test_it_takes_over_and_reads_by_itself() -> None:
    async with Plant.running(2) as plant:
        first, second = plant.processes
        await second.renew_lease()
        async with first.running():
            await second.renew_lease()
            await second.tick()
            await until(lambda: first.snapshot is not None)
            assert first.snapshot == second.snapshot

            plant.clock.pass_seconds(PACE.lease_seconds + 1)
            await until(lambda: first.role is LeaseRole.LEADER)


async def test_an_exchange_that_is_away_at_the_end_keeps_nobody_from_ending() -> None:
    async with Plant.running(1) as plant:
        [process] = plant.processes
        async with process.running():
            process.exchange.is_away = True


async def test_a_fault_of_ours_ends_one_beat_and_no_more() -> None:
    async with Plant.running(1) as plant:
        [process] = plant.processes
        async with process.running():
            with capture_logs() as logs:
                plant.board.pace = None  # type: ignore[assignment] # so that it fails in a way that nobody foresaw
                await until(lambda: any(log["event"] == "sharing_failed" for log in logs))
            plant.board.pace = PACE
            plant.clock.pass_seconds(PACE.lease_seconds + 1)
            assert process.role is LeaseRole.ALONE

            await until(lambda: process.role is LeaseRole.LEADER)
