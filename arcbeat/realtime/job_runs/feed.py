"""Read the runs of jobs again and again, and find those that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from arcbeat.domain.jobs.ports import RunProgress, RunWatch
from arcbeat.domain.jobs.runs import RunState
from arcbeat.realtime.sampling.row_encoding import encode
from arcbeat.services.run_attributes import run_attributes


class RunPhase(StrEnum):
    """What a run does at the moment; ``phase`` in openapi/asyncapi.yaml."""

    QUEUED = "queued"
    ATTEMPT = "attempt"
    WAIT = "wait"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class EncodedRun:
    """A run as clients receive it, encoded once for all of them."""

    id: int
    job_name: str
    has_ended: bool
    body: bytes

    @classmethod
    def of(cls, progress: RunProgress) -> "EncodedRun":
        """Encode a run."""
        run = progress.run
        return cls(run.id, run.job_name, run.state.is_final, encode(_body(progress)))


class RunFeed:
    """The runs as they were read last: those that have not ended, and the last ones that were requested."""

    def __init__(self, watch: RunWatch) -> None:
        self._watch = watch
        self._known: dict[int, EncodedRun] = {}

    @property
    def runs(self) -> Iterable[EncodedRun]:
        """The runs that were read last, by id."""
        return self._known.values()

    async def read(self) -> Sequence[EncodedRun]:
        """Read the runs, and return those that differ from the time before; a renewed lease is no difference.

        Raises:
            StoreError: the runs cannot be read; the next call returns what changed meanwhile.
        """
        open_ids = [run.id for run in self._known.values() if not run.has_ended]
        found = [EncodedRun.of(progress) for progress in await self._watch.newest(open_ids)]
        before, self._known = self._known, {run.id: run for run in found}
        return [run for run in found if before.get(run.id) != run]


def _phase(progress: RunProgress) -> RunPhase:
    if progress.run.state.is_final:
        return RunPhase.ENDED
    if progress.run.state is RunState.QUEUED:
        return RunPhase.QUEUED
    return RunPhase.WAIT if progress.waits_until else RunPhase.ATTEMPT


def _body(progress: RunProgress) -> dict[str, Any]:
    return {
        **run_attributes(progress.run),
        "phase": _phase(progress),
        "waits_until": progress.waits_until,
    }
