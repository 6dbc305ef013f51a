"""Reads the history of a device, one page at a time."""

from collections.abc import AsyncIterator, Sequence

from arcbeat.domain.readings.history import HistoryPage, HistoryPosition, page_of, resumed
from arcbeat.domain.readings.ports import HistorySource
from arcbeat.domain.readings.readings import HistoryQuery, Reading
from arcbeat.domain.schema.super_tables import SuperTable


async def history_page(
    store: HistorySource, table: SuperTable, query: HistoryQuery, position: HistoryPosition | None = None
) -> HistoryPage:
    """Return at most ``query.limit`` readings, from the beginning of the range or from where a page ended.

    Raises:
        StoreError: the store failed.
    """
    return page_of(await store.history(table, resumed(query, position)), query.limit, position)


async def history_pages(
    store: HistorySource, table: SuperTable, query: HistoryQuery
) -> AsyncIterator[Sequence[Reading]]:
    """Yield all readings of the range in pages of ``query.limit``; only one page is in memory at a time.

    Raises:
        StoreError: the store failed.
    """
    page = await history_page(store, table, query)
    yield page.readings
    while page.end:
        page = await history_page(store, table, query, page.end)
        yield page.readings
