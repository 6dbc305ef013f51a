"""The FrameExchange in memory, which loses what it is told to lose."""

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

Moment = tuple[str, int]
Monotonic = Callable[[], float]
WATCHED_TYPES_RENEWALS_MAX = 10


@dataclass
class _Topic:
    """What is shared of one device type."""

    at: Moment | None = None
    frames: list[SharedFrame] = field(default_factory=list)
    checkpoint: Checkpoint | None = None

    def add(
        self,
        position: str,
        fence: int,
        type_code: str,
        at: Moment,
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


class Board:
    """What all processes reach."""

    def __init__(self, pace: SharingTimes, monotonic: Monotonic) -> None:
        self.pace = pace
        self.monotonic = monotonic
        self.positions = count(1)
        self.fences = count(1)
        self.wipe()

    def wipe(self) -> None:
        """As a Redis that is started again and has kept nothing."""
        self.holder: tuple[int, int, float] | None = None
        self.wanted: dict[str, float] = {}
        self.topics: dict[str, _Topic] = {}

    def lease(self) -> tuple[int, int] | None:
        """Its fence and who has it."""
        if self.holder is None or self.monotonic() >= self.holder[2]:
            return None
        return self.holder[:2]

    def topic(self, type_code: str) -> _Topic:
        return self.topics.setdefault(type_code, _Topic())


class Way(StrEnum):
    """What a process waits for on its way."""

    HOLD = "hold"
    SHARE = "share"
    READ = "read"
    ANSWER = "answer"
    SAMPLE = "sample"


class Gates:
    """Where a process waits as long as one is shut."""

    def __init__(self) -> None:
        self._gates = {way: asyncio.Event() for way in Way}
        self._passing: Counter[Way] = Counter()
        self.open()

    @property
    def waiting(self) -> int:
        """How many things wait at one that is shut."""
        return sum(self._passing[way] for way, gate in self._gates.items() if not gate.is_set())

    def shut(self, way: Way) -> None:
        self._gates[way].clear()

    def open(self) -> None:
        """All of them."""
        for gate in self._gates.values():
            gate.set()

    async def pass_through(self, way: Way) -> None:
        self._passing[way] += 1
        try:
            await self._gates[way].wait()
        finally:
            self._passing[way] -= 1


class MemoryExchange:
    """One process's end of it.

    Attributes:
        is_away: nothing reaches it.
        is_unreadable: nothing can be read from it.
        loses_answers: everything reaches it, and no answer comes back.
    """

    def __init__(self, board: Board, number: int, gates: Gates | None = None) -> None:
        self._board = board
        self._number = number
        self._gates = gates or Gates()
        self.is_away = False
        self.is_unreadable = False
        self.loses_answers = False

    async def renew(self, wanted_types: Sequence[str]) -> Lease:
        await self._reach(Way.HOLD)
        board = self._board
        now = board.monotonic()
        fence, holder = board.lease() or (next(board.fences), self._number)
        if holder == self._number:
            board.holder = (fence, holder, now + board.pace.lease_seconds)
        board.wanted.update(dict.fromkeys(wanted_types, now + board.pace.renew_seconds * WATCHED_TYPES_RENEWALS_MAX))
        told = frozenset(type_code for type_code, until in board.wanted.items() if until > now)
        self._answer()
        return Lease(holder == self._number, fence, told)

    async def release(self) -> None:
        await self._reach(Way.HOLD)
        lease = self._board.lease()
        if lease is not None and lease[1] == self._number:
            self._board.holder = None
        self._answer()

    async def begin(self, type_code: str, fence: int, state: SharedState) -> ShareResult:
        snapshot = state.snapshot
        return await self._add(type_code, fence, None, (snapshot.stream_id, snapshot.seq), None, state)

    async def advance(self, type_code: str, fence: int, update: SharedUpdate, state: SharedState | None) -> ShareResult:
        delta = update.delta
        start, end = (delta.stream_id, delta.since), (delta.stream_id, delta.seq)
        return await self._add(type_code, fence, start, end, update, state)

    async def checkpoint(self, type_code: str) -> Checkpoint | None:
        await self._reach(Way.READ)
        self._answer()
        return self._board.topic(type_code).checkpoint

    async def end_position(self, type_code: str) -> str:
        await self._reach(Way.READ)
        self._answer()
        frames = self._board.topic(type_code).frames
        return frames[-1].position if frames else "0"

    async def frames_after(self, positions: Mapping[str, str], *, wait_seconds: float) -> Sequence[SharedFrame]:
        await self._reach(Way.READ)
        self._answer()
        frames = [
            frame
            for type_code, position in positions.items()
            for frame in self._board.topic(type_code).frames
            if int(frame.position) > int(position)
        ]
        if not frames and wait_seconds:
            await asyncio.sleep(0)  # the clock of a test stands still meanwhile
        return frames

    async def _add(
        self,
        type_code: str,
        fence: int,
        start: Moment | None,
        end: Moment,
        update: SharedUpdate | None,
        state: SharedState | None,
    ) -> ShareResult:
        await self._reach(Way.SHARE)
        topic = self._board.topic(type_code)
        if self._board.lease() != (fence, self._number):
            shared = ShareResult(ShareOutcome.LEASE_LOST)
        elif start is not None and topic.at != start:
            shared = ShareResult(ShareOutcome.OUT_OF_SEQUENCE)
        else:
            shared = ShareResult(ShareOutcome.SHARED, str(next(self._board.positions)))
            topic.add(shared.position, fence, type_code, end, update, state)
        await self._gates.pass_through(Way.ANSWER)
        self._answer()
        return shared

    async def _reach(self, way: Way) -> None:
        await self._gates.pass_through(way)
        if self.is_away or (self.is_unreadable and way is Way.READ):
            raise StoreUnavailable

    def _answer(self) -> None:
        if self.loses_answers:
            raise StoreTimeout
