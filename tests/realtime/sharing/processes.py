"""Processes that share an exchange in memory. Each of their steps is made by a test; nothing runs by itself."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.sharing import SharingTimes
from arcbeat.domain.readings.snapshot_rows import SnapshotRow
from arcbeat.domain.readings.snapshots import Delta, Snapshot, apply_delta
from arcbeat.domain.readings.stored_rows import LatestRows, rows_of
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.sampling.ticks import Tick
from arcbeat.realtime.sharing.cluster import Cluster
from arcbeat.realtime.sharing.follower import Follower
from arcbeat.realtime.sharing.lease_state import LeaseRole
from arcbeat.realtime.sharing.sharing import LeasedSharing
from tests.realtime.sharing.memory import Gate, Gates, MemoryExchange, SharedMemory
from tests.realtime.sharing.simulated_plant import TYPE_CODE, new_plant, report
from tests.support.simulated_plant import TICK, SimulatedPlant
from tests.support.simulated_plant import Observer as SamplerObserver

CLOCK = "C0"
"""A device with a new reading at each sample."""
PERIOD_SECONDS = 4.0
RENEWALS_PER_ROUND = 7
TIMES = SharingTimes.of(PERIOD_SECONDS)

Rows = Mapping[str, SnapshotRow]


class Witness:
    """Records the rows of every published snapshot, by its stream and seq."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int], Rows] = {}

    def check(self, snapshot: Snapshot) -> None:
        """Fail if another process has published other rows under the same stream and seq."""
        assert self._told.setdefault((snapshot.stream_id, snapshot.seq), snapshot.rows) == snapshot.rows


class Client:
    """A client of one process that knows only its deltas."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.resets = 0

    def receive(self, sampler: Sampler, delta: Delta) -> None:
        assert sampler.snapshot is not None
        if self.snapshot is None or delta.since == 0:
            assert delta.since == 0
            self.resets += 1
            self.snapshot = replace(sampler.snapshot, seq=0, rows={})
        self.snapshot = apply_delta(self.snapshot, delta)
        assert self.snapshot == sampler.snapshot
        assert list(self.snapshot.rows) == list(sampler.snapshot.rows)


class Observer:
    """Records role changes, and counts frames and gaps."""

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
    """A process with one client. Some processes watch the type, others only sample it for them."""

    def __init__(self, shared: SharedMemory, number: int, plant: SimulatedPlant, witness: Witness) -> None:
        clock = plant.clock
        self._gates = Gates()
        self.exchange = MemoryExchange(shared, number, self._gates)
        self.observer = Observer()
        self.client = Client()
        self._witness = witness
        self._steps: dict[Gate, asyncio.Task[None]] = {}
        self._watching = ExitStack()
        self._failures: list[Exception] = []
        follower = Follower(self.exchange, clock, TIMES, self.observer, clock.monotonic)
        self.sharing = LeasedSharing(self.exchange, follower, TIMES, clock.monotonic)
        self.samplers = Samplers(
            SampleReader(plant.catalogue, plant.directory, _GatedStore(plant, self._gates), clock),
            clock,
            period_seconds=PERIOD_SECONDS,
            observer=SamplerObserver(),
            ticks_of=_no_ticks,
            sharing=self.sharing,
        )
        self.samplers.add_listener(self._receive)
        self._cluster = Cluster(
            self.exchange,
            self.samplers,
            self.sharing,
            follower,
            times=TIMES,
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
        """Watch the type until the process is closed."""
        self._watching.enter_context(self.samplers.watch(TYPE_CODE))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the process renew its lease and follow by itself while the context is entered."""
        async with self._cluster.running():
            yield

    async def renew_lease(self) -> None:
        await self._do(Gate.RENEW, self._cluster.renew_lease())

    async def tick(self) -> None:
        await self._do(Gate.SHARE, self._tick())

    async def follow(self) -> None:
        await self._do(Gate.READ, self._cluster.follow())

    def pause(self, step: Gate) -> None:
        """Let the process wait at a gate."""
        self._gates.shut(step)

    async def resume(self) -> None:
        self._gates.open()
        await self._settle()

    async def aclose(self) -> None:
        await self.resume()
        self._watching.close()
        await self.samplers.aclose()

    async def _tick(self) -> None:
        for sampler in self.samplers:
            await sampler.tick(TICK)

    async def _do(self, step: Gate, coroutine: Coroutine[Any, Any, None]) -> None:
        """Make a step until it is done, or waits at a gate; a step is not made while the same step waits."""
        if step in self._steps:
            coroutine.close()
        else:
            self._steps[step] = asyncio.create_task(coroutine)
        await self._settle()

    async def _settle(self) -> None:
        while sum(not task.done() for task in self._steps.values()) > self._gates.waiting:  # noqa: ASYNC110 -- threads
            await asyncio.sleep(0)
        for step, task in tuple(self._steps.items()):
            if task.done():
                del self._steps[step]
                task.result()
        for error in self._failures:
            raise error

    def _receive(self, sampler: Sampler, delta: Delta) -> None:
        try:
            assert sampler.snapshot is not None
            self._witness.check(sampler.snapshot)
            self.client.receive(sampler, delta)
        except Exception as error:  # samplers log errors of listeners; the test must see them
            self._failures.append(error)
            raise


class _GatedStore:
    """A store that waits at the gate SAMPLE, and has a new reading at each call."""

    def __init__(self, plant: SimulatedPlant, gates: Gates) -> None:
        self._plant = plant
        self._gates = gates

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        report(self._plant, CLOCK, 0)
        latest = await self._plant.store.latest(table, device_codes)
        await self._gates.pass_through(Gate.SAMPLE)
        return latest

    async def latest_rows(self, table: SuperTable, device_codes: Sequence[str]) -> LatestRows:
        return rows_of(await self.latest(table, device_codes))


class Plant:
    """A plant, an exchange and the processes that share it; the last process watches no type."""

    def __init__(self, size: int) -> None:
        self.plant = new_plant()
        self.clock = self.plant.clock
        report(self.plant, CLOCK, 0)
        self.shared = SharedMemory(TIMES, self.clock.monotonic)
        witness = Witness()
        self.processes = [Process(self.shared, number, self.plant, witness) for number in range(size)]
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
        """Make one tick, with renewals, on all processes except ``without``, which stands still."""
        running = [each for number, each in enumerate(self.processes) if number != without]
        for each in running:
            await each.renew_lease()
        for each in running:
            await each.tick()
        for each in running:
            await each.follow()
        for _ in range(RENEWALS_PER_ROUND):
            self.clock.pass_seconds(PERIOD_SECONDS / RENEWALS_PER_ROUND)
            for each in running:
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
    """Return after other tasks have run."""
    await asyncio.sleep(0)
