"""Processes that share the samples of a leader, and lose the exchange or each other."""

import pytest

from arcbeat.domain.errors import StoreUnavailable, UnknownDeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.sharing import STREAM_FRAMES_MAX
from arcbeat.realtime.sharing.lease_state import LeaseRole
from tests.realtime.sharing.memory import Gate
from tests.realtime.sharing.processes import TIMES, Plant, Process
from tests.realtime.sharing.simulated_plant import CUTTING, TYPE_CODE, renamed
from tests.support.simulated_plant import WELDING


def newest(process: Process) -> tuple[str, int]:
    """Return the stream_id and seq of the newest snapshot."""
    assert process.snapshot is not None
    return process.snapshot.stream_id, process.snapshot.seq


async def test_the_leader_samples_and_all_publish_the_same_snapshots() -> None:
    async with Plant.running(3) as plant:
        for _ in range(3):
            await plant.round()

        leader, follower, bystander = plant.processes
        assert [each.role for each in plant.processes] == [LeaseRole.LEADER, LeaseRole.FOLLOWER, LeaseRole.FOLLOWER]
        assert follower.snapshot == leader.snapshot
        assert bystander.snapshot is None
        assert [each.client.resets for each in plant.watching] == [1, 1]
        assert follower.observer.frames == 2


async def test_the_leader_samples_types_that_only_others_watch() -> None:
    async with Plant.running(2) as plant:
        watching, bystander = plant.processes
        await bystander.renew_lease()
        for _ in range(2):
            await plant.round()

        assert [each.role for each in (watching, bystander)] == [LeaseRole.FOLLOWER, LeaseRole.LEADER]
        assert watching.snapshot == bystander.snapshot is not None


async def test_a_process_that_takes_over_continues_the_stream() -> None:
    async with Plant.running(3) as plant:
        lost, other, _ = plant.processes
        await plant.round()
        await lost.renew_lease()
        await lost.tick()  # a frame that the others have not read when one takes over
        stream_id, seq = newest(lost)

        plant.clock.pass_seconds(TIMES.lease_seconds)
        await other.renew_lease()
        await other.tick()

        assert other.role is LeaseRole.LEADER
        assert newest(other) == (stream_id, seq + 1)
        assert other.client.resets == 1


@pytest.mark.parametrize("gate", [Gate.SAMPLE, Gate.SHARE])
async def test_a_leader_that_was_paused_follows_the_new_leader(gate: Gate) -> None:
    async with Plant.running(3) as plant:
        paused, other, _ = plant.processes
        await plant.round()
        paused.pause(gate)
        await paused.tick()
        await plant.round(without=0)
        await plant.round(without=0)

        await paused.resume()
        assert newest(paused)[1] < newest(other)[1]
        await paused.renew_lease()
        await paused.follow()

        assert paused.role is LeaseRole.FOLLOWER
        assert paused.snapshot == other.snapshot
        assert [each.client.resets for each in plant.watching] == [1, 1]


async def test_a_frame_whose_answer_came_late_is_published_once() -> None:
    async with Plant.running(3) as plant:
        paused, other, _ = plant.processes
        await plant.round()
        paused.pause(Gate.ANSWER)
        await paused.tick()
        await plant.round(without=0)
        await plant.round(without=0)
        await paused.renew_lease()
        await paused.follow()

        await paused.resume()

        assert paused.snapshot == other.snapshot


async def test_without_the_exchange_each_process_samples_alone_after_at_most_one_tick() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        for each in plant.processes:
            each.exchange.is_unreachable = True
        before = [newest(each) for each in plant.watching]
        await plant.round()
        await plant.round()

        assert plant.of(LeaseRole.ALONE) == plant.processes
        after = [newest(each) for each in plant.watching]
        assert len({stream_id for stream_id, _ in before + after}) == 3
        assert [each.client.resets for each in plant.watching] == [2, 2]


async def test_when_the_exchange_is_back_the_new_leader_continues_its_own_stream() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        for each in plant.processes:
            each.exchange.is_unreachable = True
        await plant.round()
        await plant.round()
        for each in plant.processes:
            each.exchange.is_unreachable = False
        leader, follower, _ = plant.processes
        stream_id, seq = newest(leader)
        for _ in range(2):
            await plant.round()

        assert newest(leader) == newest(follower) == (stream_id, seq + 2)
        assert [each.client.resets for each in plant.watching] == [2, 3]


async def test_an_exchange_that_forgot_everything_is_filled_again() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        plant.shared.wipe()
        for _ in range(2):
            await plant.round()

        leader, follower, _ = plant.processes
        assert follower.snapshot == leader.snapshot
        assert [each.client.resets for each in plant.watching] == [2, 2]


async def test_a_stream_whose_last_write_got_no_answer_is_abandoned() -> None:
    async with Plant.running(3) as plant:
        unsure, other, _ = plant.processes
        plant.plant.change(CUTTING, fields_version=2)
        unsure.exchange.loses_responses = True
        await unsure.renew_lease()
        await other.renew_lease()
        unsure.exchange.loses_responses = False
        await unsure.renew_lease()
        unsure.exchange.loses_responses = True
        await unsure.tick()  # begins a stream, and gets no answer that it is shared
        await other.tick()
        stream_id, _ = newest(other)
        assert newest(unsure) == (stream_id, 1)

        unsure.exchange.loses_responses, unsure.exchange.is_unreachable = False, True
        await unsure.tick()
        await plant.round(without=0)
        await plant.round(without=0)

        assert newest(other) == (stream_id, 2)
        assert newest(unsure)[0] != stream_id


async def test_a_follower_that_is_far_behind_starts_again_from_the_checkpoint() -> None:
    async with Plant.running(3) as plant:
        leader, slow, _ = plant.processes
        await plant.round()
        for _ in range(STREAM_FRAMES_MAX + 2):
            await plant.round(without=1)
        await slow.renew_lease()
        await slow.follow()

        assert slow.snapshot == leader.snapshot
        assert slow.observer.gaps == 1
        assert slow.client.resets == 1


async def test_a_type_without_frames_is_sampled_by_the_follower() -> None:
    async with Plant.running(3) as plant:
        leader, follower, _ = plant.processes
        await leader.renew_lease()
        while plant.clock.monotonic() < TIMES.silence_seconds_max:
            await leader.renew_lease()  # it holds the lease, and does not sample
            await follower.renew_lease()
            await follower.tick()
            await follower.follow()
            assert follower.snapshot is None
            plant.clock.pass_seconds(TIMES.renew_seconds)
        await follower.renew_lease()
        plant.clock.pass_seconds(TIMES.renew_seconds)
        await follower.tick()

        assert follower.role is LeaseRole.FOLLOWER
        assert follower.snapshot is not None

        await plant.round()
        assert follower.snapshot == leader.snapshot


async def test_a_follower_does_not_wait_for_a_snapshot_of_an_unknown_type() -> None:
    async with Plant.running(3) as plant:
        leader, follower, _ = plant.processes
        await leader.renew_lease()
        await follower.renew_lease()
        plant.plant.catalogue.types.clear()
        with follower.samplers.watch(WELDING.type_code) as sampler:
            await follower.tick()
            with pytest.raises(UnknownDeviceType):
                await sampler.wait_for_snapshot()


async def test_a_change_of_the_type_reaches_all_processes_at_the_next_tick() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        plant.plant.catalogue.types[TYPE_CODE] = renamed(CUTTING)
        await plant.round()
        assert [sampler.device_type for each in plant.watching for sampler in each.samplers] == [renamed(CUTTING)] * 2
        assert [each.client.resets for each in plant.watching] == [1, 1]

        plant.plant.change(CUTTING, fields=CUTTING.fields[:2], fields_version=2)
        await plant.round()
        leader, follower, _ = plant.processes
        assert follower.snapshot == leader.snapshot
        assert [each.client.resets for each in plant.watching] == [2, 2]


async def test_while_the_store_is_unavailable_all_publish_the_last_rows() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        plant.plant.store.failure = StoreUnavailable()
        await plant.round()

        leader, follower, _ = plant.processes
        assert follower.snapshot == leader.snapshot
        assert follower.snapshot is not None
        assert follower.snapshot.source is Source.MEMORY


async def test_a_new_follower_publishes_the_shared_state_at_once() -> None:
    async with Plant.running(2) as plant:
        leader, late = plant.processes
        await plant.round()
        await plant.round()
        late.watch()
        await late.tick()

        assert late.snapshot == leader.snapshot


async def test_a_new_follower_ignores_a_state_that_is_too_old() -> None:
    async with Plant.running(2) as plant:
        leader, late = plant.processes
        await plant.round()
        plant.clock.pass_seconds(TIMES.silence_seconds_max)
        await leader.renew_lease()
        await late.renew_lease()
        late.watch()
        await late.tick()
        assert late.snapshot is None

        await leader.tick()
        await late.tick()
        assert late.snapshot == leader.snapshot is not None


async def test_a_process_that_takes_over_without_reading_the_frames_begins_a_new_stream() -> None:
    async with Plant.running(3) as plant:
        lost, other, _ = plant.processes
        await plant.round()
        await lost.renew_lease()
        await lost.tick()
        other.exchange.is_unreadable = True
        plant.clock.pass_seconds(TIMES.lease_seconds)
        await other.renew_lease()
        await other.tick()

        assert other.role is LeaseRole.LEADER
        assert newest(other)[0] != newest(lost)[0]
        assert other.client.resets == 2


async def test_a_state_that_cannot_be_read_at_the_first_tick_is_published_later() -> None:
    async with Plant.running(2) as plant:
        leader, late = plant.processes
        await plant.round()
        late.watch()
        late.exchange.is_unreadable = True
        await late.tick()
        assert late.snapshot is None

        late.exchange.is_unreadable = False
        await late.follow()
        await plant.round()
        assert late.snapshot == leader.snapshot is not None
