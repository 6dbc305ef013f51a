"""What every exchange does: in memory, for the tests of those who use it, and in Redis."""

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
from tests.realtime.sharing.simulated_plant import TYPE_CODE, renamed, whole


async def frames(exchange: FrameExchange, place: str) -> list[SharedFrame]:
    """All after a place."""
    found: list[SharedFrame] = []
    while some := await exchange.frames_after({TYPE_CODE: place}, wait_seconds=0):
        found += some
        place = some[-1].position
    return found


def move(before: SharedState, after: SharedState) -> SharedUpdate:
    is_renamed = before.device_type != after.device_type
    return SharedUpdate(delta_between(before.snapshot, after.snapshot), after.device_type if is_renamed else None)


async def leading(exchange: FrameExchange, wanted: Sequence[str] = ()) -> int:
    """The fence of a lease that it holds."""
    lease = await exchange.renew(wanted)
    assert lease.is_ours
    return lease.fence


async def test_one_process_has_the_lease_and_keeps_it(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()

    leases = [await each.renew([]) for each in (first, second, first, second)]

    assert [lease.is_ours for lease in leases] == [True, False, True, False]
    assert len({lease.fence for lease in leases}) == 1


async def test_whoever_has_it_next_has_it_under_a_higher_fence(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    fences = [await leading(first)]
    await first.release()
    fences.append(await leading(second))
    await second.release()
    fences.append(await leading(first))

    assert fences == sorted(set(fences))


async def test_a_lease_of_somebody_else_is_not_released(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    await leading(first)

    await second.release()

    assert not (await second.renew([])).is_ours


async def test_everybody_hears_what_anybody_wants(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    await first.renew(["welding", "切割机"])

    assert (await second.renew(["cutting"])).wanted_types == {"welding", "切割机", "cutting"}
    assert (await first.renew([])).wanted_types == {"welding", "切割机", "cutting"}


async def test_a_stream_that_begins_is_there_as_a_whole(new_exchange: NewExchange) -> None:
    leader, follower = new_exchange(), new_exchange()
    begun = whole("s", 1)
    place = await follower.end_position(TYPE_CODE)

    shared = await leader.begin(TYPE_CODE, await leading(leader), begun)

    placed = await follower.checkpoint(TYPE_CODE)
    assert placed is not None
    assert (placed.position, placed.state) == (shared.position, begun)
    assert [(each.position, each.stream_id, each.seq, each.update) for each in await frames(follower, place)] == [
        (shared.position, "s", 1, None)
    ]
    assert await follower.end_position(TYPE_CODE) == shared.position


async def test_moves_come_in_their_order_under_their_fence(new_exchange: NewExchange) -> None:
    leader, follower = new_exchange(), new_exchange()
    one, two = whole("s", 1), whole("s", 2, power_kw=2.5, device_codes=["C1", "C3"])
    three = replace(two, device_type=renamed(two.device_type), snapshot=replace(two.snapshot, seq=3))
    fence = await leading(leader)
    begun = await leader.begin(TYPE_CODE, fence, one)
    moves = [move(one, two), move(two, three)]

    for each in moves:
        assert (await leader.advance(TYPE_CODE, fence, each, None)).outcome is ShareOutcome.SHARED

    told = await frames(follower, begun.position)
    assert [each.update for each in told] == moves
    assert [(each.type_code, each.fence, each.stream_id, each.seq) for each in told] == [
        (TYPE_CODE, fence, "s", 2),
        (TYPE_CODE, fence, "s", 3),
    ]


async def test_the_whole_is_from_the_moment_at_which_it_was_given_last(new_exchange: NewExchange) -> None:
    leader, follower = new_exchange(), new_exchange()
    wholes = [whole("s", seq, power_kw=seq) for seq in range(1, 5)]
    fence = await leading(leader)
    await leader.begin(TYPE_CODE, fence, wholes[0])
    await leader.advance(TYPE_CODE, fence, move(wholes[0], wholes[1]), None)
    await leader.advance(TYPE_CODE, fence, move(wholes[1], wholes[2]), wholes[2])
    await leader.advance(TYPE_CODE, fence, move(wholes[2], wholes[3]), None)

    placed = await follower.checkpoint(TYPE_CODE)

    assert placed is not None
    assert placed.state == wholes[2]
    assert [each.update for each in await frames(follower, placed.position)] == [move(wholes[2], wholes[3])]


async def test_what_does_not_follow_on_the_newest_is_not_shared(new_exchange: NewExchange) -> None:
    leader = new_exchange()
    one, two, three = (whole("s", seq) for seq in (1, 2, 3))
    fence = await leading(leader)
    nothing = await leader.advance(TYPE_CODE, fence, move(one, two), None)
    begun = await leader.begin(TYPE_CODE, fence, one)

    skipping = await leader.advance(TYPE_CODE, fence, move(two, three), None)
    other = await leader.advance(TYPE_CODE, fence, move(whole("other", 1), whole("other", 2)), None)

    assert [each.outcome for each in (nothing, skipping, other)] == [ShareOutcome.OUT_OF_SEQUENCE] * 3
    assert await frames(leader, begun.position) == []


async def test_who_has_lost_the_lease_shares_nothing_any_more(new_exchange: NewExchange) -> None:
    paused, other = new_exchange(), new_exchange()
    one, two = whole("s", 1), whole("s", 2)
    fence = await leading(paused)
    begun = await paused.begin(TYPE_CODE, fence, one)
    await paused.release()
    await leading(other)

    refused = [
        await paused.advance(TYPE_CODE, fence, move(one, two), two),
        await paused.begin(TYPE_CODE, fence, whole("mine", 1)),
    ]

    placed = await other.checkpoint(TYPE_CODE)
    assert [each.outcome for each in refused] == [ShareOutcome.LEASE_LOST] * 2
    assert placed is not None
    assert placed.state == one
    assert await frames(other, begun.position) == []


async def test_who_has_the_lease_again_does_not_share_under_the_lease_before(new_exchange: NewExchange) -> None:
    leader = new_exchange()
    fence = await leading(leader)
    await leader.release()
    await leading(leader)

    assert (await leader.begin(TYPE_CODE, fence, whole("s", 1))).outcome is ShareOutcome.LEASE_LOST


async def test_a_stream_begins_whatever_there_was_before(new_exchange: NewExchange) -> None:
    first, second = new_exchange(), new_exchange()
    begun = await first.begin(TYPE_CODE, await leading(first), whole("s", 7))
    await first.release()

    again = await second.begin(TYPE_CODE, await leading(second), whole("t", 3))

    placed = await first.checkpoint(TYPE_CODE)
    assert placed is not None
    assert placed.state == whole("t", 3)
    assert [(each.position, each.update) for each in await frames(first, begun.position)] == [(again.position, None)]


async def test_so_many_frames_are_kept_and_no_more(new_exchange: NewExchange) -> None:
    leader = new_exchange()
    wholes = [whole("s", seq) for seq in range(1, STREAM_FRAMES_MAX + 5)]
    fence = await leading(leader)
    start = await leader.end_position(TYPE_CODE)
    await leader.begin(TYPE_CODE, fence, wholes[0])
    for before, after in pairwise(wholes):
        await leader.advance(TYPE_CODE, fence, move(before, after), None)

    assert len(await frames(leader, start)) == STREAM_FRAMES_MAX


async def test_of_a_type_that_nobody_shares_there_is_nothing(new_exchange: NewExchange) -> None:
    exchange = new_exchange()

    assert await exchange.checkpoint(TYPE_CODE) is None
    assert await frames(exchange, await exchange.end_position(TYPE_CODE)) == []
