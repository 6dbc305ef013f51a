"""The sequence of a machine's states: each state lasts for a random time, and a weighted choice decides the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from random import Random
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Stay(Generic[State]):
    """How long a state lasts, and the weights of the states that may follow it."""

    shortest_seconds: float
    longest_seconds: float
    then: Mapping[State, int]


class Cycle(Generic[State]):
    """A walk through states; the same seed and the same calls give the same walk."""

    def __init__(self, stays: Mapping[State, Stay[State]], first: Mapping[State, int], random: Random) -> None:
        self._stays = stays
        self._random = random
        self._state = self._choose(first)
        self._until: datetime | None = None

    def at(self, now: datetime) -> State:
        """Return the state at this moment; at most one change happens per call, however long ago the last call was."""
        if self._until is None:
            self._until = now + self._duration() * self._random.random()  # the first state began before the first call
        elif now >= self._until:
            self._state = self._choose(self._stays[self._state].then)
            self._until = now + self._duration()
        return self._state

    def _choose(self, weights: Mapping[State, int]) -> State:
        [state] = self._random.choices(list(weights), weights=list(weights.values()))
        return state

    def _duration(self) -> timedelta:
        stay = self._stays[self._state]
        return timedelta(seconds=self._random.uniform(stay.shortest_seconds, stay.longest_seconds))


class Phase(Enum):
    """What a machine does; each kind of machine has its own names for the phases."""

    WORKING = auto()
    STANDBY = auto()
    ALARM = auto()
    SHUTDOWN = auto()


PHASES = {
    Phase.WORKING: Stay(40, 240, {Phase.STANDBY: 93, Phase.ALARM: 5, Phase.SHUTDOWN: 2}),
    Phase.STANDBY: Stay(15, 120, {Phase.WORKING: 90, Phase.ALARM: 2, Phase.SHUTDOWN: 8}),
    Phase.ALARM: Stay(20, 90, {Phase.STANDBY: 90, Phase.SHUTDOWN: 10}),
    Phase.SHUTDOWN: Stay(300, 1200, {Phase.STANDBY: 1}),
}
FIRST_PHASES = {Phase.WORKING: 50, Phase.STANDBY: 25, Phase.ALARM: 3, Phase.SHUTDOWN: 22}


def seeded(*names: str) -> Random:
    """Return the random numbers of one device, the same in every run."""
    return Random("/".join(names))  # noqa: S311 -- a simulation, no secret
