"""State runs in PostgreSQL: the statement that finds them («gaps and islands»), and the decoding of its rows."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from psycopg import sql

from adapters.postgres.telemetry.columns import decode
from adapters.postgres.telemetry.statements import identifier, table_name
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRun, StateRunQuery, state_of

# From the inside out: one reading per device and ts, the one with the greatest state (a table of another program may
# have several); whether a reading begins a run, or is the last of its device; of those few, the beginnings, each with
# the last reading before the next one. The order of the index serves every step, so that nothing is sorted as a whole.
_STATE_RUNS = sql.SQL("""
    select device_code, value, first, last
    from (
        select device_code, value, is_first, ts as first,
               coalesce(lead(case when is_first then ts_before else ts end) over by_time, ts) as last
        from (
            select device_code, ts, value, lag(ts) over by_time as ts_before, lead(ts) over by_time is null as is_last,
                   lag(ts) over by_time is null or lag(state) over by_time is distinct from state
                   or ts - lag(ts) over by_time > %(max_gap)s as is_first
            from (
                select distinct on (device_code, ts) device_code, ts, {column} as value, {state} as state
                from {table}
                where device_code = any(%(device_codes)s::text[]) and ts >= %(start)s and ts < %(end)s
                order by device_code, ts, {state} desc nulls last) as reading
            window by_time as (partition by device_code order by ts)) as marked
        where is_first or is_last
        window by_time as (partition by device_code order by ts)) as run
    where is_first
    order by device_code collate "C", first
    limit %(limit)s
""")
# As text, because two values that are equal may be different states: 0 and -0 of a float.
_STATE = sql.SQL("nullif({column}::text, '') collate \"C\"")


def statement(table: SuperTable, query: StateRunQuery) -> sql.Composed:
    """Select device code, value of the state field, and first and last ts of each run; one run more than allowed."""
    column = identifier(query.field)
    return _STATE_RUNS.format(column=column, state=_STATE.format(column=column), table=table_name(table))


def parameters(query: StateRunQuery) -> Mapping[str, Any]:
    return {
        "device_codes": list(query.device_codes),
        "start": query.start,
        "end": query.end,
        "max_gap": query.max_gap,
        "limit": query.runs_max + 1,
    }


def to_runs(rows: Iterable[Mapping[str, Any]]) -> list[StateRun]:
    return [
        StateRun(
            row["device_code"],
            state_of(decode(row["value"])),
            row["first"].astimezone(UTC),
            row["last"].astimezone(UTC),
        )
        for row in rows
    ]
