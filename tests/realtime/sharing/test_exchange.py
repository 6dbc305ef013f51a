"""Conformance of exchanges: the one in memory that other tests use, and Redis."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from arcbeat.domain.readings.sharing import (
    STREAM_FRAMES_MAX,
    FrameExchange,
    SharedFrame,
    SharedState,
    SharedUpdate,
    ShareOutcome,
)
from arcbeat.domain.readings.snapshots import delta_between
from tests.realtime.sharing.conftest import NewExchange
from tests.realtime.sharing.simulated_plant import TYPE_CODE, new_state, renamed


async def frames(exchange: FrameExchange, position: str) -> list[SharedFrame]:
    """Return all frames after a position."""
    found: list[SharedFrame] = []
    while some := await exchange.frames_after({TYPE_CODE: position}, wait_seconds=0):
        found += some
        position = some[-1].position
    return found


def update(before: SharedState, after: SharedState) -> SharedUpdate:
    is_renamed = before.device_type != after.device_type
    return SharedUpdate(delta_between(before.snapshot, after.snapshot), after.device_type if is_renamed else None)


async def acquire(exchange: FrameExchange, wanted: Sequence[str] = ()) -> int:
    """Acquire the lease, and return its fence."""
    lease = await exchange.renew(wanted)
    assert lease.is_ours
    return lease.fence


async def test_one_process_holds_the_lease_and_renews_it(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()

    leases = [await each.renew([]) for each in (first, second, first, second)]

    assert [lease.is_ours for lease in leases] == [True, False, True, False]
    assert len({lease.fence for lease in leases}) == 1


async def test_each_new_holder_has_a_higher_fence(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    fences = [await acquire(first)]
    await first.release()
    fences.append(await acquire(second))
    await second.release()
    fences.append(await acquire(first))

    assert fences == sorted(set(fences))


async def test_only_the_holder_can_release_the_lease(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    await acquire(first)

    await second.release()

    assert not (await second.renew([])).is_ours


async def test_all_processes_learn_the_types_that_any_process_watches(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    await first.renew(["welding", "切割机"])

    assert (await second.renew(["cutting"])).wanted_types == {"welding", "切割机", "cutting"}
    assert (await first.renew([])).wanted_types == {"welding", "切割机", "cutting"}


async def test_a_new_stream_has_a_checkpoint(new_exchange: NewExchange) -> None:
    leader, follower = new_exchange(), new_exchange()
    state = new_state("s", 1)
    position = await follower.end_position(TYPE_CODE)

    result = await leader.begin(TYPE_CODE, await acquire(leader), state)

    checkpoint = await follower.checkpoint(TYPE_CODE)
    assert checkpoint is not None
    assert (checkpoint.position, checkpoint.state) == (result.position, state)
    assert [(each.position, each.stream_id, each.seq, each.update) for each in await frames(follower, position)] == [
        (result.position, "s", 1, None)
    ]
    assert await follower.end_position(TYPE_CODE) == result.position


async def test_updates_are_read_in_order_with_their_fence(new_exchange: NewExchange) -> None:
    leader, follower = new_exchange(), new_exchange()
    one, two = new_state("s", 1), new_state("s", 2, power_kw=2.5, device_codes=["C1", "C3"])
    three = replace(two, device_type=renamed(two.device_type), snapshot=replace(two.snapshot, seq=3))
    fence = await acquire(leader)
    first_result = await leader.begin(TYPE_CODE, fence, one)
    updates = [update(one, two), update(two, three)]

    for each in updates:
        assert (await leader.advance(TYPE_CODE, fence, each, None)).outcome is ShareOutcome.SHARED

    read = await frames(follower, first_result.position)
    assert [each.update for each in read] == updates
    assert [(each.type_code, each.fence, each.stream_id, each.seq) for each in read] == [
        (TYPE_CODE, fence, "s", 2),
        (TYPE_CODE, fence, "s", 3),
    ]


async def test_the_checkpoint_is_the_last_state_that_was_passed_on(new_exchange: NewExchange) -> None:
    leader, follower = new_exchange(), new_exchange()
    states = [new_state("s", seq, power_kw=seq) for seq in range(1, 5)]
    fence = await acquire(leader)
    await leader.begin(TYPE_CODE, fence, states[0])
    await leader.advance(TYPE_CODE, fence, update(states[0], states[1]), None)
    await leader.advance(TYPE_CODE, fence, update(states[1], states[2]), states[2])
    await leader.advance(TYPE_CODE, fence, update(states[2], states[3]), None)

    checkpoint = await follower.checkpoint(TYPE_CODE)

    assert checkpoint is not None
    assert checkpoint.state == states[2]
    assert [each.update for each in await frames(follower, checkpoint.position)] == [update(states[2], states[3])]


async def test_an_update_that_does_not_start_from_the_newest_state_is_rejected(new_exchange: NewExchange) -> None:
    leader = new_exchange()
    one, two, three = (new_state("s", seq) for seq in (1, 2, 3))
    fence = await acquire(leader)
    nothing = await leader.advance(TYPE_CODE, fence, update(one, two), None)
    first_result = await leader.begin(TYPE_CODE, fence, one)

    skipping = await leader.advance(TYPE_CODE, fence, update(two, three), None)
    other = await leader.advance(TYPE_CODE, fence, update(new_state("other", 1), new_state("other", 2)), None)

    assert [each.outcome for each in (nothing, skipping, other)] == [ShareOutcome.OUT_OF_SEQUENCE] * 3
    assert await frames(leader, first_result.position) == []


async def test_a_process_that_lost_the_lease_cannot_publish(new_exchange: NewExchange) -> None:
    paused, other = new_exchange(), new_exchange()
    one, two = new_state("s", 1), new_state("s", 2)
    fence = await acquire(paused)
    first_result = await paused.begin(TYPE_CODE, fence, one)
    await paused.release()
    await acquire(other)

    rejected = [
        await paused.advance(TYPE_CODE, fence, update(one, two), two),
        await paused.begin(TYPE_CODE, fence, new_state("mine", 1)),
    ]

    checkpoint = await other.checkpoint(TYPE_CODE)
    assert [each.outcome for each in rejected] == [ShareOutcome.LEASE_LOST] * 2
    assert checkpoint is not None
    assert checkpoint.state == one
    assert await frames(other, first_result.position) == []


async def test_a_fence_of_an_earlier_lease_is_rejected(new_exchange: NewExchange) -> None:
    leader = new_exchange()
    fence = await acquire(leader)
    await leader.release()
    await acquire(leader)

    assert (await leader.begin(TYPE_CODE, fence, new_state("s", 1))).outcome is ShareOutcome.LEASE_LOST


async def test_a_new_stream_replaces_the_existing_one(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    first_result = await first.begin(TYPE_CODE, await acquire(first), new_state("s", 7))
    await first.release()

    again = await second.begin(TYPE_CODE, await acquire(second), new_state("t", 3))

    checkpoint = await first.checkpoint(TYPE_CODE)
    assert checkpoint is not None
    assert checkpoint.state == new_state("t", 3)
    assert [(each.position, each.update) for each in await frames(first, first_result.position)] == [
        (again.position, None)
    ]


async def test_the_number_of_stored_frames_is_limited(new_exchange: NewExchange) -> None:
    leader = new_exchange()
    states = [new_state("s", seq) for seq in range(1, STREAM_FRAMES_MAX + 5)]
    fence = await acquire(leader)
    start = await leader.end_position(TYPE_CODE)
    await leader.begin(TYPE_CODE, fence, states[0])
    for before, after in pairwise(states):
        await leader.advance(TYPE_CODE, fence, update(before, after), None)

    assert len(await frames(leader, start)) == STREAM_FRAMES_MAX


async def test_a_type_without_a_stream_has_no_checkpoint_and_no_frames(new_exchange: NewExchange) -> None:
    exchange = new_exchange()

    assert await exchange.checkpoint(TYPE_CODE) is None
    assert await frames(exchange, await exchange.end_position(TYPE_CODE)) == []
