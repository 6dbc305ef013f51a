"""Reads how long devices were in which state."""

from collections.abc import Sequence

from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRunQuery
from arcbeat.domain.states.state_time import Day, DayStates, StateRules, StateTime, check_device_days
from arcbeat.services.state_runs import StateStore, read_spans


async def state_times(
    store: StateStore, table: SuperTable, device_codes: Sequence[str], days: Sequence[Day], rules: StateRules
) -> list[list[DayStates]]:
    """Return the days of each device, in the order of the codes.

    Raises:
        InvalidValue: there are too many days of too many devices.
        StoreError: the store failed.
    """
    check_device_days(len(device_codes), len(days))
    sums = {code: StateTime(days, rules) for code in device_codes}
    if days:
        query = StateRunQuery(
            device_codes=tuple(device_codes),
            start=days[0].start,
            end=days[-1].end,
            field=rules.state_field,
            max_gap=rules.max_gap,
        )
        async for span in read_spans(store, table, query):
            sums[span.device_code].add(span)
    return [sums[code].finish() for code in device_codes]
