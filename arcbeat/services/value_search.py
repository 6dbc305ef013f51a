"""Reads the readings in which a field has one value, one page at a time."""

from dataclasses import replace

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.ports import ValueSource
from arcbeat.domain.readings.readings import Reading, ValuePosition, ValueQuery
from arcbeat.domain.readings.value_search import ValuePage, page_of, resumed

STATEMENTS_MAX = 5
"""Statements per page. More are needed only where many readings belong to devices that are not registered."""


async def value_page(
    store: ValueSource,
    devices: DeviceDirectory,
    device_type: DeviceType,
    query: ValueQuery,
    position: ValuePosition | None = None,
) -> ValuePage:
    """Return at most ``query.limit`` readings of registered devices, from the beginning or from where a page ended.

    A page that is not the last one may have fewer readings, even none.

    Raises:
        StoreError: a store failed.
    """
    readings: list[Reading] = []
    for _ in range(STATEMENTS_MAX):
        part = replace(query, limit=query.limit - len(readings))
        page = page_of(await store.with_value(device_type.super_table, resumed(part, position)), part.limit, position)
        codes = sorted({reading.device_code for reading in page.readings})
        registered = await devices.registered(device_type, codes) if codes else frozenset()
        readings += [reading for reading in page.readings if reading.device_code in registered]
        position = page.end
        if position is None or len(readings) == query.limit:
            break
    return ValuePage(readings, position)
