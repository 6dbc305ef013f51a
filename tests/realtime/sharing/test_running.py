"""A process takes part in the cluster by itself."""

from structlog.testing import capture_logs

from arcbeat.realtime.sharing.lease_state import LeaseRole
from tests.realtime.sharing.processes import TIMES, Plant
from tests.support.settling import until


async def test_a_leader_that_ends_releases_the_lease() -> None:
    async with Plant.running(2) as plant:
        first, second = plant.processes
        async with first.running():
            assert first.role is LeaseRole.LEADER
            async with second.running():
                assert second.role is LeaseRole.FOLLOWER
            assert plant.shared.lease() is not None
        assert plant.shared.lease() is None


async def test_a_process_follows_and_takes_over_by_itself() -> None:
    async with Plant.running(2) as plant:
        first, second = plant.processes
        await second.renew_lease()
        async with first.running():
            await second.renew_lease()
            await second.tick()
            await until(lambda: first.snapshot is not None)
            assert first.snapshot == second.snapshot

            plant.clock.pass_seconds(TIMES.lease_seconds + 1)
            await until(lambda: first.role is LeaseRole.LEADER)


async def test_a_process_ends_while_the_exchange_is_unavailable() -> None:
    async with Plant.running(1) as plant:
        [process] = plant.processes
        async with process.running():
            process.exchange.is_unreachable = True


async def test_an_unexpected_error_ends_one_renewal_and_the_next_succeeds() -> None:
    async with Plant.running(1) as plant:
        [process] = plant.processes
        async with process.running():
            with capture_logs() as logs:
                plant.shared.times = None  # type: ignore[assignment] # to cause an unexpected error
                await until(lambda: any(log["event"] == "sharing_failed" for log in logs))
            plant.shared.times = TIMES
            plant.clock.pass_seconds(TIMES.lease_seconds + 1)
            assert process.role is LeaseRole.ALONE

            await until(lambda: process.role is LeaseRole.LEADER)
