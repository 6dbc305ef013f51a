"""Reads windows of readings from a store."""

from arcbeat.domain.readings.ports import WindowSource
from arcbeat.domain.readings.readings import Window
from arcbeat.domain.readings.windows import WindowRequest, check_request, ordered_and_filled, queries_of
from arcbeat.domain.schema.super_tables import SuperTable


async def read_windows(store: WindowSource, table: SuperTable, request: WindowRequest) -> list[Window]:
    """Return all windows by device code (as text), then by time.

    Raises:
        InvalidValue: the request breaks a limit; see :func:`check_request`.
        StoreError: the store failed.
    """
    check_request(request)
    found = [window for query in queries_of(request) for window in await store.windows(table, query)]
    return ordered_and_filled(found, request)
