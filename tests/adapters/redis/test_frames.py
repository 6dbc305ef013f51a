"""What is particular to frames in Redis; what every exchange does is tried in tests/sharing."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.redis.frame_codec import decode_move, decode_whole, encode_move, encode_whole
from adapters.redis.frames import RedisFrames
from arcbeat.domain.errors import StoreError, StoreProtocolError, StoreTimeout, StoreUnavailable
from arcbeat.domain.readings.sharing import SharedState, SharedUpdate, ShareOutcome, SharingTimes
from arcbeat.domain.readings.snapshots import delta_between
from tests.adapters.lossy import LossyLine
from tests.domain.readings.test_snapshots import floors, snapshots
from tests.faults.proxy import GARBAGE, PASSING, Behaviour, Mode, Proxy, to_tcp
from tests.realtime.sharing.simulated_plant import CUTTING, TYPE_CODE, renamed, whole

PACE = SharingTimes(
    lease_seconds=60, renew_seconds=15, timeout_seconds=10, silence_seconds_max=240, retention_seconds=1000
)
IMPATIENT = SharingTimes(
    lease_seconds=60, renew_seconds=15, timeout_seconds=0.1, silence_seconds_max=240, retention_seconds=1000
)


@asynccontextmanager
async def exchange(url: str, namespace: str = "", pace: SharingTimes = PACE) -> AsyncIterator[RedisFrames]:
    frames = RedisFrames(url, namespace or uuid.uuid4().hex, pace)
    try:
        yield frames
    finally:
        await frames.aclose()


@given(floors)
def test_a_whole_is_the_same_on_the_other_side(floor: dict[str, dict[str, object]]) -> None:
    [snapshot] = snapshots([floor])

    told = decode_whole(encode_whole(SharedState(CUTTING, snapshot)))

    assert told == SharedState(CUTTING, snapshot)
    assert list(told.snapshot.rows) == list(snapshot.rows)
    assert told.snapshot.is_remote


@given(floors, floors, st.sampled_from([None, CUTTING, renamed(CUTTING)]))
def test_a_move_is_the_same_on_the_other_side(before, after, device_type) -> None:  # type: ignore[no-untyped-def] # by strategies
    first, second = snapshots([before, after])
    move = SharedUpdate(delta_between(first, second), device_type)

    assert decode_move(encode_move(move)) == move


@pytest.mark.parametrize(
    "packed", [b"", b"nonsense", encode_move(SharedUpdate(delta_between(*snapshots([{}, {}]))))[:-3]]
)
def test_what_is_something_else_is_told_as_such(packed: bytes) -> None:
    with pytest.raises(StoreProtocolError):
        decode_move(packed)
    with pytest.raises(StoreProtocolError):
        decode_whole(packed)
    with pytest.raises(StoreProtocolError):
        decode_whole(encode_move(SharedUpdate(delta_between(*snapshots([{}, {}])))))
    with pytest.raises(StoreProtocolError):
        decode_move(encode_whole(whole("s", 1)))


async def test_the_first_frame_is_waited_for(redis_url: str) -> None:
    async with exchange(redis_url, "waiting") as leader, exchange(redis_url, "waiting") as follower:
        fence = (await leader.renew([])).fence
        place = await follower.end_position(TYPE_CODE)
        waiting = asyncio.create_task(follower.frames_after({TYPE_CODE: place}, wait_seconds=30))
        shared = await leader.begin(TYPE_CODE, fence, whole("s", 1))

        assert [frame.position for frame in await waiting] == [shared.position]


async def test_where_none_comes_the_wait_ends(redis_url: str) -> None:
    async with exchange(redis_url) as follower:
        assert await follower.frames_after({TYPE_CODE: "0-0"}, wait_seconds=0.001) == []


async def test_those_who_do_not_share_a_namespace_do_not_meet(redis_url: str) -> None:
    async with exchange(redis_url) as one, exchange(redis_url) as other:
        leases = [await each.renew(["welding"]) for each in (one, other)]
        await one.begin(TYPE_CODE, leases[0].fence, whole("s", 1))

        assert [lease.is_ours for lease in leases] == [True, True]
        assert await other.checkpoint(TYPE_CODE) is None


async def test_a_fence_is_higher_than_any_before_even_where_redis_has_lost_everything(redis_url: str) -> None:
    async with exchange(redis_url) as leader:
        before = (await leader.renew([])).fence
    async with exchange(redis_url) as leader:
        assert (await leader.renew([])).fence > before


async def test_a_lease_runs_out(redis_url: str) -> None:
    short = SharingTimes(
        lease_seconds=0.05, renew_seconds=15, timeout_seconds=10, silence_seconds_max=240, retention_seconds=1000
    )
    async with exchange(redis_url, "short", short) as lost, exchange(redis_url, "short", short) as other:
        assert (await lost.renew([])).is_ours
        async with asyncio.timeout(10):
            while not (await other.renew([])).is_ours:
                pass


async def test_what_is_asked_again_because_its_answer_was_lost_is_done_once(redis_url: str) -> None:
    move = SharedUpdate(delta_between(whole("s", 1).snapshot, whole("s", 2).snapshot))
    async with LossyLine.to(redis_url) as line, exchange(f"redis://127.0.0.1:{line.port}/0") as leader:
        fence = (await leader.renew([])).fence
        begun = await leader.begin(TYPE_CODE, fence, whole("s", 1))
        line.loses_next = True
        shared = await leader.advance(TYPE_CODE, fence, move, None)

        assert not line.loses_next
        assert shared.outcome is ShareOutcome.SHARED
        frames = await leader.frames_after({TYPE_CODE: begun.position}, wait_seconds=0)
        assert [frame.position for frame in frames] == [shared.position]


async def every_failure(frames: RedisFrames) -> set[type[StoreError]]:
    """How each operation fails."""
    begun = whole("s", 1)
    operations = (
        frames.renew([]),
        frames.release(),
        frames.begin(TYPE_CODE, 1, begun),
        frames.advance(TYPE_CODE, 1, SharedUpdate(delta_between(begun.snapshot, whole("s", 2).snapshot)), begun),
        frames.checkpoint(TYPE_CODE),
        frames.end_position(TYPE_CODE),
        frames.frames_after({TYPE_CODE: "0-0"}, wait_seconds=0.001),
    )
    failures: set[type[StoreError]] = set()
    for operation in operations:
        with pytest.raises(StoreError) as caught:
            await operation
        failures.add(type(caught.value))
    return failures


@pytest.mark.parametrize(
    ("behaviour", "failure", "pace"),
    [
        (Behaviour(Mode.REFUSE), StoreUnavailable, PACE),
        (Behaviour(Mode.CUT), StoreUnavailable, PACE),
        (Behaviour(Mode.HANG), StoreTimeout, IMPATIENT),
        (Behaviour(Mode.REPLACE, response=GARBAGE), StoreProtocolError, PACE),
    ],
    ids=["refused", "cut", "silent", "somebody else"],
)
async def test_every_failure_is_told_in_our_own_words(
    redis_url: str, behaviour: Behaviour, failure: type[StoreError], pace: SharingTimes
) -> None:
    redis = urlsplit(redis_url)
    async with (
        Proxy.running(to_tcp(redis.hostname or "", redis.port or 0)) as proxy,
        exchange(f"redis://127.0.0.1:{proxy.port}/0", pace=pace) as frames,
    ):
        await proxy.set_behaviour(behaviour)
        assert await every_failure(frames) == {failure}

        await proxy.set_behaviour(PASSING)
        async with asyncio.timeout(10):
            await _answered(frames)


async def _answered(frames: RedisFrames) -> None:
    """Until it is: an impatient one may have to ask twice."""
    while True:
        with suppress(StoreTimeout):
            assert (await frames.renew([])).is_ours
            return
