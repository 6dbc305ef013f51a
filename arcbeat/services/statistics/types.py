"""The daily statistics of one device type: a row per device and day, and a row per day for the average device."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import DeviceCodes
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import AppendResult
from arcbeat.domain.schema.columns import TIMESTAMP, check_timestamp
from arcbeat.domain.states.state_time import DEVICE_DAYS_MAX, Day, StateRules
from arcbeat.domain.statistics.ports import StatisticsStore
from arcbeat.domain.statistics.rows import UNCOUNTED_MAX, WHOLE_TYPE, DaySummary, DeviceDay
from arcbeat.domain.statistics.state_columns import StateColumns, daily_table, summary_table
from arcbeat.services.states import state_times
from arcbeat.services.statistics.tables import StatisticsTable

BATCH_DEVICES = DEVICE_DAYS_MAX
"""Devices whose states are read, and whose rows are written, together. Only those are in memory."""
STATES_LISTED_MAX = 50
"""States without a column that a result lists."""


@dataclass(slots=True, eq=False)
class TypeStatistics:
    """Computes and writes the statistics of one device type, day by day.

    Attributes:
        uncounted: States without a column; their time is in ``other_minutes``.
        rejected: Rows that the store did not take, by reason; ``rejection`` explains the first one.
    """

    telemetry: TelemetryStore
    device_codes: DeviceCodes
    device_type: DeviceType
    daily: StatisticsTable
    summary: StatisticsTable
    uncounted: set[str] = field(default_factory=set)
    rejected: Counter[str] = field(default_factory=Counter)
    rejection: str | None = None

    @classmethod
    async def open(
        cls,
        telemetry: TelemetryStore,
        device_codes: DeviceCodes,
        store: StatisticsStore,
        device_type: DeviceType,
        columns: StateColumns,
        *,
        dry_run: bool,
    ) -> "TypeStatistics":
        """Return the statistics of a type, with both of its tables.

        Raises:
            Conflict: another program owns a table of this name, or the account of this service may not create it.
        """
        daily = StatisticsTable(store, daily_table(device_type), columns, is_summary=False, dry_run=dry_run)
        summary = StatisticsTable(store, summary_table(device_type), columns, is_summary=True, dry_run=dry_run)
        listed = columns.columns_of(StateRules.of(device_type).listed_states)
        for table in (daily, summary):
            await table.open(listed)
        return cls(telemetry, device_codes, device_type, daily, summary)

    async def newest(self) -> datetime | None:
        """Return the timestamp of the newest day that has statistics; None if there is none."""
        try:
            row = await self.telemetry.newest_row(self.summary.table)
        except StoreObjectMissing:
            return None
        return None if row is None else check_timestamp(row[TIMESTAMP])

    async def write_day(self, day: Day, on_batch: Callable[[int, AppendResult], None]) -> DaySummary:
        """Write the rows of all devices on one day, then that of the average device; return the sums.

        ``on_batch`` receives the number of devices of each batch, and what became of their rows.
        """
        summary = DaySummary()
        async for codes in self._batches():
            on_batch(len(codes), self._noted(await self._write_devices(day, codes, summary)))
        if len(self.uncounted) < UNCOUNTED_MAX:
            self.uncounted |= summary.uncounted
        if summary.devices:
            average = {WHOLE_TYPE: summary.average()}
            self._noted(await self.summary.write(day.start, average, count=summary.devices))
        return summary

    async def _batches(self) -> AsyncIterator[Sequence[str]]:
        last = ""
        while codes := await self.device_codes.codes_after(self.device_type, last, limit=BATCH_DEVICES):
            yield codes
            last = codes[-1]

    async def _write_devices(self, day: Day, codes: Sequence[str], summary: DaySummary) -> AppendResult:
        rules, table = StateRules.of(self.device_type), self.device_type.super_table
        found = await state_times(self.telemetry, table, codes, [day], rules)
        devices = {code: DeviceDay.of(of_day, self.daily.columns) for code, [of_day] in zip(codes, found, strict=True)}
        summary.add(list(devices.values()))
        return await self.daily.write(day.start, {code: each.times for code, each in devices.items()})

    def _noted(self, result: AppendResult) -> AppendResult:
        self.rejected.update(each.reason for each in result.rejections)
        self.rejection = self.rejection or next((each.detail for each in result.rejections), None)
        return result

    def to_result(self) -> Mapping[str, object]:
        """Return what was created, and what could not be counted or stored, as JSON values."""
        tables = {"table": self.daily, "summary_table": self.summary}
        return {
            **{name: str(each.table) for name, each in tables.items()},
            "created_tables": [str(each.table) for each in tables.values() if each.is_created],
            "added_columns": list(dict.fromkeys(self.daily.added_columns + self.summary.added_columns)),
            "states_without_column": sorted(self.uncounted)[:STATES_LISTED_MAX],
            "rejected": dict(self.rejected),
            "rejection": self.rejection,
        }
