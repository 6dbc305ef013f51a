"""Lists alarms page by page: the open ones first, then those that have ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from arcbeat.domain.alarms.alarms import Alarm, AlarmFilter, AlarmPage, AlarmPosition, ListedAlarm
from arcbeat.domain.alarms.ports import AlarmAcknowledgements
from arcbeat.domain.catalogue.device_types import RECENT_FRESHNESS, DeviceType
from arcbeat.domain.readings.latest import PageQuery, ReadingFilter
from arcbeat.domain.readings.ports import LatestPages
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.alarms.ended import DevicesOfType, ended_alarms
from arcbeat.services.alarms.lookup import MOMENT, alarms_until
from arcbeat.services.alarms.scanning import FIRST_WINDOW_DEVICE_DAYS, WINDOW_DEVICE_DAYS_MAX, ScanBudget
from arcbeat.services.state_runs import StateStore

DEVICES_MAX = 200_000
"""Devices of one type whose alarms are listed, as many as are sampled."""


@dataclass(frozen=True, slots=True)
class AlarmSources:
    """Where alarms are read from."""

    store: StateStore
    pages: LatestPages
    acknowledgements: AlarmAcknowledgements


@dataclass(slots=True)
class _Page:
    """A page while it is filled.

    Attributes:
        end: the position behind the last alarm that was examined.
    """

    sources: AlarmSources
    where: AlarmFilter
    limit: int
    alarms: list[ListedAlarm]
    end: AlarmPosition

    @property
    def is_full(self) -> bool:
        return len(self.alarms) >= self.limit

    async def add(self, alarms: Sequence[Alarm]) -> bool:
        """Add those that match; return whether all were examined before the page was full."""
        for alarm, acknowledgement in zip(alarms, await self.sources.acknowledgements.of(alarms), strict=True):
            if self.is_full:
                return False
            self.end = AlarmPosition(alarm.end, alarm.device_code)
            if self._matches(alarm, is_acknowledged=acknowledgement is not None):
                self.alarms.append(ListedAlarm(alarm, acknowledgement))
        return True

    def _matches(self, alarm: Alarm, *, is_acknowledged: bool) -> bool:
        has_state = self.where.states is None or alarm.state in self.where.states
        return has_state and self.where.is_acknowledged in {None, is_acknowledged}


async def alarm_page(
    sources: AlarmSources,
    groups: Sequence[DevicesOfType],
    where: AlarmFilter,
    within: TimeRange,
    *,
    limit: int,
    position: AlarmPosition,
) -> AlarmPage:
    """Return at most ``limit`` alarms after a position: open ones at the end of the range, then those ended in it.

    A page reads at most 300 days times devices, so that it may have fewer alarms, or none, and not be the last one.

    Raises:
        StoreError: a store failed.
    """
    page = _Page(sources, where, limit, [], position)
    budget = ScanBudget()
    if position.ended_before is None:
        has_more = where.is_open is not False and not await _add_open(page, groups, within, budget)
        if has_more:
            return AlarmPage(page.alarms, page.end)
        page.end = AlarmPosition(within.end)
    if where.is_open is True:
        return AlarmPage(page.alarms, None)
    has_more = not await _add_ended(page, groups, within, budget)
    return AlarmPage(page.alarms, page.end if has_more else None)


async def _add_open(page: _Page, groups: Sequence[DevicesOfType], within: TimeRange, budget: ScanBudget) -> bool:
    """Add alarms that are open at the end of the range; return whether there are no others."""
    types = await _in_alarm(page.sources.pages, groups)
    after = page.end.device_code or ""
    while codes := sorted(code for code in types if code > after)[: page.limit]:
        alarms, postponed = await _open_alarms(
            page.sources.store, {code: types[code] for code in codes}, within, budget
        )
        examined = codes[: codes.index(postponed)] if postponed else codes
        if not await page.add([alarms[code] for code in examined if code in alarms]):
            return False
        after = examined[-1] if examined else after
        page.end = AlarmPosition(None, after)
        if postponed or page.is_full:
            return not postponed and after >= max(types)
    return True


async def _in_alarm(pages: LatestPages, groups: Sequence[DevicesOfType]) -> dict[str, DeviceType]:
    """Return the type of each device whose newest reading is in an alarm state and recent."""
    found: dict[str, DeviceType] = {}
    for group in groups:
        readings = ReadingFilter(states=frozenset(group.device_type.alarm_states), freshness=RECENT_FRESHNESS)
        query = PageQuery(type_code=group.device_type.type_code, readings=readings, offset=0, limit=DEVICES_MAX)
        wanted = frozenset(group.device_codes)
        for row in (await pages.page(query)).rows:
            if row.cached.device_code in wanted:
                found[row.cached.device_code] = group.device_type
    return found


async def _open_alarms(
    store: StateStore, types: dict[str, DeviceType], within: TimeRange, budget: ScanBudget
) -> tuple[dict[str, Alarm], str | None]:
    """Return the alarms that last until the end of the range, and the first device that was not looked up."""
    alarms: dict[str, Alarm] = {}
    postponed: set[str] = set()
    by_type: dict[str, DeviceType] = {each.type_code: each for each in types.values()}
    for device_type in by_type.values():
        codes = [code for code, each in types.items() if each.type_code == device_type.type_code]
        found = await alarms_until(store, device_type, codes, within.end + MOMENT, budget)
        alarms |= found.by_device
        postponed |= found.postponed
    return alarms, min(postponed, default=None)


async def _add_ended(page: _Page, groups: Sequence[DevicesOfType], within: TimeRange, budget: ScanBudget) -> bool:
    """Add alarms that ended in the range; return whether there are no others."""
    window = FIRST_WINDOW_DEVICE_DAYS
    while not page.is_full and page.end.ended_before is not None:
        if page.end.ended_before <= within.start:
            return True
        found = await ended_alarms(page.sources.store, groups, within.start, page.end, budget, device_days=window)
        if not await page.add(found.alarms):
            return False
        if found.is_complete:
            page.end = AlarmPosition(found.searched_from)
        window = min(2 * window, WINDOW_DEVICE_DAYS_MAX)
        if not found.is_complete or not budget.allows(window):
            break
    return page.end.ended_before is not None and page.end.ended_before <= within.start
