"""Filters and sorts the devices of a type by their newest readings, in slices: there may be 200 000 devices."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.readings.latest import NewestReading, ReadingFilter
from arcbeat.domain.readings.sorting import ReadingSort, value_to_sort_by
from arcbeat.domain.schema.columns import DEVICE_CODE
from arcbeat.slices import slices, sort_in_slices

DECODED_AT_ONCE = 50
"""Readings that are decoded at once, in well below a millisecond."""

T = TypeVar("T")


async def filter_devices(
    items: Sequence[T],
    readings: ReadingFilter,
    device_type: DeviceType,
    of: Callable[[T], tuple[NewestReading, Freshness]],
) -> Sequence[T]:
    """Return the items whose reading and freshness match."""
    if not readings:
        return items
    found: list[T] = []
    async for part in slices(items, DECODED_AT_ONCE):
        for item in part:
            reading, freshness = of(item)
            if readings.matches(reading.state(device_type), freshness):
                found.append(item)
    return found


async def sort_devices(
    items: Sequence[T], sort: ReadingSort | None, device_type: DeviceType, reading_of: Callable[[T], NewestReading]
) -> Sequence[T]:
    """Return items in the order of ``sort``; items without a value come last, and equal items keep their order.

    Args:
        items: devices ordered by device code.

    Raises:
        InvalidValue: ``sort`` does not name a visible field of the type, ``ts`` or ``device_code``.
    """
    if sort is None:
        return items
    if sort.field == DEVICE_CODE:
        return items[:: -1 if sort.descending else 1]
    value_of = value_to_sort_by(sort, device_type)
    with_value: list[tuple[Any, T]] = []
    without: list[T] = []
    async for part in slices(items, DECODED_AT_ONCE):
        for item in part:
            value = value_of(reading_of(item).latest)
            if value is None:
                without.append(item)
            else:
                with_value.append((value, item))
    ordered = await sort_in_slices(with_value, lambda each: each[0], reverse=sort.descending)
    return [*(item for _, item in ordered), *without]
