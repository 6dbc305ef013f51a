"""The health of the stores and services that arcbeat depends on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arcbeat.domain.errors import StoreOverloaded


@dataclass(frozen=True, slots=True)
class Advice:
    """Something an operator should know that does not make the service unready.

    Attributes:
        code: a constant, for alerts.
        detail: what is wrong and what to do, for people.
    """

    code: str
    detail: str


def overload_advice(overload: StoreOverloaded) -> Advice:
    """Return the advice about a store whose check timed out while it waited behind other requests of this process."""
    return Advice("overloaded", f"{overload.detail} The limits of heavy requests are in docs/reference/operations.md.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyHealth:
    """The result of checking one dependency.

    Attributes:
        error: why it is not ready; None when it is ready.
    """

    name: str
    latency_ms: float
    version: str | None = None
    error: str | None = None
    advice: tuple[Advice, ...] = ()

    @property
    def ready(self) -> bool:
        return self.error is None


class ReadinessProbe(Protocol):
    """Checks every dependency."""

    async def __call__(self) -> Sequence[DependencyHealth]: ...
