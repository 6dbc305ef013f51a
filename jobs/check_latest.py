"""Audits the newest readings: does «latest» return the row that «order by ts desc limit 1» returns?

A cache of last rows in the store, a clock that is ahead, or rows that were written late can make the two differ. The
job samples devices of each type, compares, and reports; it changes nothing.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.retry import RetryPolicy, StrategyName
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX, HistoryQuery, Latest, Order, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

BEGINNING = datetime(1971, 1, 1, tzinfo=UTC)
FUTURE = timedelta(days=3650)
"""How far ahead rows that are dated in the future are looked for."""
DEVICES_PER_TYPE_MAX = 10_000
"""Each device takes two queries, one after the other."""
FINDINGS_MAX = 50
"""Findings that a result lists; all are counted."""

DEFINITION = JobDefinition(
    name="check_latest",
    description="Compare the newest readings with the newest rows of a sample of devices.",
    schedule="*/15 * * * *",
    timeout_seconds=300.0,
    retry=RetryPolicy(strategy=StrategyName.ADAPTIVE, delay_seconds=2.0, attempt_timeout_seconds=90.0),
    parameters={"devices_per_type": 20},
)


@dataclass(slots=True, eq=False)
class Findings:
    """What an audit found, counted by kind and listed up to a limit."""

    counts: dict[str, int] = field(default_factory=dict)
    listed: list[Mapping[str, object]] = field(default_factory=list)

    def add(self, kind: str, **facts: object) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if len(self.listed) < FINDINGS_MAX:
            self.listed.append({"kind": kind, **facts})


async def check_latest(context: JobContext) -> Mapping[str, object]:
    """Audit a sample of the devices of each type.

    Returns:
        The devices that were sampled, the findings by kind (``stale``, ``missing``, ``different``, ``future_rows``,
        ``table_missing``), the first of them, and the advice of the store about its settings.
    """
    ports, findings = context.ports, Findings()
    types = await ports.device_types.list_types()
    health = await ports.telemetry.check([each.super_table for each in types])
    for number, device_type in enumerate(types):
        context.progress(number, len(types))
        codes = await _sample(context, device_type)
        try:
            await _check(context, device_type.super_table, codes, findings)
        except StoreObjectMissing as error:
            findings.add("table_missing", type_code=device_type.type_code, detail=error.detail)
    context.progress(len(types), len(types))
    return {
        "devices": context.rows.read + context.rows.skipped,
        "counts": findings.counts,
        "findings": findings.listed,
        "advice": [{"code": each.code, "detail": each.detail} for each in health.advice],
    }


async def _sample(context: JobContext, device_type: DeviceType) -> Sequence[str]:
    """Return other devices in each run, the same in each attempt of a run."""
    codes = sorted(await context.ports.devices.all_codes(device_type))
    chooser = random.Random(f"{context.run.id} {device_type.type_code}")  # noqa: S311 -- a sample, not a secret
    size = context.number("devices_per_type", at_least=1, at_most=DEVICES_PER_TYPE_MAX)
    return chooser.sample(codes, min(len(codes), size))


async def _check(context: JobContext, table: SuperTable, codes: Sequence[str], findings: Findings) -> None:
    telemetry, clock = context.ports.telemetry, context.ports.clock
    # The rows are read first. A reading that arrives between the two queries makes «latest» newer, which is right.
    rows = {code: await _newest_row(telemetry, table, code, BEGINNING, clock() + CLOCK_SKEW_MAX) for code in codes}
    latest = await telemetry.latest(table, codes)
    for code in codes:
        row = rows[code]
        if row is None:
            context.count(skipped=1)
        else:
            context.count(read=1)
            context.cover(row.ts, row.ts)
        kind = _difference(row, latest.get(code))
        if kind is not None and row is not None:
            findings.add(kind, device_code=code, newest_row_at=_text(row), latest_at=_text(_reading(latest.get(code))))
        now = clock()
        future = await _newest_row(telemetry, table, code, now + CLOCK_SKEW_MAX, now + FUTURE)
        if future is not None:
            findings.add("future_rows", device_code=code, newest_row_at=_text(future))


async def _newest_row(
    telemetry: TelemetryStore, table: SuperTable, code: str, start: datetime, end: datetime
) -> Reading | None:
    query = HistoryQuery(device_code=code, start=start, end=end, order=Order.DESCENDING, limit=1)
    rows = await telemetry.history(table, query)
    return rows[0] if rows else None


def _difference(row: Reading | None, latest: Latest | None) -> str | None:
    """Return the kind of a finding; None when «latest» is the newest row or a newer one."""
    if row is None:
        return None
    if latest is None:
        return "missing"
    if latest.reading.ts < row.ts:
        return "stale"
    is_same_row = latest.reading.ts == row.ts and latest.reading.subtable == row.subtable
    common = latest.reading.values.keys() & row.values.keys()
    differs = any(latest.reading.values[name] != row.values[name] for name in common)
    return "different" if is_same_row and differs else None


def _reading(latest: Latest | None) -> Reading | None:
    return latest.reading if latest else None


def _text(reading: Reading | None) -> str | None:
    return reading.ts.isoformat() if reading else None


JOB = RegisteredJob(DEFINITION, check_latest)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
