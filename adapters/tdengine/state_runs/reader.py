"""Reads state runs: TDengine finds where states change and where gaps are, and only that travels.

Two statements, because TDengine has no window that ends at both. The sessions (readings without a gap between them) are
read before the windows of equal states, and the runs are the parts of windows that lie within sessions. So a reading
that is stored between the two statements is counted if it is within a session, and otherwise is not: it can neither
close a gap nor begin a run of its own.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from adapters.tdengine.errors import DuplicateTimestamps
from adapters.tdengine.literals import round_up_to_resolution
from adapters.tdengine.reads import Reads
from adapters.tdengine.rows import Row
from adapters.tdengine.schema import Schema, Schemas
from adapters.tdengine.state_runs.parts import RunsByDevice, mixed_devices, to_runs
from adapters.tdengine.state_runs.statements import StateStatements
from adapters.tdengine.statements import is_queryable
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.readings import HistoryQuery, Reading
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.joining import RunsOfReadings
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery

READ_DEVICE_DAYS_MAX = 5
"""Devices times days that one operation reads reading by reading: 86 400 readings at one every 5 seconds."""
PAGE_ROWS = 5_000

ReadHistory = Callable[[SuperTable, HistoryQuery], Awaitable[Sequence[Reading]]]


class StateRunReader:
    """Reads state runs by windows where those of TDengine are right, and reading by reading elsewhere.

    Windows need a state field of text, integers or booleans, and readings that differ in ts: TDengine 3.3.0.1 may put
    readings with one ts into one window although their states differ. A device whose readings are in several subtables
    at the same time is therefore read as a whole, after a check that no two of its readings have one ts.
    """

    def __init__(self, reads: Reads, schemas: Schemas, history: ReadHistory) -> None:
        self._reads = reads
        self._schemas = schemas
        self._history = history

    async def read(self, table: SuperTable, query: StateRunQuery) -> list[StateRun]:
        """Return the runs of the devices, ordered by device code, then by time.

        Raises:
            QueryTooLarge: there are more than ``runs_max``, or too many readings to read one by one.
            StoreObjectMissing: the super table does not exist, or has no such column.
            StoreError: TDengine did not respond, or responded with an error.
        """
        schema = await self._schemas.read(table)
        column, query = _state_column(schema, query.field), _to_encodable(query, schema)
        if not query.device_codes:
            return []
        select = StateStatements.of(table, column, query) if schema.key is None else None
        by_device = await (self._by_reading(table, query) if select is None else self._by_window(select))
        runs = [run for code in query.device_codes for run in by_device.get(code, ())]
        if len(runs) > query.runs_max:
            raise QueryTooLarge
        return runs

    async def _by_window(self, select: StateStatements) -> RunsByDevice:
        found = await self._windows(select, by_subtable=True)
        if mixed := mixed_devices(found):
            found = {**found, **await self._of_mixed_devices(select.of_devices(mixed))}
        return found

    async def _of_mixed_devices(self, select: StateStatements) -> RunsByDevice:
        """Return the runs of devices whose subtables have readings at the same time."""
        table, query = select.table, select.query
        found = await self._windows(select, by_subtable=False)
        try:
            # After the windows, so that it covers every reading that they contain.
            await self._reads.read(table, select.check_distinct())
        except DuplicateTimestamps:
            return await self._by_reading(table, query)
        if still_mixed := mixed_devices(found):  # of nanoseconds, of which two may be one microsecond
            found = {**found, **await self._by_reading(table, replace(query, device_codes=still_mixed))}
        return found

    async def _windows(self, select: StateStatements, *, by_subtable: bool) -> RunsByDevice:
        sessions = await self._rows(select, select.sessions(by_subtable=by_subtable))
        windows = await self._rows(select, select.windows(by_subtable=by_subtable))
        return to_runs(sessions, windows)

    async def _rows(self, select: StateStatements, statement: str) -> Sequence[Row]:
        runs_max = select.query.runs_max
        rows = (await self._reads.read(select.table, statement, limit=runs_max + 1)).rows
        if len(rows) > runs_max:
            raise QueryTooLarge
        return rows

    async def _by_reading(self, table: SuperTable, query: StateRunQuery) -> RunsByDevice:
        if query.device_days > READ_DEVICE_DAYS_MAX:
            raise QueryTooLarge
        return {code: await self._of_one_device(table, code, query) for code in query.device_codes}

    async def _of_one_device(self, table: SuperTable, device_code: str, query: StateRunQuery) -> list[StateRun]:
        runs = RunsOfReadings(device_code, query.max_gap)
        made: list[StateRun] = []
        start, limit = query.start, PAGE_ROWS
        while True:
            page = HistoryQuery(device_code=device_code, start=start, end=query.end, fields=(query.field,), limit=limit)
            readings = await self._history(table, page)
            is_last = len(readings) < limit
            # Further readings may have the last ts, so the next page begins with it.
            complete = readings if is_last else [each for each in readings if each.ts < readings[-1].ts]
            made += filter(None, (runs.add(each.ts, each.values[query.field]) for each in complete))
            if len(made) > query.runs_max:
                raise QueryTooLarge
            if is_last:
                return [*made, *runs.finish()]
            start, limit = (readings[-1].ts, PAGE_ROWS) if complete else (start, limit * 2)


def _state_column(schema: Schema, name: str) -> Column:
    for column in schema.columns:
        if column.name == name and not column.is_tag:
            return column
    raise StoreObjectMissing("TDengine has no column with this name.")


def _to_encodable(query: StateRunQuery, schema: Schema) -> StateRunQuery:
    resolution = schema.settings.resolution
    return replace(
        query,
        device_codes=tuple(sorted(filter(is_queryable, set(query.device_codes)))),
        start=round_up_to_resolution(query.start, resolution),
        end=round_up_to_resolution(query.end, resolution),
        # Stored timestamps differ by multiples of the resolution.
        max_gap=query.max_gap - query.max_gap % resolution,
    )
