"""Events of processes that share an exchange."""

from dataclasses import dataclass
from typing import Protocol

from tests.realtime.sharing.processes import Plant


class Action(Protocol):
    """One event."""

    async def on(self, plant: Plant) -> None: ...


@dataclass(frozen=True, slots=True)
class Renew:
    """A process renews or acquires the lease."""

    number: int

    async def on(self, plant: Plant) -> None:
        await plant.processes[self.number].renew_lease()


@dataclass(frozen=True, slots=True)
class Tick:
    """A process makes a tick."""

    number: int

    async def on(self, plant: Plant) -> None:
        await plant.processes[self.number].tick()


@dataclass(frozen=True, slots=True)
class Follow:
    """A process reads the frames of the leader."""

    number: int

    async def on(self, plant: Plant) -> None:
        await plant.processes[self.number].follow()


@dataclass(frozen=True, slots=True)
class Round:
    """All processes, or all but one, make a tick with its renewals."""

    without: int | None = None

    async def on(self, plant: Plant) -> None:
        await plant.round(without=self.without)


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes."""

    seconds: float

    async def on(self, plant: Plant) -> None:
        plant.clock.pass_seconds(self.seconds)


@dataclass(frozen=True, slots=True)
class Forget:
    """The exchange forgets everything, as after a restart."""

    async def on(self, plant: Plant) -> None:
        plant.shared.wipe()
