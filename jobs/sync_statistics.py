"""The job that computes daily statistics of state time, and writes them to tables of its own beside the readings.

Each run computes the last days again, so that late readings count, and today up to now. Rows have fixed timestamps, the
start of their day, so that a repetition overwrites them. Only with ``write_board`` it also writes the user's table that
the board shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.dictionary.dictionary import DictDataFilter
from arcbeat.domain.errors import ArcbeatError, Conflict, InvalidValue, NotFound, StoreObjectMissing
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import JobPorts
from arcbeat.domain.jobs.retry import RetryPolicy
from arcbeat.domain.states.state_time import Day, check_state_field
from arcbeat.domain.statistics.days import DAYS_MAX, DayChoice, parse_day
from arcbeat.domain.statistics.rows import DaySummary
from arcbeat.domain.statistics.state_columns import STATE_COLUMNS_DICT, STATE_COLUMNS_MAX, StateColumns
from arcbeat.services.statistics.board import BoardTable
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
class Board:
    """The user's table, if it is to be written; a problem with it fails the run once the other tables are written."""

    type_code: str = ""
    table: BoardTable | None = None
    problem: ArcbeatError | None = None
    rows: int = 0

    async def write(self, device_type: DeviceType, day: Day, summary: DaySummary, *, dry_run: bool) -> None:
        """Write the row of a day, if the table shows this type."""
        if self.table is None or device_type.type_code != self.type_code:
            return
        if not dry_run:
            await self.table.write(day, summary.average())
        self.rows += 1

    def to_result(self) -> Mapping[str, object] | None:
        """Return what was written, as JSON values; None if nothing was to be written."""
        if self.table is None:
            return None
        return {
            "table": str(self.table.table),
            "series": self.table.series,
            "columns": list(self.table.columns),
            "rows": self.rows,
        }


@dataclass(slots=True, eq=False)
class Outcome:
    """What a run found, by device type."""

    types: dict[str, Mapping[str, object]] = field(default_factory=dict)
    missing_super_tables: list[str] = field(default_factory=list)
    skipped_types: dict[str, str] = field(default_factory=dict)


async def sync_statistics(context: JobContext) -> Mapping[str, object]:
    """Compute and write the statistics of all enabled device types that have devices, or of one."""
    ports = context.ports
    days = _day_choice(context).days(ports.clock())
    columns = await _state_columns(ports)
    types = await _types(context)
    board, outcome, progress = await _open_board(context, columns), Outcome(), Progress(context)
    counts = [(await ports.devices.page(each, DeviceFilter(), offset=0, limit=1)).total for each in types]
    progress.total = sum(counts) * len(days)
    progress.add(0)
    for device_type, devices in zip(types, counts, strict=True):
        if devices:
            await _sync_type(context, device_type, devices, columns, days, board, outcome, progress)
    result = {
        "first_day": days[0].date.isoformat() if days else None,
        "last_day": days[-1].date.isoformat() if days else None,
        "time_zone": context.parameter("time_zone"),
        "written": not context.run.dry_run,
        "types": outcome.types,
        "missing_super_tables": outcome.missing_super_tables,
        "skipped_types": outcome.skipped_types,
        "invalid_columns": sorted(columns.invalid),
        "board": board.to_result(),
    }
    if board.problem is not None:
        context.partial_result = result
        raise board.problem
    return result


async def _sync_type(
    context: JobContext,
    device_type: DeviceType,
    devices: int,
    columns: StateColumns,
    days: Sequence[Day],
    board: Board,
    outcome: Outcome,
    progress: Progress,
) -> None:
    ports, is_dry = context.ports, context.run.dry_run
    try:
        check_state_field(device_type, await ports.telemetry.describe(device_type.super_table))
        statistics = await TypeStatistics.open(
            ports.telemetry, ports.device_codes, ports.state_statistics, device_type, columns, dry_run=is_dry
        )
    except StoreObjectMissing:
        outcome.missing_super_tables.append(str(device_type.super_table))
        return
    except Conflict as error:
        outcome.skipped_types[device_type.type_code] = error.detail
        return
    for day in days:
        part = (device_type.type_code, day.date)
        if part in context.finished:
            progress.add(devices)
        else:
            await _write_day(context, statistics, day, board, progress)
            context.finished.add(part)
        context.cover(day.start, day.end)
    outcome.types[device_type.type_code] = statistics.to_result()


async def _write_day(
    context: JobContext, statistics: TypeStatistics, day: Day, board: Board, progress: Progress
) -> None:
    is_dry, summary = context.run.dry_run, DaySummary()
    async for codes in statistics.batches():
        written = await statistics.write_devices(day, codes, summary)
        accepted = 0 if is_dry else written.accepted
        context.count(read=len(codes), written=accepted, skipped=len(written.rejections))
        progress.add(len(codes))
    if summary.devices:
        await statistics.write_summary(day, summary)
        await board.write(statistics.device_type, day, summary, dry_run=is_dry)


def _day_choice(context: JobContext) -> DayChoice:
    return DayChoice(
        zone=_zone(str(context.parameter("time_zone"))),
        first=parse_day("from", str(context.parameter("from"))),
        last=parse_day("to", str(context.parameter("to"))),
        recompute_days=context.number("recompute_days", at_least=0, at_most=DAYS_MAX - 1),
        include_today=context.parameter("include_today") is True,
        kept=context.ports.readings_kept,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # Most unknown names raise KeyError. A name that is a folder, or that leaves the folder of zones, raises others.
    except (KeyError, OSError, ValueError):
        raise InvalidValue.of("time_zone", f"is {name!r}; it must be an IANA name, for example Asia/Shanghai") from None


async def _types(context: JobContext) -> Sequence[DeviceType]:
    catalogue, type_code = context.ports.device_types, str(context.parameter("type_code"))
    return [await catalogue.get_type(type_code)] if type_code else await catalogue.list_types()


async def _state_columns(ports: JobPorts) -> StateColumns:
    where = DictDataFilter(dict_name=STATE_COLUMNS_DICT, enabled=True)
    return StateColumns.of((await ports.dictionary.page_data(where, offset=0, limit=STATE_COLUMNS_MAX)).data)


async def _open_board(context: JobContext, columns: StateColumns) -> Board:
    if context.parameter("write_board") is not True:
        return Board()
    ports = context.ports
    try:
        type_code = (await ports.device_types.get_type(str(context.parameter("board_type")))).type_code
        store, dictionary = ports.state_statistics, ports.dictionary
        table = await BoardTable.open(store, dictionary, ports.statistics_db, type_code, columns)
    except (Conflict, NotFound) as problem:
        return Board(problem=problem)
    return Board(type_code, table)


JOB = RegisteredJob(DEFINITION, sync_statistics)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
