"""The counts of devices for the board and for wall screens, made once for all clients that ask at the same time."""

import time
from collections.abc import Callable
from dataclasses import replace

from cachetools import TTLCache

from arcbeat.caching import ReadThroughCache
from arcbeat.concurrency import SingleFlight
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.device_counts import DeviceTally, SampledCounts, TeamOf
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.devices.ports import TeamSource
from arcbeat.domain.readings.latest import LatestPage, PageQuery, Source
from arcbeat.domain.readings.ports import LatestPages
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.sample import DEVICES_MAX
from arcbeat.slices import slices

COUNTED_SECONDS = 1.0
"""How long counts are returned again. Counting 100 000 devices takes about a tenth of a second, and a factory may have
50 screens that ask every 5 seconds."""
TEAMS_SECONDS = 30.0
"""The team of a device changes rarely, and reading the teams of all devices takes longer than counting them."""
COUNTS_MAX = 1_000
TYPES_MAX = 100
"""Types whose teams are cached; each of them may have 200 000 devices."""

Key = tuple[str, str | None]


class CountedDevicesCache:
    """Implements the CountedDevices port over the pages of newest readings."""

    def __init__(
        self,
        pages: LatestPages,
        teams: TeamSource,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pages = pages
        self._teams = teams
        self._counted: TTLCache[Key, SampledCounts] = TTLCache(COUNTS_MAX, COUNTED_SECONDS, monotonic)
        self._flight: SingleFlight[Key, SampledCounts] = SingleFlight(self._counted.update)
        self._teams_of: ReadThroughCache[tuple[str, ...], TeamOf] = ReadThroughCache(
            clock, max_age_seconds=TEAMS_SECONDS, entries_max=TYPES_MAX
        )

    async def read(self, type_code: str, team_name: str | None, *, max_age_seconds: float | None) -> SampledCounts:
        key = (type_code, team_name)
        if max_age_seconds is not None:
            return await self._count(type_code, team_name, max_age_seconds)
        return self._counted.get(key) or await self._flight.run(key, lambda: self._count(type_code, team_name, None))

    async def _count(self, type_code: str, team_name: str | None, max_age_seconds: float | None) -> SampledCounts:
        where = DeviceFilter(team_name=team_name)
        query = PageQuery(
            type_code=type_code, devices=where, offset=0, limit=DEVICES_MAX, max_age_seconds=max_age_seconds
        )
        page = await self._pages.page(query)
        if team_name:
            return await _sampled(page, {row.cached.device_code: team_name for row in page.rows})
        teams = await self._teams_of.get(
            page.device_type.spellings, lambda: self._read_teams(page.device_type), max_age_seconds
        )
        sampled = await _sampled(page, teams.value)
        return replace(sampled, source=Source.MEMORY) if teams.outdated else sampled

    async def _read_teams(self, device_type: DeviceType) -> TeamOf:
        by_team = await self._teams.by_team(device_type)
        return {code: team for team, codes in by_team.items() if team is not None for code in codes}


async def _sampled(page: LatestPage, team_of: TeamOf) -> SampledCounts:
    tally = DeviceTally(page.device_type, team_of)
    async for part in slices(page.rows):
        tally.add(part)
    return SampledCounts(
        device_type=page.device_type,
        counts=tally.counts(),
        sampled_at=page.sampled_at,
        source=page.source,
    )
