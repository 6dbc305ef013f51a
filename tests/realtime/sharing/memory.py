"""A FrameExchange in memory that can be made to fail, to hang, or to lose its responses."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from arcbeat.domain.errors import StoreTimeout, StoreUnavailable
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

Position = tuple[str, int]
Monotonic = Callable[[], float]
WATCHED_TYPES_RENEWALS_MAX = 10


@dataclass
class _Stream:
    """The stream of one device type."""

    at: Position | None = None
    frames: list[SharedFrame] = field(default_factory=list)
    checkpoint: Checkpoint | None = None

    def add(
        self,
        position: str,
        fence: int,
        type_code: str,
        at: Position,
        update: SharedUpdate | None,
        state: SharedState | None,
    ) -> None:
        stream_id, seq = self.at = at
        frame = SharedFrame(
            type_code=type_code, position=position, fence=fence, stream_id=stream_id, seq=seq, update=update
        )
        self.frames = [*self.frames[1 - STREAM_FRAMES_MAX :], frame]
        if state is not None:
            self.checkpoint = Checkpoint(position, state)


class SharedMemory:
    """The lease and the streams, which all processes reach."""

    def __init__(self, times: SharingTimes, monotonic: Monotonic) -> None:
        self.times = times
        self.monotonic = monotonic
        self.positions = count(1)
        self.fences = count(1)
        self.wipe()

    def wipe(self) -> None:
        """Forget everything, as a Redis that was restarted without persistence."""
        self.holder: tuple[int, int, float] | None = None
        self.wanted: dict[str, float] = {}
        self.streams: dict[str, _Stream] = {}

    def lease(self) -> tuple[int, int] | None:
        """Return the fence of the lease and the number of its holder; None if no process holds it."""
        if self.holder is None or self.monotonic() >= self.holder[2]:
            return None
        return self.holder[:2]

    def stream(self, type_code: str) -> _Stream:
        return self.streams.setdefault(type_code, _Stream())


class Gate(StrEnum):
    """A point at which a test can make a process wait."""

    RENEW = "renew"
    SHARE = "share"
    READ = "read"
    ANSWER = "answer"
    SAMPLE = "sample"


class Gates:
    """The gates of one process; it waits at a gate that is shut."""

    def __init__(self) -> None:
        self._gates = {gate: asyncio.Event() for gate in Gate}
        self._passing: Counter[Gate] = Counter()
        self.open()

    @property
    def waiting(self) -> int:
        """The number of calls that wait at shut gates."""
        return sum(self._passing[gate] for gate, event in self._gates.items() if not event.is_set())

    def shut(self, gate: Gate) -> None:
        self._gates[gate].clear()

    def open(self) -> None:
        """Open all gates."""
        for event in self._gates.values():
            event.set()

    async def pass_through(self, gate: Gate) -> None:
        self._passing[gate] += 1
        try:
            await self._gates[gate].wait()
        finally:
            self._passing[gate] -= 1


class MemoryExchange:
    """The exchange as one process sees it.

    Attributes:
        is_unreachable: no call reaches the exchange.
        is_unreadable: calls that read fail.
        loses_responses: calls take effect, and then time out.
    """

    def __init__(self, shared: SharedMemory, number: int, gates: Gates | None = None) -> None:
        self._shared = shared
        self._number = number
        self._gates = gates or Gates()
        self.is_unreachable = False
        self.is_unreadable = False
        self.loses_responses = False

    async def renew(self, wanted_types: Sequence[str]) -> Lease:
        await self._reach(Gate.RENEW)
        shared = self._shared
        now = shared.monotonic()
        fence, holder = shared.lease() or (next(shared.fences), self._number)
        if holder == self._number:
            shared.holder = (fence, holder, now + shared.times.lease_seconds)
        shared.wanted.update(dict.fromkeys(wanted_types, now + shared.times.renew_seconds * WATCHED_TYPES_RENEWALS_MAX))
        wanted = frozenset(type_code for type_code, until in shared.wanted.items() if until > now)
        self._answer()
        return Lease(holder == self._number, fence, wanted)

    async def release(self) -> None:
        await self._reach(Gate.RENEW)
        lease = self._shared.lease()
        if lease is not None and lease[1] == self._number:
            self._shared.holder = None
        self._answer()

    async def begin(self, type_code: str, fence: int, state: SharedState) -> ShareResult:
        snapshot = state.snapshot
        return await self._add(type_code, fence, None, (snapshot.stream_id, snapshot.seq), None, state)

    async def advance(self, type_code: str, fence: int, update: SharedUpdate, state: SharedState | None) -> ShareResult:
        delta = update.delta
        start, end = (delta.stream_id, delta.since), (delta.stream_id, delta.seq)
        return await self._add(type_code, fence, start, end, update, state)

    async def checkpoint(self, type_code: str) -> Checkpoint | None:
        await self._reach(Gate.READ)
        self._answer()
        return self._shared.stream(type_code).checkpoint

    async def end_position(self, type_code: str) -> str:
        await self._reach(Gate.READ)
        self._answer()
        frames = self._shared.stream(type_code).frames
        return frames[-1].position if frames else "0"

    async def frames_after(self, positions: Mapping[str, str], *, wait_seconds: float) -> Sequence[SharedFrame]:
        await self._reach(Gate.READ)
        self._answer()
        frames = [
            frame
            for type_code, position in positions.items()
            for frame in self._shared.stream(type_code).frames
            if int(frame.position) > int(position)
        ]
        if not frames and wait_seconds:
            await asyncio.sleep(0)  # the clock of the test does not move meanwhile
        return frames

    async def _add(
        self,
        type_code: str,
        fence: int,
        start: Position | None,
        end: Position,
        update: SharedUpdate | None,
        state: SharedState | None,
    ) -> ShareResult:
        await self._reach(Gate.SHARE)
        stream = self._shared.stream(type_code)
        if self._shared.lease() != (fence, self._number):
            result = ShareResult(ShareOutcome.LEASE_LOST)
        elif start is not None and stream.at != start:
            result = ShareResult(ShareOutcome.OUT_OF_SEQUENCE)
        else:
            result = ShareResult(ShareOutcome.SHARED, str(next(self._shared.positions)))
            stream.add(result.position, fence, type_code, end, update, state)
        await self._gates.pass_through(Gate.ANSWER)
        self._answer()
        return result

    async def _reach(self, gate: Gate) -> None:
        await self._gates.pass_through(gate)
        if self.is_unreachable or (self.is_unreadable and gate is Gate.READ):
            raise StoreUnavailable

    def _answer(self) -> None:
        if self.loses_responses:
            raise StoreTimeout
