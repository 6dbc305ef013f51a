"""Executes reading statements, and verifies that nothing between the database and arcbeat cut their rows off.

taosAdapter's ``restfulRowLimit``, or a gateway, ends a result after a number of rows, without an error or a mark. A
shorter result is then complete, but one with exactly as many rows as the limit may not be.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from adapters.tdengine import statements
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Result
from adapters.tdengine.sliced_rows import leave_undecoded
from arcbeat.concurrency import SingleFlight, run_each
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing, StoreProtocolError
from arcbeat.domain.schema.super_tables import SuperTable

PROBE_ROWS_MIN = 1024
PROBE_FRESH_SECONDS = 60.0
"""The age from which the row limit is probed again: the REST API may have been restarted with another one."""


class HasRows(Protocol):
    """A result whose rows can be counted."""

    @property
    def rows(self) -> Sequence[Any]: ...


R = TypeVar("R", bound=HasRows)


class ResultCutOff(StoreProtocolError):
    """A row limit cut off the result of a statement."""

    def __init__(self, rows_max: int) -> None:
        super().__init__(
            f"TDengine's REST API returns at most {rows_max} rows per statement, so this result may be incomplete. "
            "Raise restfulRowLimit of taosAdapter, or the limit of the gateway in front of it."
        )


@dataclass(frozen=True, slots=True)
class _Probe:
    """What a probe found.

    Attributes:
        requested: a result with fewer rows cannot have been cut off, except by ``rows_max``.
        rows_max: the row limit; None if the probe met none.
    """

    requested: int
    rows_max: int | None
    probed_at: float

    def is_complete(self, rows: int) -> bool:
        """Return whether a result with this number of rows is complete: one that is cut off has exactly `rows_max`."""
        return rows != self.rows_max

    def covers(self, rows: int) -> bool:
        return rows < self.requested or self.rows_max is not None


class Reads:
    """Executes reading statements, a few at the same time.

    The first result with more rows than any probed one is followed by a probe: a statement that makes the server return
    a known number of rows, more than the result has. Probes are rare, because each covers all smaller results.
    """

    def __init__(
        self, rest: TdengineRest, *, batches_at_once: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """``batches_at_once`` limits the statements of one ``read_all`` that are in flight at the same time."""
        self._rest = rest
        self._batches_at_once = batches_at_once
        self._monotonic = monotonic
        self._probe: _Probe | None = None
        self._flight: SingleFlight[int, _Probe] = SingleFlight(lambda probes: self._store(*probes.values()))

    async def read(self, table: SuperTable, statement: str, *, limit: int | None = None) -> Result:
        """Execute one statement on a super table and return its complete rows; ``limit`` is that of the statement.

        Raises:
            ResultCutOff: a row limit cut the result off.
            StoreError: TDengine did not respond, or responded with an error.
        """
        result = await self._rest.execute(statement)
        if result.rows and len(result.rows) != limit:
            await self._verify(table, len(result.rows))
        return result

    async def read_all(self, table: SuperTable, statements: Iterable[str]) -> list[Result]:
        """Execute several statements at the same time and return their results; the first error cancels all."""
        return await run_each(partial(self.read, table), statements, at_once=self._batches_at_once)

    async def read_as(self, table: SuperTable, statement: str, decode: Callable[[bytes, int], R]) -> R:
        """Execute one statement and return its complete rows as ``decode`` makes them of a body and an HTTP status."""
        result = await self._rest.execute_as(statement, decode)
        if result.rows:
            await self._verify(table, len(result.rows))
        return result

    async def aclose(self) -> None:
        """Cancel the probe in flight."""
        await self._flight.aclose()

    async def _verify(self, table: SuperTable, rows: int) -> None:
        probe = self._probe
        if (
            probe is None
            or self._monotonic() - probe.probed_at > PROBE_FRESH_SECONDS
            or not (probe.covers(rows) and probe.is_complete(rows))
        ):
            requested = max(PROBE_ROWS_MIN, 1 << rows.bit_length())
            probe = await self._flight.run(requested, lambda: self._run_probe(table, requested))
        if not probe.is_complete(rows):
            raise ResultCutOff(rows)

    async def _run_probe(self, table: SuperTable, requested: int) -> _Probe:
        probed_at = self._monotonic()
        try:
            probe = statements.row_limit_probe(table, requested)
            returned = len((await self._rest.execute_as(probe, leave_undecoded)).rows)
        except (StoreProtocolError, StoreBadValue, StoreObjectMissing):
            # Before 3.0.3 TDengine cannot generate rows, so that a row limit cannot be noticed.
            returned = requested
        # A server that does not generate rows returns none.
        return _Probe(requested, returned if 0 < returned < requested else None, probed_at)

    def _store(self, probe: _Probe) -> None:
        self._probe = probe
