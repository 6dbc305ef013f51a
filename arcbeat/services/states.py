"""Reads how long devices were in which state."""

import asyncio
from collections.abc import Sequence

from arcbeat.domain.readings.ports import HistorySource
from arcbeat.domain.readings.states import (
    Day,
    DayStates,
    StateRules,
    StateTime,
    check_device_days,
    query_before,
    state_query,
)
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.history import history_pages

CONCURRENT_DEVICES_MAX = 4
"""Devices whose histories are read at the same time."""


async def state_times(
    store: HistorySource, table: SuperTable, device_codes: Sequence[str], days: Sequence[Day], rules: StateRules
) -> list[list[DayStates]]:
    """Return the days of each device, in the order of the codes.

    Raises:
        InvalidValue: there are too many days of too many devices.
        StoreError: the store failed.
    """
    check_device_days(len(device_codes), len(days))
    slots = asyncio.Semaphore(CONCURRENT_DEVICES_MAX)

    async def one(device_code: str) -> list[DayStates]:
        async with slots:
            return await state_time(store, table, device_code, days, rules)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(device_code)) for device_code in device_codes]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def state_time(
    store: HistorySource, table: SuperTable, device_code: str, days: Sequence[Day], rules: StateRules
) -> list[DayStates]:
    """Return the days of one device; its readings are read one page at a time.

    Raises:
        StoreError: the store failed.
    """
    sums = StateTime(days, rules)
    if days:
        query = state_query(device_code, days, rules)
        for reading in await store.history(table, query_before(query, rules.max_gap)):
            sums.add(reading.ts, reading.values[rules.state_field])
        async for readings in history_pages(store, table, query):
            for reading in readings:
                sums.add(reading.ts, reading.values[rules.state_field])
    return sums.finish()
