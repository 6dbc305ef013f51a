"""Processes that share an exchange in memory, moved by hand: nothing of them happens by itself."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.sharing import SharingTimes
from arcbeat.domain.readings.snapshots import Delta, Snapshot, SnapshotRow, apply_delta
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.sampling.ticks import Tick
from arcbeat.realtime.sharing.cluster import Cluster
from arcbeat.realtime.sharing.follower import Follower
from arcbeat.realtime.sharing.lease_state import LeaseRole
from arcbeat.realtime.sharing.sharing import LeasedSharing
from tests.realtime.sharing.memory import Board, Gates, MemoryExchange, Way
from tests.realtime.sharing.simulated_plant import TYPE_CODE, new_plant, report
from tests.support.simulated_plant import TICK, SimulatedPlant
from tests.support.simulated_plant import Observer as SamplerObserver

CLOCK = "C0"
"""A device that says something new whenever it is asked."""
PERIOD_SECONDS = 4.0
BEATS_A_ROUND = 7
PACE = SharingTimes.of(PERIOD_SECONDS)

Rows = Mapping[str, SnapshotRow]


class Witness:
    """Knows what anybody was told under a number of a stream."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int], Rows] = {}

    def check(self, snapshot: Snapshot) -> None:
        """That nobody was told something else."""
        assert self._told.setdefault((snapshot.stream_id, snapshot.seq), snapshot.rows) == snapshot.rows


class Client:
    """Somebody who was told by one process, from the beginning; goes by nothing but deltas."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.resets = 0

    def hear(self, sampler: Sampler, delta: Delta) -> None:
        assert sampler.snapshot is not None
        if self.snapshot is None or delta.since == 0:
            assert delta.since == 0
            self.resets += 1
            self.snapshot = replace(sampler.snapshot, seq=0, rows={})
        self.snapshot = apply_delta(self.snapshot, delta)
        assert self.snapshot == sampler.snapshot
        assert list(self.snapshot.rows) == list(sampler.snapshot.rows)


class Observer:
    """Counts."""

    def __init__(self) -> None:
        self.roles: list[str] = []
        self.frames = 0
        self.gaps = 0

    def count_role_change(self, role: str) -> None:
        self.roles.append(role)

    def count_followed_frame(self) -> None:
        self.frames += 1

    def count_gap(self) -> None:
        self.gaps += 1


class Process:
    """One of them, with a client who is told everything; some watch the type, and some only sample it for others."""

    def __init__(self, board: Board, number: int, plant: SimulatedPlant, witness: Witness) -> None:
        clock = plant.clock
        self._gates = Gates()
        self.exchange = MemoryExchange(board, number, self._gates)
        self.observer = Observer()
        self.client = Client()
        self._witness = witness
        self._doing: dict[Way, asyncio.Task[None]] = {}
        self._watching = ExitStack()
        self._failures: list[Exception] = []
        follower = Follower(self.exchange, clock, PACE, self.observer, clock.monotonic)
        self.sharing = LeasedSharing(self.exchange, follower, PACE, clock.monotonic)
        self.samplers = Samplers(
            SampleReader(plant.catalogue, plant.directory, _Slow(plant, self._gates), clock),
            clock,
            period_seconds=PERIOD_SECONDS,
            observer=SamplerObserver(),
            ticks_of=_no_ticks,
            sharing=self.sharing,
        )
        self.samplers.add_listener(self._hear)
        self._cluster = Cluster(
            self.exchange,
            self.samplers,
            self.sharing,
            follower,
            times=PACE,
            observer=self.observer,
            monotonic=clock.monotonic,
            sleep=_no_sleep,
        )

    @property
    def role(self) -> LeaseRole:
        return self.sharing.role

    @property
    def snapshot(self) -> Snapshot | None:
        return next((sampler.snapshot for sampler in self.samplers), None)

    def watch(self) -> None:
        """Somebody watches the type here, until the end."""
        self._watching.enter_context(self.samplers.watch(TYPE_CODE))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It beats and reads by itself for as long as this lasts."""
        async with self._cluster.running():
            yield

    async def renew_lease(self) -> None:
        await self._do(Way.HOLD, self._cluster.renew_lease())

    async def tick(self) -> None:
        await self._do(Way.SHARE, self._tick())

    async def follow(self) -> None:
        await self._do(Way.READ, self._cluster.follow())

    def pause(self, way: Way) -> None:
        """It gets no further on this way."""
        self._gates.shut(way)

    async def go_on(self) -> None:
        self._gates.open()
        await self._settle()

    async def aclose(self) -> None:
        await self.go_on()
        self._watching.close()
        await self.samplers.aclose()

    async def _tick(self) -> None:
        for sampler in self.samplers:
            await sampler.tick(TICK)

    async def _do(self, way: Way, what: Coroutine[Any, Any, None]) -> None:
        """Until it is done, or does not get on; nothing is begun before the same thing is done."""
        if way in self._doing:
            what.close()
        else:
            self._doing[way] = asyncio.create_task(what)
        await self._settle()

    async def _settle(self) -> None:
        while sum(not task.done() for task in self._doing.values()) > self._gates.waiting:  # noqa: ASYNC110 -- threads
            await asyncio.sleep(0)
        for way, task in tuple(self._doing.items()):
            if task.done():
                del self._doing[way]
                task.result()
        for error in self._failures:
            raise error

    def _hear(self, sampler: Sampler, delta: Delta) -> None:
        try:
            assert sampler.snapshot is not None
            self._witness.check(sampler.snapshot)
            self.client.hear(sampler, delta)
        except Exception as error:  # samplers go on when a listener fails
            self._failures.append(error)
            raise


class _Slow:
    """A store that answers when it is let, and never twice the same."""

    def __init__(self, plant: SimulatedPlant, gates: Gates) -> None:
        self._plant = plant
        self._gates = gates

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        report(self._plant, CLOCK, 0)
        latest = await self._plant.store.latest(table, device_codes)
        await self._gates.pass_through(Way.SAMPLE)
        return latest


class Plant:
    """A plant, an exchange and the processes that share it; the last of them watches nothing."""

    def __init__(self, size: int) -> None:
        self.plant = new_plant()
        self.clock = self.plant.clock
        report(self.plant, CLOCK, 0)
        self.board = Board(PACE, self.clock.monotonic)
        witness = Witness()
        self.processes = [Process(self.board, number, self.plant, witness) for number in range(size)]
        for each in self.watching:
            each.watch()

    @classmethod
    @asynccontextmanager
    async def running(cls, size: int) -> AsyncIterator["Plant"]:
        plant = cls(size)
        try:
            yield plant
        finally:
            for each in plant.processes:
                await each.aclose()

    async def round(self, *, without: int | None = None) -> None:
        """A tick in the life of all of them, or of all but one that stands still."""
        living = [each for number, each in enumerate(self.processes) if number != without]
        for each in living:
            await each.renew_lease()
        for each in living:
            await each.tick()
        for each in living:
            await each.follow()
        for _ in range(BEATS_A_ROUND):
            self.clock.pass_seconds(PERIOD_SECONDS / BEATS_A_ROUND)
            for each in living:
                await each.renew_lease()

    @property
    def watching(self) -> list[Process]:
        return self.processes[:-1]

    def of(self, role: LeaseRole) -> list[Process]:
        return [each for each in self.processes if each.role is role]


async def _no_ticks() -> AsyncGenerator[Tick, None]:
    await asyncio.Event().wait()
    yield TICK


async def _no_sleep(_: float) -> None:
    """Others have their turn all the same."""
    await asyncio.sleep(0)
