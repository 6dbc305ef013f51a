"""Whether what the service stands on is there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """Something an operator should know that does not stop the service.

    Attributes:
        code: a constant, for alerts.
        detail: for a person: what is the matter and what to do.
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyHealth:
    """One dependency, as it answered just now.

    Attributes:
        error: why it is not ready; None when it is.
    """

    name: str
    latency_ms: float
    version: str | None = None
    error: str | None = None
    advice: tuple[Advice, ...] = ()

    @property
    def ready(self) -> bool:
        return self.error is None
