"""Processes that share what one of them samples, and lose it and each other."""

import pytest

from arcbeat.domain.errors import StoreUnavailable, UnknownDeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.sharing import STREAM_FRAMES_MAX
from arcbeat.realtime.sharing.lease_state import LeaseRole
from tests.realtime.sharing.memory import Way
from tests.realtime.sharing.processes import PACE, Plant, Process
from tests.realtime.sharing.simulated_plant import CUTTING, TYPE_CODE, renamed
from tests.support.simulated_plant import WELDING


def shown(process: Process) -> tuple[str, int]:
    """Stream and number."""
    assert process.snapshot is not None
    return process.snapshot.stream_id, process.snapshot.seq


async def test_one_samples_and_all_show_the_same_under_the_same_number() -> None:
    async with Plant.running(3) as plant:
        for _ in range(3):
            await plant.round()

        leader, follower, bystander = plant.processes
        assert [each.role for each in plant.processes] == [LeaseRole.LEADER, LeaseRole.FOLLOWER, LeaseRole.FOLLOWER]
        assert follower.snapshot == leader.snapshot
        assert bystander.snapshot is None
        assert [each.client.resets for each in plant.watching] == [1, 1]
        assert follower.observer.frames == 2


async def test_the_one_that_samples_does_so_for_what_only_others_watch() -> None:
    async with Plant.running(2) as plant:
        watching, bystander = plant.processes
        await bystander.renew_lease()
        for _ in range(2):
            await plant.round()

        assert [each.role for each in (watching, bystander)] == [LeaseRole.FOLLOWER, LeaseRole.LEADER]
        assert watching.snapshot == bystander.snapshot is not None


async def test_when_it_is_lost_another_goes_on_with_the_same_stream() -> None:
    async with Plant.running(3) as plant:
        lost, other, _ = plant.processes
        await plant.round()
        await lost.renew_lease()
        await lost.tick()  # what the others have not read when they take over
        stream_id, seq = shown(lost)

        plant.clock.pass_seconds(PACE.lease_seconds)
        await other.renew_lease()
        await other.tick()

        assert other.role is LeaseRole.LEADER
        assert shown(other) == (stream_id, seq + 1)
        assert other.client.resets == 1


@pytest.mark.parametrize("way", [Way.SAMPLE, Way.SHARE])
async def test_one_that_stood_still_confuses_nobody_and_goes_on_with_the_others(way: Way) -> None:
    async with Plant.running(3) as plant:
        paused, other, _ = plant.processes
        await plant.round()
        paused.pause(way)
        await paused.tick()
        await plant.round(without=0)
        await plant.round(without=0)

        await paused.go_on()
        assert shown(paused)[1] < shown(other)[1]
        await paused.renew_lease()
        await paused.follow()

        assert paused.role is LeaseRole.FOLLOWER
        assert paused.snapshot == other.snapshot
        assert [each.client.resets for each in plant.watching] == [1, 1]


async def test_what_was_shared_before_its_answer_came_late_is_told_once() -> None:
    async with Plant.running(3) as plant:
        paused, other, _ = plant.processes
        await plant.round()
        paused.pause(Way.ANSWER)
        await paused.tick()
        await plant.round(without=0)
        await plant.round(without=0)
        await paused.renew_lease()
        await paused.follow()

        await paused.go_on()

        assert paused.snapshot == other.snapshot


async def test_without_the_exchange_each_goes_on_by_itself_after_at_most_one_tick() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        for each in plant.processes:
            each.exchange.is_away = True
        before = [shown(each) for each in plant.watching]
        await plant.round()
        await plant.round()

        assert plant.of(LeaseRole.ALONE) == plant.processes
        after = [shown(each) for each in plant.watching]
        assert len({stream_id for stream_id, _ in before + after}) == 3
        assert [each.client.resets for each in plant.watching] == [2, 2]


async def test_when_the_exchange_is_back_one_samples_again_and_its_own_clients_notice_nothing() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        for each in plant.processes:
            each.exchange.is_away = True
        await plant.round()
        await plant.round()
        for each in plant.processes:
            each.exchange.is_away = False
        leader, follower, _ = plant.processes
        stream_id, seq = shown(leader)
        for _ in range(2):
            await plant.round()

        assert shown(leader) == shown(follower) == (stream_id, seq + 2)
        assert [each.client.resets for each in plant.watching] == [2, 3]


async def test_an_exchange_that_has_lost_everything_is_filled_again() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        plant.board.wipe()
        for _ in range(2):
            await plant.round()

        leader, follower, _ = plant.processes
        assert follower.snapshot == leader.snapshot
        assert [each.client.resets for each in plant.watching] == [2, 2]


async def test_nobody_goes_on_with_a_stream_that_somebody_else_may_go_on_with() -> None:
    async with Plant.running(3) as plant:
        unsure, other, _ = plant.processes
        plant.plant.change(CUTTING, fields_version=2)
        unsure.exchange.loses_answers = True
        await unsure.renew_lease()
        await other.renew_lease()
        unsure.exchange.loses_answers = False
        await unsure.renew_lease()
        unsure.exchange.loses_answers = True
        await unsure.tick()  # begins a stream, and does not hear that it is shared
        await other.tick()
        stream_id, _ = shown(other)
        assert shown(unsure) == (stream_id, 1)

        unsure.exchange.loses_answers, unsure.exchange.is_away = False, True
        await unsure.tick()
        await plant.round(without=0)
        await plant.round(without=0)

        assert shown(other) == (stream_id, 2)
        assert shown(unsure)[0] != stream_id


async def test_who_falls_far_behind_goes_on_from_the_whole() -> None:
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


async def test_a_type_of_which_nothing_is_said_is_sampled_by_whoever_watches_it() -> None:
    async with Plant.running(3) as plant:
        leader, follower, _ = plant.processes
        await leader.renew_lease()
        while plant.clock.monotonic() < PACE.silence_seconds_max:
            await leader.renew_lease()  # it lives, and samples nothing
            await follower.renew_lease()
            await follower.tick()
            await follower.follow()
            assert follower.snapshot is None
            plant.clock.pass_seconds(PACE.renew_seconds)
        await follower.renew_lease()
        plant.clock.pass_seconds(PACE.renew_seconds)
        await follower.tick()

        assert follower.role is LeaseRole.FOLLOWER
        assert follower.snapshot is not None

        await plant.round()
        assert follower.snapshot == leader.snapshot


async def test_of_a_type_that_there_is_not_nobody_waits_for_a_snapshot() -> None:
    async with Plant.running(3) as plant:
        leader, follower, _ = plant.processes
        await leader.renew_lease()
        await follower.renew_lease()
        plant.plant.catalogue.types.clear()
        with follower.samplers.watch(WELDING.type_code) as sampler:
            await follower.tick()
            with pytest.raises(UnknownDeviceType):
                await sampler.wait_for_snapshot()


async def test_a_change_of_the_type_takes_effect_for_everybody_at_the_next_tick() -> None:
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


async def test_while_the_store_is_away_all_show_what_is_known() -> None:
    async with Plant.running(3) as plant:
        await plant.round()
        plant.plant.store.failure = StoreUnavailable()
        await plant.round()

        leader, follower, _ = plant.processes
        assert follower.snapshot == leader.snapshot
        assert follower.snapshot is not None
        assert follower.snapshot.source is Source.MEMORY


async def test_who_begins_to_follow_shows_at_once_what_is_known() -> None:
    async with Plant.running(2) as plant:
        leader, late = plant.processes
        await plant.round()
        await plant.round()
        late.watch()
        await late.tick()

        assert late.snapshot == leader.snapshot


async def test_what_is_of_the_past_is_not_shown_to_who_begins_to_follow() -> None:
    async with Plant.running(2) as plant:
        leader, late = plant.processes
        await plant.round()
        plant.clock.pass_seconds(PACE.silence_seconds_max)
        await leader.renew_lease()
        await late.renew_lease()
        late.watch()
        await late.tick()
        assert late.snapshot is None

        await leader.tick()
        await late.tick()
        assert late.snapshot == leader.snapshot is not None


async def test_who_takes_over_without_knowing_how_far_the_others_are_begins_anew() -> None:
    async with Plant.running(3) as plant:
        lost, other, _ = plant.processes
        await plant.round()
        await lost.renew_lease()
        await lost.tick()
        other.exchange.is_unreadable = True
        plant.clock.pass_seconds(PACE.lease_seconds)
        await other.renew_lease()
        await other.tick()

        assert other.role is LeaseRole.LEADER
        assert shown(other)[0] != shown(lost)[0]
        assert other.client.resets == 2


async def test_what_cannot_be_read_at_the_first_tick_is_told_later() -> None:
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
