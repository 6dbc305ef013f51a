"""The job that computes daily statistics of state time, and writes them to tables of its own beside the readings.

Each run computes today up to now. The first run of a day also computes the last days again, so that late readings
count; to do so each hour would read each day 72 times more. Rows have fixed timestamps, the start of their day,
so that a repetition overwrites them. Only with ``write_board`` it also writes the user's table that the board shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.dictionary.dictionary import DictDataFilter
from arcbeat.domain.errors import Conflict, InvalidValue, NotFound, StoreObjectMissing
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import JobPorts
from arcbeat.domain.jobs.retry import RetryPolicy
from arcbeat.domain.readings.readings import AppendResult
from arcbeat.domain.states.state_time import Day, check_state_field
from arcbeat.domain.statistics.days import DAYS_MAX, DayChoice, parse_day
from arcbeat.domain.statistics.state_columns import STATE_COLUMNS_DICT, STATE_COLUMNS_MAX, StateColumns
from arcbeat.domain.time.zones import find_zone
from arcbeat.services.statistics.board import BoardTable, BoardWriter
from arcbeat.services.statistics.types import TypeStatistics
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

SECONDS_MAX = 86_400.0
"""The time limit of a run, and of an attempt: enough for 30 days of 100 000 devices."""

DEFINITION = JobDefinition(
    name="sync_statistics",
    description="Compute how long devices were in which state per day, and write it to tables of statistics.",
    schedule="10 * * * *",
    timeout_seconds=SECONDS_MAX,
    retry=RetryPolicy(delay_seconds=5.0, attempt_timeout_seconds=SECONDS_MAX),
    parameters={
        "recompute_days": 3,
        "recompute_each_run": False,
        "include_today": True,
        "from": "",
        "to": "",
        "time_zone": "UTC",
        "type_code": "",
        "write_board": False,
        "board_type": WELDING,
    },
)


@dataclass(slots=True, eq=False)
class Progress:
    """Counts days of devices that are done, of all that are to do."""

    context: JobContext
    total: int = 0
    done: int = 0

    def add(self, device_days: int) -> None:
        """Report that more days of devices are done."""
        self.done += device_days
        self.context.progress(self.done, max(self.total, self.done))


@dataclass(slots=True, eq=False)
class StatisticsRun:
    """One attempt: what it computes, and what it found, by device type."""

    context: JobContext
    choice: DayChoice
    now: datetime
    columns: StateColumns
    board: BoardWriter
    progress: Progress
    first_day: date | None = None
    last_day: date | None = None
    types: dict[str, Mapping[str, object]] = field(default_factory=dict)
    missing_super_tables: list[str] = field(default_factory=list)
    skipped_types: dict[str, str] = field(default_factory=dict)

    async def add_type(self, device_type: DeviceType, devices: int) -> None:
        """Compute and write the days of a type with so many devices. One that cannot be computed is noted as such."""
        try:
            statistics = await self._open(device_type)
        except StoreObjectMissing:
            self.missing_super_tables.append(str(device_type.super_table))
            return
        except Conflict as error:
            self.skipped_types[device_type.type_code] = error.detail
            return
        # A given range does not depend on what was computed before.
        newest = None if self.choice.first else await statistics.newest()
        days = self.choice.days(self.now, newest)
        self.progress.total += devices * (len(days) - len(self.choice.days(self.now)))
        await self._add_days(statistics, days, devices)
        self.types[device_type.type_code] = statistics.to_result()

    async def _add_days(self, statistics: TypeStatistics, days: Sequence[Day], devices: int) -> None:
        for day in days:
            part = (statistics.device_type.type_code, day.date)
            if part in self.context.finished:
                self.progress.add(devices)
            else:
                await self._write_day(statistics, day)
                self.context.finished.add(part)
            self._cover(day)

    def _cover(self, day: Day) -> None:
        self.context.cover(day.start, day.end)
        self.first_day = min(self.first_day or day.date, day.date)
        self.last_day = max(self.last_day or day.date, day.date)

    async def _open(self, device_type: DeviceType) -> TypeStatistics:
        ports, dry_run = self.context.ports, self.context.run.dry_run
        check_state_field(device_type, await ports.telemetry.describe(device_type.super_table))
        return await TypeStatistics.open(
            ports.telemetry, ports.device_codes, ports.state_statistics, device_type, self.columns, dry_run=dry_run
        )

    async def _write_day(self, statistics: TypeStatistics, day: Day) -> None:
        is_dry = self.context.run.dry_run

        def count(devices: int, result: AppendResult) -> None:
            accepted = 0 if is_dry else result.accepted
            self.context.count(read=devices, written=accepted, skipped=len(result.rejections))
            self.progress.add(devices)

        summary = await statistics.write_day(day, count)
        if summary.devices:
            await self.board.write(statistics.device_type, day, summary, dry_run=is_dry)

    def to_result(self) -> Mapping[str, object]:
        """Return the result of the run."""
        return {
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "time_zone": self.context.parameter("time_zone"),
            "written": not self.context.run.dry_run,
            "types": self.types,
            "missing_super_tables": self.missing_super_tables,
            "skipped_types": self.skipped_types,
            "invalid_columns": sorted(self.columns.invalid),
            "board": self.board.to_result(),
        }


async def sync_statistics(context: JobContext) -> Mapping[str, object]:
    """Compute and write the statistics of all enabled device types that have devices, or of one.

    Raises:
        ArcbeatError: The table of the board cannot be written. The other tables are written, and the run has a result.
    """
    ports = context.ports
    choice, now = _day_choice(context), ports.clock()
    days = choice.days(now)
    columns, types = await _state_columns(ports), await _types(context)
    counts = [(await ports.devices.page(each, DeviceFilter(), offset=0, limit=1)).total for each in types]
    progress = Progress(context, total=sum(counts) * len(days))
    progress.add(0)
    run = StatisticsRun(context, choice, now, columns, await _open_board(context, columns), progress)
    for device_type, devices in zip(types, counts, strict=True):
        if devices:
            await run.add_type(device_type, devices)
    if run.board.problem is not None:
        context.partial_result = run.to_result()
        raise run.board.problem
    return run.to_result()


def _day_choice(context: JobContext) -> DayChoice:
    return DayChoice(
        zone=_zone(str(context.parameter("time_zone"))),
        first=parse_day("from", str(context.parameter("from"))),
        last=parse_day("to", str(context.parameter("to"))),
        recompute_days=context.number("recompute_days", at_least=0, at_most=DAYS_MAX - 1),
        include_today=context.parameter("include_today") is True,
        recompute_each_run=context.parameter("recompute_each_run") is True,
        kept=context.ports.readings_kept,
    )


def _zone(name: str) -> ZoneInfo:
    if (zone := find_zone(name)) is None:
        raise InvalidValue.of("time_zone", f"is {name!r}; it must be an IANA name, for example Asia/Shanghai")
    return zone


async def _types(context: JobContext) -> Sequence[DeviceType]:
    catalogue, type_code = context.ports.device_types, str(context.parameter("type_code"))
    return [await catalogue.get_type(type_code)] if type_code else await catalogue.list_types()


async def _state_columns(ports: JobPorts) -> StateColumns:
    where = DictDataFilter(dict_name=STATE_COLUMNS_DICT, enabled=True)
    return StateColumns.of((await ports.dictionary.page_data(where, offset=0, limit=STATE_COLUMNS_MAX)).data)


async def _open_board(context: JobContext, columns: StateColumns) -> BoardWriter:
    if context.parameter("write_board") is not True:
        return BoardWriter()
    ports = context.ports
    try:
        board_type = await ports.device_types.get_type(str(context.parameter("board_type")))
        store, dictionary = ports.state_statistics, ports.dictionary
        table = await BoardTable.open(store, dictionary, ports.statistics_db, board_type.type_code, columns)
    except (Conflict, NotFound) as problem:
        return BoardWriter(problem=problem)
    return BoardWriter(table)


JOB = RegisteredJob(DEFINITION, sync_statistics)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
