"""The FrameExchange in Redis: a lease with a fencing number, and of each device type a stream of deltas and a whole."""

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

from adapters.redis.frame_codec import VERSION, decode_move, decode_whole, encode_move, encode_whole
from adapters.redis.frame_scripts import HOLD, RELEASE, SHARE
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
"""Of each device type in one call."""
WATCHED_TYPES_BEATS_MAX = 10
"""So long a process that says nothing more is believed to watch what it watched."""
TOKEN_BYTES = 16
BEGINNING = "0-0"
"""Before every frame."""

# the stubs of redis leave open which of its two faces and protocols an answer is of
_Fields = Mapping[bytes, bytes]
_Told = list[tuple[bytes, list[tuple[bytes, _Fields]]]]
_Pair = tuple[bytes | None, bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addition:
    """What is to be added to the frames of a device type.

    Attributes:
        start: the moment that it follows on; empty for a stream that begins.
        move, whole: encoded; empty for none.
    """

    type_code: str
    start: str
    stream_id: str
    seq: int
    move: bytes
    whole: bytes


class RedisFrames:
    """One process's end of it.

    Args:
        namespace: of keys; processes that share it read the same stores at the same ticks.
    """

    def __init__(self, url: str, namespace: str, pace: SharingTimes) -> None:
        # once more at once: what was pooled may be from before Redis was started again
        self._pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS_MAX, timeout=pace.timeout_seconds, retry=Retry(NoBackoff(), 1)
        )
        self._redis = Redis(connection_pool=self._pool)
        self._prefix = f"arcbeat:{VERSION}:{namespace}"
        self._pace = pace
        self._token = secrets.token_hex(TOKEN_BYTES)
        self._hold = self._redis.register_script(HOLD)
        self._release = self._redis.register_script(RELEASE)
        self._share = self._redis.register_script(SHARE)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
        await self._pool.aclose()

    async def renew(self, wanted_types: Sequence[str]) -> Lease:
        keys = [self._key("lease"), self._key("fence"), self._key("wanted")]
        lives_ms = [_ms(self._pace.lease_seconds), _ms(self._pace.renew_seconds * WATCHED_TYPES_BEATS_MAX)]
        async with _asking(self._pace.timeout_seconds):
            is_ours, fence, told = await self._hold(keys=keys, args=[self._token, *lives_ms, *wanted_types])
        return Lease(bool(is_ours), int(fence), frozenset(each.decode() for each in told))

    async def release(self) -> None:
        async with _asking(self._pace.timeout_seconds):
            await self._release(keys=[self._key("lease")], args=[self._token])

    async def begin(self, type_code: str, fence: int, state: SharedState) -> ShareResult:
        packed, snapshot = await asyncio.to_thread(encode_whole, state), state.snapshot
        addition = _Addition(
            type_code=type_code,
            start="",
            stream_id=snapshot.stream_id,
            seq=snapshot.seq,
            move=b"",
            whole=packed,
        )
        return await self._add(fence, addition)

    async def advance(self, type_code: str, fence: int, update: SharedUpdate, state: SharedState | None) -> ShareResult:
        packed, delta = await asyncio.to_thread(encode_move, update), update.delta
        addition = _Addition(
            type_code=type_code,
            start=f"{delta.stream_id}:{delta.since}",
            stream_id=delta.stream_id,
            seq=delta.seq,
            move=packed,
            whole=await asyncio.to_thread(encode_whole, state) if state else b"",
        )
        return await self._add(fence, addition)

    async def checkpoint(self, type_code: str) -> Checkpoint | None:
        async with _asking(self._pace.timeout_seconds):
            told = self._redis.hmget(self._key("whole", type_code), ["place", "whole"])
            place, packed = await cast("Awaitable[_Pair]", told)
        if place is None or packed is None:
            return None
        return Checkpoint(place.decode(), await asyncio.to_thread(decode_whole, packed))

    async def end_position(self, type_code: str) -> str:
        async with _asking(self._pace.timeout_seconds):
            place = await cast("Awaitable[bytes | None]", self._redis.hget(self._key("head", type_code), "place"))
        return place.decode() if place else BEGINNING

    async def frames_after(self, positions: Mapping[str, str], *, wait_seconds: float) -> Sequence[SharedFrame]:
        type_codes = {self._key("frames", type_code).encode(): type_code for type_code in positions}
        starts: Any = {key: positions[type_code] for key, type_code in type_codes.items()}
        async with _asking(self._pace.timeout_seconds + wait_seconds):
            # 0 would wait for ever
            told = cast(
                "_Told", await self._redis.xread(starts, count=FRAMES_PER_READ_MAX, block=_ms(wait_seconds) or None)
            )
        entries = [(type_codes[key], place, fields) for key, placed in told for place, fields in placed]
        return await asyncio.to_thread(lambda: [_frame(*entry) for entry in entries])

    async def _add(self, fence: int, new: _Addition) -> ShareResult:
        keys = [self._key("lease"), *(self._key(kind, new.type_code) for kind in ("head", "frames", "whole"))]
        lease, call, lives_ms = (
            f"{fence}:{self._token}",
            secrets.token_hex(TOKEN_BYTES),
            _ms(self._pace.retention_seconds),
        )
        said: list[bytes | str | int] = [fence, new.stream_id, new.seq, new.move, new.whole]
        async with _asking(self._pace.timeout_seconds):
            args = [lease, call, new.start, *said, STREAM_FRAMES_MAX, lives_ms]
            outcome, place = await self._share(keys=keys, args=args)
        return ShareResult(ShareOutcome(outcome.decode()), place.decode())

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))


def _frame(type_code: str, place: bytes, fields: _Fields) -> SharedFrame:
    return SharedFrame(
        type_code=type_code,
        position=place.decode(),
        fence=int(fields[b"fence"]),
        stream_id=fields[b"stream_id"].decode(),
        seq=int(fields[b"seq"]),
        update=decode_move(fields[b"move"]) if fields[b"move"] else None,
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


@asynccontextmanager
async def _asking(timeout_seconds: float) -> AsyncIterator[None]:
    """Around one call; what goes wrong is told in our own words."""
    try:
        async with asyncio.timeout(timeout_seconds):
            yield
    except (TimeoutError, RedisTimeoutError) as error:
        raise StoreTimeout("Redis did not answer in time.") from error
    except (AuthenticationError, NoPermissionError) as error:
        raise StoreUnauthorised("Redis refuses the credentials of this service.") from error
    except (RedisConnectionError, OSError) as error:
        raise StoreUnavailable("Redis cannot be reached.") from error
    except RedisError as error:
        raise StoreProtocolError(f"Redis says: {error}") from error
