"""Fake ports in memory, for tests that do not need a store."""

import asyncio
import random
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from arcbeat.domain.alarms.alarms import Alarm
from arcbeat.domain.alarms.changes import AcknowledgementChange
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.jobs.ports import RunProgress
from arcbeat.domain.readings.readings import HistoryQuery, Latest, Order, Reading, Window, WindowQuery
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.joining import RunsOfReadings
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery


class FakeStore:
    """A LatestSource that returns ``rows``."""

    def __init__(self) -> None:
        self.rows: dict[tuple[SuperTable, str], Reading] = {}

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        return {code: Latest(self.rows[table, code]) for code in device_codes if (table, code) in self.rows}


class FakeHistory:
    """A HistorySource and a StateRunSource.

    Rows with the same ts are returned in random order, but those of one subtable keep their order.

    Attributes:
        rows: the rows of any devices.
        queries: every query of history so far.
        run_queries: every query of state runs so far.
    """

    def __init__(self, rows: Sequence[Reading], seed: int = 0) -> None:
        self.rows = list(rows)
        self.queries: list[HistoryQuery] = []
        self.run_queries: list[StateRunQuery] = []
        self._random = random.Random(seed)  # noqa: S311 -- not a secret

    async def history(self, table: SuperTable, query: HistoryQuery) -> Sequence[Reading]:  # noqa: ARG002 -- there is only one table
        self.queries.append(query)
        rows = self.rows if query.order is Order.ASCENDING else self.rows[::-1]
        within = (reading for reading in rows if query.start <= reading.ts < query.end)
        found = [reading for reading in within if reading.device_code == query.device_code]
        in_order: dict[tuple[datetime, str], deque[Reading]] = defaultdict(deque)
        for reading in found:
            in_order[reading.ts, reading.subtable].append(reading)
        self._random.shuffle(found)
        mixed = [in_order[reading.ts, reading.subtable].popleft() for reading in found]
        return sorted(mixed, key=lambda reading: reading.ts, reverse=query.order is Order.DESCENDING)[: query.limit]

    async def state_runs(self, table: SuperTable, query: StateRunQuery) -> Sequence[StateRun]:  # noqa: ARG002 -- as above
        self.run_queries.append(query)
        found = [run for code in query.device_codes for run in self._runs_of(code, query)]
        if len(found) > query.runs_max:
            raise QueryTooLarge
        return found

    def _runs_of(self, device_code: str, query: StateRunQuery) -> list[StateRun]:
        runs = RunsOfReadings(device_code, query.max_gap)
        readings = sorted((each for each in self.rows if each.device_code == device_code), key=lambda each: each.ts)
        within = [each for each in readings if query.start <= each.ts < query.end]
        return [run for each in within if (run := runs.add(each.ts, each.values[query.field]))] + runs.finish()


class FakeDictionary:
    """A DictionaryLookup that returns ``data``, by name and label."""

    def __init__(self) -> None:
        self.data: dict[tuple[str, str], DictData] = {}

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        return self.data.get((dict_name, data_label))


class FakeWindows:
    """A WindowSource; every aggregate is the number of readings.

    Attributes:
        queries: every query so far.
    """

    def __init__(self, moments: Mapping[str, Sequence[datetime]]) -> None:
        self.queries: list[WindowQuery] = []
        self._moments = moments

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:  # noqa: ARG002 -- there is only one table
        self.queries.append(query)
        counts = Counter(
            (device_code, ts - (ts - query.origin) % query.interval)
            for device_code in query.device_codes or ()
            for ts in self._moments.get(device_code, ())
            if query.start <= ts < query.end
        )
        return [
            Window(code, start, {field: dict.fromkeys(query.aggregates, number) for field in query.fields})
            for (code, start), number in sorted(counts.items())
        ]


class FakeAlarms:
    """Alarms that have the moment that is looked up as their start, and acknowledgements in a list.

    Attributes:
        acknowledged: the changes of acknowledgements.
        starts: when the alarm of a device began, if not at the moment that is looked up.
        ends: when the alarms of a device ended; those of other devices have not ended.
    """

    def __init__(self) -> None:
        self.acknowledged: list[AcknowledgementChange] = []
        self.starts: dict[str, datetime] = {}
        self.ends: dict[str, datetime] = {}
        self.is_unavailable = False

    async def at(self, device_type: DeviceType, moments: Mapping[str, datetime]) -> Mapping[str, Alarm]:
        if self.is_unavailable:
            raise StoreUnavailable
        (state,) = device_type.alarm_states
        return {
            code: Alarm(
                type_code=device_type.type_code,
                device_code=code,
                state=state,
                start=self.starts.get(code, moment),
                end=self.ends.get(code),
            )
            for code, moment in moments.items()
        }

    async def changes(
        self,
        type_code: str,  # noqa: ARG002 -- the changes are of one type
        *,
        newer_than: timedelta,  # noqa: ARG002 -- all changes are new
    ) -> Sequence[AcknowledgementChange]:
        return list(self.acknowledged)


class FakeRunWatch:
    """A RunWatch that returns ``runs``, by id; `notify` wakes who listens.

    Attributes:
        listeners: how many contexts of `listening` are open.
    """

    def __init__(self) -> None:
        self.runs: dict[int, RunProgress] = {}
        self.is_unavailable = False
        self.listeners = 0
        self._changed = asyncio.Event()

    def put(self, progress: RunProgress) -> None:
        """Store a run."""
        self.runs[progress.run.id] = progress

    def notify(self) -> None:
        """Let `listening` report a change."""
        self._changed.set()

    async def newest(self, known_ids: Sequence[int]) -> Sequence[RunProgress]:  # noqa: ARG002 -- all runs are returned
        if self.is_unavailable:
            raise StoreUnavailable
        return [self.runs[run_id] for run_id in sorted(self.runs)]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        self.listeners += 1
        try:
            yield self._wait
        finally:
            self.listeners -= 1

    async def _wait(self) -> None:
        await self._changed.wait()
        self._changed.clear()
