"""Frames in Redis; tests/realtime/sharing tests what all exchanges have in common."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.redis.frame_codec import decode_state, decode_update, encode_state, encode_update
from adapters.redis.frames import RedisFrames
from arcbeat.domain.errors import StoreError, StoreProtocolError, StoreTimeout, StoreUnavailable
from arcbeat.domain.readings.sharing import SharedState, SharedUpdate, ShareOutcome, SharingTimes
from arcbeat.domain.readings.snapshots import delta_between
from tests.adapters.lossy import LossyProxy
from tests.domain.readings.test_snapshots import floors, snapshots
from tests.faults.proxy import GARBAGE, PASSING, Behaviour, Mode, Proxy, to_tcp
from tests.realtime.sharing.simulated_plant import CUTTING, TYPE_CODE, new_state, renamed

TIMES = SharingTimes(
    lease_seconds=60, renew_seconds=15, timeout_seconds=10, silence_seconds_max=240, retention_seconds=1000
)
SHORT_TIMEOUT = SharingTimes(
    lease_seconds=60, renew_seconds=15, timeout_seconds=0.1, silence_seconds_max=240, retention_seconds=1000
)


@asynccontextmanager
async def exchange(url: str, namespace: str = "", times: SharingTimes = TIMES) -> AsyncIterator[RedisFrames]:
    frames = RedisFrames(url, namespace or uuid.uuid4().hex, times)
    try:
        yield frames
    finally:
        await frames.aclose()


@given(floors)
def test_a_decoded_state_equals_the_encoded_one(floor: dict[str, dict[str, object]]) -> None:
    [snapshot] = snapshots([floor])

    decoded = decode_state(encode_state(SharedState(CUTTING, snapshot)))

    assert decoded == SharedState(CUTTING, snapshot)
    assert list(decoded.snapshot.rows) == list(snapshot.rows)
    assert decoded.snapshot.is_remote


@given(floors, floors, st.sampled_from([None, CUTTING, renamed(CUTTING)]))
def test_a_decoded_update_equals_the_encoded_one(before, after, device_type) -> None:  # type: ignore[no-untyped-def] # by strategies
    first, second = snapshots([before, after])
    update = SharedUpdate(delta_between(first, second), device_type)

    assert decode_update(encode_update(update)) == update


@pytest.mark.parametrize(
    "packed", [b"", b"nonsense", encode_update(SharedUpdate(delta_between(*snapshots([{}, {}]))))[:-3]]
)
def test_bytes_that_are_not_encoded_frames_raise_a_protocol_error(packed: bytes) -> None:
    with pytest.raises(StoreProtocolError):
        decode_update(packed)
    with pytest.raises(StoreProtocolError):
        decode_state(packed)
    with pytest.raises(StoreProtocolError):
        decode_state(encode_update(SharedUpdate(delta_between(*snapshots([{}, {}])))))
    with pytest.raises(StoreProtocolError):
        decode_update(encode_state(new_state("s", 1)))


async def test_a_read_waits_for_the_first_frame(redis_url: str) -> None:
    async with exchange(redis_url, "waiting") as leader, exchange(redis_url, "waiting") as follower:
        fence = (await leader.renew([])).fence
        position = await follower.end_position(TYPE_CODE)
        waiting = asyncio.create_task(follower.frames_after({TYPE_CODE: position}, wait_seconds=30))
        shared = await leader.begin(TYPE_CODE, fence, new_state("s", 1))

        assert [frame.position for frame in await waiting] == [shared.position]


async def test_a_read_without_frames_ends_after_the_wait(redis_url: str) -> None:
    async with exchange(redis_url) as follower:
        assert await follower.frames_after({TYPE_CODE: "0-0"}, wait_seconds=0.001) == []


async def test_namespaces_are_isolated_from_each_other(redis_url: str) -> None:
    async with exchange(redis_url) as one, exchange(redis_url) as other:
        leases = [await each.renew(["welding"]) for each in (one, other)]
        await one.begin(TYPE_CODE, leases[0].fence, new_state("s", 1))

        assert [lease.is_ours for lease in leases] == [True, True]
        assert await other.checkpoint(TYPE_CODE) is None


async def test_a_fence_is_higher_than_all_before_even_if_redis_has_lost_its_data(redis_url: str) -> None:
    async with exchange(redis_url) as leader:
        before = (await leader.renew([])).fence
    async with exchange(redis_url) as leader:
        assert (await leader.renew([])).fence > before


async def test_a_lease_expires(redis_url: str) -> None:
    short = SharingTimes(
        lease_seconds=0.05, renew_seconds=15, timeout_seconds=10, silence_seconds_max=240, retention_seconds=1000
    )
    async with exchange(redis_url, "short", short) as lost, exchange(redis_url, "short", short) as other:
        assert (await lost.renew([])).is_ours
        async with asyncio.timeout(10):
            while not (await other.renew([])).is_ours:
                pass


async def test_a_call_that_is_retried_after_a_lost_reply_takes_effect_once(redis_url: str) -> None:
    update = SharedUpdate(delta_between(new_state("s", 1).snapshot, new_state("s", 2).snapshot))
    async with LossyProxy.to(redis_url) as line, exchange(f"redis://127.0.0.1:{line.port}/0") as leader:
        fence = (await leader.renew([])).fence
        begun = await leader.begin(TYPE_CODE, fence, new_state("s", 1))
        line.loses_next = True
        shared = await leader.advance(TYPE_CODE, fence, update, None)

        assert not line.loses_next
        assert shared.outcome is ShareOutcome.SHARED
        frames = await leader.frames_after({TYPE_CODE: begun.position}, wait_seconds=0)
        assert [frame.position for frame in frames] == [shared.position]


async def every_failure(frames: RedisFrames) -> set[type[StoreError]]:
    """Return the errors that all operations raise."""
    state = new_state("s", 1)
    operations = (
        frames.renew([]),
        frames.release(),
        frames.begin(TYPE_CODE, 1, state),
        frames.advance(TYPE_CODE, 1, SharedUpdate(delta_between(state.snapshot, new_state("s", 2).snapshot)), state),
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
    ("behaviour", "failure", "times"),
    [
        (Behaviour(Mode.REFUSE), StoreUnavailable, TIMES),
        (Behaviour(Mode.CUT), StoreUnavailable, TIMES),
        (Behaviour(Mode.HANG), StoreTimeout, SHORT_TIMEOUT),
        (Behaviour(Mode.REPLACE, response=GARBAGE), StoreProtocolError, TIMES),
    ],
    ids=["refused", "cut", "hung", "another protocol"],
)
async def test_every_failure_is_translated_to_a_store_error(
    redis_url: str, behaviour: Behaviour, failure: type[StoreError], times: SharingTimes
) -> None:
    redis = urlsplit(redis_url)
    async with (
        Proxy.running(to_tcp(redis.hostname or "", redis.port or 0)) as proxy,
        exchange(f"redis://127.0.0.1:{proxy.port}/0", times=times) as frames,
    ):
        await proxy.set_behaviour(behaviour)
        assert await every_failure(frames) == {failure}

        await proxy.set_behaviour(PASSING)
        async with asyncio.timeout(10):
            await _wait_until_available(frames)


async def _wait_until_available(frames: RedisFrames) -> None:
    """Retry: with a short timeout the first call after an outage may time out."""
    while True:
        with suppress(StoreTimeout):
            assert (await frames.renew([])).is_ours
            return
