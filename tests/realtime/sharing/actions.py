"""What may happen to processes that share an exchange."""

from dataclasses import dataclass
from typing import Protocol

from tests.realtime.sharing.processes import Plant


class Action(Protocol):
    """Something happens."""

    async def on(self, plant: Plant) -> None: ...


@dataclass(frozen=True, slots=True)
class Beat:
    """A process asks for the lease."""

    number: int

    async def on(self, plant: Plant) -> None:
        await plant.processes[self.number].renew_lease()


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of one process."""

    number: int

    async def on(self, plant: Plant) -> None:
        await plant.processes[self.number].tick()


@dataclass(frozen=True, slots=True)
class Read:
    """A process reads what others share."""

    number: int

    async def on(self, plant: Plant) -> None:
        await plant.processes[self.number].follow()


@dataclass(frozen=True, slots=True)
class Live:
    """A tick in the life of all, or of all but one."""

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
    """The exchange is started again and has kept nothing."""

    async def on(self, plant: Plant) -> None:
        plant.board.wipe()
