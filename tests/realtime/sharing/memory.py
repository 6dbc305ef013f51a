"""The FrameExchange in memory, which loses what it is told to lose."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from arcbeat.domain.errors import StoreTimeout, StoreUnavailable
from arcbeat.domain.readings.sharing import FRAMES_KEPT, Frame, Lease, Move, Outcome, Pace, PlacedWhole, Shared, Whole

Moment = tuple[str, int]
Monotonic = Callable[[], float]
WATCHED_TYPES_BEATS_MAX = 10


@dataclass
class _Topic:
    """What is shared of one device type."""

    at: Moment | None = None
    frames: list[Frame] = field(default_factory=list)
    whole: PlacedWhole | None = None

    def add(self, place: str, fence: int, type_code: str, at: Moment, move: Move | None, whole: Whole | None) -> None:
        stream_id, seq = self.at = at
        frame = Frame(type_code=type_code, place=place, fence=fence, stream_id=stream_id, seq=seq, move=move)
        self.frames = [*self.frames[1 - FRAMES_KEPT :], frame]
        if whole is not None:
            self.whole = PlacedWhole(place, whole)


class Board:
    """What all processes reach."""

    def __init__(self, pace: Pace, monotonic: Monotonic) -> None:
        self.pace = pace
        self.monotonic = monotonic
        self.places = count(1)
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

    async def hold(self, wanted: Sequence[str]) -> Lease:
        await self._reach(Way.HOLD)
        board = self._board
        now = board.monotonic()
        fence, holder = board.lease() or (next(board.fences), self._number)
        if holder == self._number:
            board.holder = (fence, holder, now + board.pace.lease_seconds)
        board.wanted.update(dict.fromkeys(wanted, now + board.pace.beat_seconds * WATCHED_TYPES_BEATS_MAX))
        told = frozenset(type_code for type_code, until in board.wanted.items() if until > now)
        self._answer()
        return Lease(holder == self._number, fence, told)

    async def release(self) -> None:
        await self._reach(Way.HOLD)
        lease = self._board.lease()
        if lease is not None and lease[1] == self._number:
            self._board.holder = None
        self._answer()

    async def begin(self, type_code: str, fence: int, whole: Whole) -> Shared:
        snapshot = whole.snapshot
        return await self._add(type_code, fence, None, (snapshot.stream_id, snapshot.seq), None, whole)

    async def advance(self, type_code: str, fence: int, move: Move, whole: Whole | None) -> Shared:
        delta = move.delta
        start, end = (delta.stream_id, delta.since), (delta.stream_id, delta.seq)
        return await self._add(type_code, fence, start, end, move, whole)

    async def whole(self, type_code: str) -> PlacedWhole | None:
        await self._reach(Way.READ)
        self._answer()
        return self._board.topic(type_code).whole

    async def end(self, type_code: str) -> str:
        await self._reach(Way.READ)
        self._answer()
        frames = self._board.topic(type_code).frames
        return frames[-1].place if frames else "0"

    async def after(self, places: Mapping[str, str], *, wait_seconds: float) -> Sequence[Frame]:
        await self._reach(Way.READ)
        self._answer()
        frames = [
            frame
            for type_code, place in places.items()
            for frame in self._board.topic(type_code).frames
            if int(frame.place) > int(place)
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
        move: Move | None,
        whole: Whole | None,
    ) -> Shared:
        await self._reach(Way.SHARE)
        topic = self._board.topic(type_code)
        if self._board.lease() != (fence, self._number):
            shared = Shared(Outcome.NOT_OURS)
        elif start is not None and topic.at != start:
            shared = Shared(Outcome.ELSEWHERE)
        else:
            shared = Shared(Outcome.SHARED, str(next(self._board.places)))
            topic.add(shared.place, fence, type_code, end, move, whole)
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
