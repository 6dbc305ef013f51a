"""Implements the FrameExchange in Redis: a lease with a fencing token; per device type a stream and a checkpoint."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from adapters.redis.frame_codec import FORMAT_VERSION, decode_state, decode_update, encode_state, encode_update
from adapters.redis.frame_scripts import PUBLISH_FRAME, RELEASE_LEASE, RENEW_LEASE
from arcbeat.domain.errors import StoreProtocolError, StoreTimeout, StoreUnauthorised, StoreUnavailable
from arcbeat.domain.readings.sharing import (
    STREAM_FRAMES_MAX,
    Checkpoint,
    Lease,
    SharedFrame,
    SharedState,
    SharedUpdate,
    ShareOutcome,
    ShareResult,
    SharingTimes,
)

CONNECTIONS_MAX = 8
FRAMES_PER_READ_MAX = 8
"""Frames of each device type that one call returns."""
WATCHED_TYPES_RENEWALS_MAX = 10
"""A watched type of a process that has died expires after this many renewal intervals."""
TOKEN_BYTES = 16
FIRST_POSITION = "0-0"
"""The position before all frames."""

# The type stubs of redis do not tell its synchronous and asynchronous replies apart.
_Fields = Mapping[bytes, bytes]
_Entries = list[tuple[bytes, list[tuple[bytes, _Fields]]]]
_Pair = tuple[bytes | None, bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewFrame:
    """A frame to publish.

    Attributes:
        start: the state that it starts from, as ``stream_id:seq``; empty at the start of a stream.
        update, state: encoded; empty for none.
    """

    type_code: str
    start: str
    stream_id: str
    seq: int
    update: bytes
    state: bytes


class RedisFrames:
    """The frame exchange, as one process uses it.

    Args:
        namespace: part of every key; processes with the same namespace read the same stores at the same ticks.
    """

    def __init__(self, url: str, namespace: str, times: SharingTimes) -> None:
        # One immediate retry: a pooled connection may date from before a restart of Redis.
        self._pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS_MAX, timeout=times.timeout_seconds, retry=Retry(NoBackoff(), 1)
        )
        self._redis = Redis(connection_pool=self._pool)
        self._prefix = f"arcbeat:{FORMAT_VERSION}:{namespace}"
        self._times = times
        self._token = secrets.token_hex(TOKEN_BYTES)
        self._renew_lease = self._redis.register_script(RENEW_LEASE)
        self._release_lease = self._redis.register_script(RELEASE_LEASE)
        self._publish_frame = self._redis.register_script(PUBLISH_FRAME)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
        await self._pool.aclose()

    async def renew(self, wanted_types: Sequence[str]) -> Lease:
        keys = [self._key("lease"), self._key("fence"), self._key("watched")]
        watched_seconds = self._times.renew_seconds * WATCHED_TYPES_RENEWALS_MAX
        args: list[str | int] = [self._token, _ms(self._times.lease_seconds), _ms(watched_seconds), *wanted_types]
        async with _translate_errors(self._times.timeout_seconds):
            is_ours, fence, watched = await self._renew_lease(keys=keys, args=args)
        return Lease(bool(is_ours), int(fence), frozenset(each.decode() for each in watched))

    async def release(self) -> None:
        async with _translate_errors(self._times.timeout_seconds):
            await self._release_lease(keys=[self._key("lease")], args=[self._token])

    async def begin(self, type_code: str, fence: int, state: SharedState) -> ShareResult:
        snapshot = state.snapshot
        frame = _NewFrame(
            type_code=type_code,
            start="",
            stream_id=snapshot.stream_id,
            seq=snapshot.seq,
            update=b"",
            state=await asyncio.to_thread(encode_state, state),
        )
        return await self._publish(fence, frame)

    async def advance(self, type_code: str, fence: int, update: SharedUpdate, state: SharedState | None) -> ShareResult:
        delta = update.delta
        frame = _NewFrame(
            type_code=type_code,
            start=f"{delta.stream_id}:{delta.since}",
            stream_id=delta.stream_id,
            seq=delta.seq,
            update=await asyncio.to_thread(encode_update, update),
            state=await asyncio.to_thread(encode_state, state) if state else b"",
        )
        return await self._publish(fence, frame)

    async def checkpoint(self, type_code: str) -> Checkpoint | None:
        async with _translate_errors(self._times.timeout_seconds):
            reply = self._redis.hmget(self._key("checkpoint", type_code), ["position", "state"])
            position, packed = await cast("Awaitable[_Pair]", reply)
        if position is None or packed is None:
            return None
        return Checkpoint(position.decode(), await asyncio.to_thread(decode_state, packed))

    async def end_position(self, type_code: str) -> str:
        async with _translate_errors(self._times.timeout_seconds):
            reply = self._redis.hget(self._key("head", type_code), "position")
            position = await cast("Awaitable[bytes | None]", reply)
        return position.decode() if position else FIRST_POSITION

    async def frames_after(self, positions: Mapping[str, str], *, wait_seconds: float) -> Sequence[SharedFrame]:
        type_codes = {self._key("frames", type_code).encode(): type_code for type_code in positions}
        starts: Any = {key: positions[type_code] for key, type_code in type_codes.items()}
        block_ms = _ms(wait_seconds) or None  # for Redis, 0 means to wait without limit
        async with _translate_errors(self._times.timeout_seconds + wait_seconds):
            reply = cast("_Entries", await self._redis.xread(starts, count=FRAMES_PER_READ_MAX, block=block_ms))
        entries = [(type_codes[key], position, fields) for key, stream in reply for position, fields in stream]
        return await asyncio.to_thread(lambda: [_to_frame(*entry) for entry in entries])

    async def _publish(self, fence: int, frame: _NewFrame) -> ShareResult:
        keys = [self._key("lease"), *(self._key(kind, frame.type_code) for kind in ("head", "frames", "checkpoint"))]
        lease, call_id = f"{fence}:{self._token}", secrets.token_hex(TOKEN_BYTES)
        values: list[bytes | str | int] = [fence, frame.stream_id, frame.seq, frame.update, frame.state]
        args = [lease, call_id, frame.start, *values, STREAM_FRAMES_MAX, _ms(self._times.retention_seconds)]
        async with _translate_errors(self._times.timeout_seconds):
            outcome, position = await self._publish_frame(keys=keys, args=args)
        return ShareResult(ShareOutcome(outcome.decode()), position.decode())

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))


def _to_frame(type_code: str, position: bytes, fields: _Fields) -> SharedFrame:
    return SharedFrame(
        type_code=type_code,
        position=position.decode(),
        fence=int(fields[b"fence"]),
        stream_id=fields[b"stream_id"].decode(),
        seq=int(fields[b"seq"]),
        update=decode_update(fields[b"update"]) if fields[b"update"] else None,
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


@asynccontextmanager
async def _translate_errors(timeout_seconds: float) -> AsyncIterator[None]:
    """Apply the timeout to one call, and turn errors of the Redis client into StoreErrors."""
    try:
        async with asyncio.timeout(timeout_seconds):
            yield
    except (TimeoutError, RedisTimeoutError) as error:
        raise StoreTimeout("Redis did not respond in time.") from error
    except (AuthenticationError, NoPermissionError) as error:
        raise StoreUnauthorised("Redis rejects the credentials in REDIS_URL.") from error
    except (RedisConnectionError, OSError) as error:
        raise StoreUnavailable("Redis cannot be reached.") from error
    except RedisError as error:
        raise StoreProtocolError(f"Redis returned an error: {error}") from error
