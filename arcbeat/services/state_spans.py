"""Reads the spans of devices, one page at a time."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRunQuery
from arcbeat.domain.states.spans import SpanPage, SpanPosition, StateSpan
from arcbeat.services.state_runs import StateStore, read_spans


async def span_page(
    store: StateStore, table: SuperTable, query: StateRunQuery, *, limit: int, position: SpanPosition | None = None
) -> SpanPage:
    """Return at most ``limit`` spans, from the first device and the start of the range or from where a page ended.

    Raises:
        StoreError: the store failed.
    """
    spans: list[StateSpan] = []
    async with aclosing(_spans_from(store, table, query, position)) as found:
        async for span in found:
            if len(spans) == limit:
                return SpanPage(spans, SpanPosition(span.device_code, span.start))
            spans.append(span)
    return SpanPage(spans, None)


async def _spans_from(
    store: StateStore, table: SuperTable, query: StateRunQuery, position: SpanPosition | None
) -> AsyncGenerator[StateSpan, None]:
    codes = query.device_codes
    if position is not None:
        of_first = replace(query, device_codes=(position.device_code,), start=position.start)
        async for span in read_spans(store, table, of_first):
            yield span
        codes = tuple(code for code in codes if code > position.device_code)
    async for span in read_spans(store, table, replace(query, device_codes=codes)):
        yield span
