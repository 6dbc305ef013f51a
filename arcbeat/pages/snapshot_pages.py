"""Pages of a type that is sampled, from its newest snapshot."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from arcbeat.caching import MAX_OUTDATED, PATIENCE_SECONDS, is_recent
from arcbeat.concurrency import deadline
from arcbeat.domain.devices.devices import ALL_DEVICES
from arcbeat.domain.errors import AWAY_ERRORS
from arcbeat.domain.readings.latest import LatestPage, PageQuery, Source
from arcbeat.domain.readings.shown_values import shows_all_fields
from arcbeat.domain.time.clock import Clock
from arcbeat.pages.encoded_pages import EncodedPages
from arcbeat.pages.per_snapshot import PerSnapshot
from arcbeat.pages.query_pages import QueryPages
from arcbeat.realtime.sampling.sample import MAX_DEVICES
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

PERIODS_MAX = 2
"""A snapshot that was told longer ago is of a sampler that is stuck."""
NEVER = datetime.min.replace(tzinfo=UTC)

FromView = Callable[[EncodedPages], Awaitable[LatestPage | None]]
Ask = Callable[[], Awaitable[LatestPage]]


class SnapshotPages:
    """The LatestPages port: from the snapshot where there is one, else as it is asked for, and then it is sampled."""

    def __init__(self, pages: QueryPages, samplers: Samplers, clock: Clock, *, period_seconds: float) -> None:
        self._pages = pages
        self._samplers = samplers
        self._clock = clock
        self._told_max = timedelta(seconds=period_seconds * PERIODS_MAX)
        self._views = PerSnapshot(samplers, EncodedPages)
        self._expired_at = NEVER

    def expire_types(self) -> None:
        """Somebody has changed the catalogue: what was sampled before counts only while a store is away."""
        self._pages.expire_types()
        self._expired_at = self._clock()

    async def page(self, query: PageQuery) -> LatestPage:
        async def from_view(view: EncodedPages) -> LatestPage | None:
            if query.devices == ALL_DEVICES:
                return view.page(query)
            return view.narrowed(await self._pages.listed(view.device_type, query), query)

        async def ask() -> LatestPage:
            return await self._pages.page(query)

        return await self._answer(self._samplers.find(query.type_code), from_view, ask, query.max_age_seconds)

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        async def from_view(view: EncodedPages) -> LatestPage | None:
            return view.one(device_code)

        async def ask() -> LatestPage:
            return await self._pages.one(device_code, max_age_seconds=max_age_seconds)

        return await self._answer(self._samplers.find_by_device(device_code), from_view, ask, max_age_seconds)

    async def _answer(
        self, sampler: Sampler | None, from_view: FromView, ask: Ask, max_age_seconds: float | None
    ) -> LatestPage:
        view = self._view(sampler) if sampler is not None and max_age_seconds != 0 else None
        page = await self._page(view, from_view, ask, max_age_seconds)
        self._samplers.request(page.device_type.type_code)
        return page

    async def _page(
        self, view: EncodedPages | None, from_view: FromView, ask: Ask, max_age_seconds: float | None
    ) -> LatestPage:
        if view is None:
            return await ask()
        if self._is_new_enough(view, max_age_seconds):
            return await from_view(view) or await ask()
        try:
            async with deadline(PATIENCE_SECONDS):
                return await ask()
        except AWAY_ERRORS:
            page = await from_view(view)
            if page is None:
                raise
            return replace(page, source=Source.MEMORY, version=None)

    def _view(self, sampler: Sampler) -> EncodedPages | None:
        """Of a snapshot that counts: whole, told within two periods, and no older than what a memory may tell."""
        view, now = self._views.get(sampler), self._clock()
        if view is None or sampler.published_at is None or len(view.snapshot.rows) >= MAX_DEVICES:
            return None
        if view.snapshot.is_remote and not shows_all_fields(view.device_type):
            return None
        if sampler.failure is not None and not isinstance(sampler.failure, AWAY_ERRORS):
            return None  # the store's answer, which who asks is told
        counts = is_recent(sampler.published_at, now, self._told_max) and is_recent(
            view.snapshot.sampled_at, now, MAX_OUTDATED
        )
        return view if counts else None

    def _is_new_enough(self, view: EncodedPages, max_age_seconds: float | None) -> bool:
        if view.snapshot.sampled_at <= self._expired_at:
            return False
        if max_age_seconds is None:
            return True
        return is_recent(view.snapshot.sampled_at, self._clock(), timedelta(seconds=max_age_seconds))
