"""Pages from the newest snapshot of a type that is sampled, without any query; other pages from the stores."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from arcbeat.caching import OUTDATED_MAX, WAIT_SECONDS_MAX, is_recent
from arcbeat.concurrency import deadline
from arcbeat.domain.devices.devices import ALL_DEVICES
from arcbeat.domain.errors import OUTAGE_ERRORS
from arcbeat.domain.readings.latest import LatestPage, PageQuery, Source
from arcbeat.domain.readings.shown_values import shows_all_fields
from arcbeat.domain.time.clock import Clock
from arcbeat.pages.encoded_pages import EncodedPages
from arcbeat.pages.per_snapshot import PerSnapshot
from arcbeat.pages.query_pages import QueryPages
from arcbeat.realtime.sampling.sample import DEVICES_MAX
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

PUBLISHED_PERIODS_MAX = 2
"""If the newest snapshot was published longer ago than this, in sampling periods, the sampler hangs."""
NEVER = datetime.min.replace(tzinfo=UTC)

FromSnapshot = Callable[[EncodedPages], Awaitable[LatestPage | None]]
"""Makes the page from a snapshot; returns None if a device of the page is not in it."""
FromStores = Callable[[], Awaitable[LatestPage]]


class SnapshotPages:
    """Implements the LatestPages port.

    A page comes from the newest snapshot of its type if that is recent enough. Otherwise it is read from the stores,
    and the type is sampled from then on, so that the next page comes from a snapshot.
    """

    def __init__(self, pages: QueryPages, samplers: Samplers, clock: Clock, *, period_seconds: float) -> None:
        self._pages = pages
        self._samplers = samplers
        self._clock = clock
        self._published_age_max = timedelta(seconds=period_seconds * PUBLISHED_PERIODS_MAX)
        self._encoded_pages = PerSnapshot(samplers, EncodedPages)
        self._expired_at = NEVER

    def expire_types(self) -> None:
        """Use the present snapshots only while a store is unavailable, because the catalogue was changed."""
        self._pages.expire_types()
        self._expired_at = self._clock()

    async def page(self, query: PageQuery) -> LatestPage:
        sampler = self._samplers.find(query.type_code)
        return self._known(sampler, query) or await self._made(sampler, query)

    def _known(self, sampler: Sampler | None, query: PageQuery) -> LatestPage | None:
        """Return a page that was made from the newest snapshot before, in one step."""
        pages = self._usable_pages(sampler, query.max_age_seconds)
        if pages is None or not self._is_new_enough(pages, query.max_age_seconds):
            return None
        page = pages.known(query)
        if page is not None:
            self._samplers.request(page.device_type.type_code)
        return page

    async def _made(self, sampler: Sampler | None, query: PageQuery) -> LatestPage:
        async def from_snapshot(pages: EncodedPages) -> LatestPage | None:
            if query.devices == ALL_DEVICES:
                page = await (pages.page(query) if query.device_codes is None else pages.of_codes(query))
                if page is not None:
                    return page
            return await pages.of_devices(await self._pages.listed(pages.device_type, query), query)

        async def from_stores() -> LatestPage:
            return await self._pages.page(query)

        return await self._read(sampler, from_snapshot, from_stores, query.max_age_seconds)

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        async def from_snapshot(pages: EncodedPages) -> LatestPage | None:
            return await pages.one(device_code)

        async def from_stores() -> LatestPage:
            return await self._pages.one(device_code, max_age_seconds=max_age_seconds)

        sampler = self._samplers.find_by_device(device_code)
        return await self._read(sampler, from_snapshot, from_stores, max_age_seconds)

    async def _read(
        self,
        sampler: Sampler | None,
        from_snapshot: FromSnapshot,
        from_stores: FromStores,
        max_age_seconds: float | None,
    ) -> LatestPage:
        pages = self._usable_pages(sampler, max_age_seconds)
        page = await self._page(pages, from_snapshot, from_stores, max_age_seconds)
        self._samplers.request(page.device_type.type_code)
        return page

    async def _page(
        self,
        pages: EncodedPages | None,
        from_snapshot: FromSnapshot,
        from_stores: FromStores,
        max_age_seconds: float | None,
    ) -> LatestPage:
        if pages is None:
            return await from_stores()
        if self._is_new_enough(pages, max_age_seconds):
            return await from_snapshot(pages) or await from_stores()
        try:
            async with deadline(WAIT_SECONDS_MAX):
                return await from_stores()
        except OUTAGE_ERRORS:
            page = await from_snapshot(pages)
            if page is None:
                raise
            # No version: the page looks different once the store is back, although the snapshot is the same.
            return replace(page, source=Source.MEMORY, version=None)

    def _usable_pages(self, sampler: Sampler | None, max_age_seconds: float | None) -> EncodedPages | None:
        """Return the pages of the newest snapshot; None if they would be incomplete, too old or wrong."""
        if sampler is None or max_age_seconds == 0:
            return None
        pages, now = self._encoded_pages.get(sampler), self._clock()
        if pages is None or sampler.published_at is None or len(pages.snapshot.rows) >= DEVICES_MAX:
            return None  # there is no snapshot yet, or it may lack devices
        if pages.snapshot.is_remote and not shows_all_fields(pages.device_type):
            return None  # rows from another process have only the visible fields, and this page needs more
        if sampler.failure is not None and not isinstance(sampler.failure, OUTAGE_ERRORS):
            return None  # a store rejected the query: the client must see its error, not an old snapshot
        is_published = is_recent(sampler.published_at, now, self._published_age_max)
        return pages if is_published and is_recent(pages.snapshot.sampled_at, now, OUTDATED_MAX) else None

    def _is_new_enough(self, pages: EncodedPages, max_age_seconds: float | None) -> bool:
        sampled_at = pages.snapshot.sampled_at
        if sampled_at <= self._expired_at:
            return False
        if max_age_seconds is None:
            return True
        return is_recent(sampled_at, self._clock(), timedelta(seconds=max_age_seconds))
