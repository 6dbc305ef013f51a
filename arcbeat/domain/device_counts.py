"""Counts of the devices of a type, by state, freshness and team."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from arcbeat.domain.catalogue.device_types import RECENT_FRESHNESS, DeviceType, Freshness
from arcbeat.domain.readings.latest import LatestRow, Source

TeamOf = Mapping[str, str | None]
"""The name of the team by device code; a device that is missing has no team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCounts:
    """Numbers of devices by state.

    Attributes:
        online: devices with a recent reading, except those in a state that counts as offline.
        offline: devices without a recent reading, including those without any.
        by_state: devices with a recent reading, by state; None counts readings without a state. Together with
            ``offline`` they add up to ``total``.
    """

    total: int
    online: int
    offline: int
    by_state: Mapping[str | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCounts:
    """Numbers of devices of a type.

    Attributes:
        by_team: by the name of the team, in order; None, the last, counts devices without a team.
        newest_reading_at: of all counted devices; None if they have no readings.
    """

    all_teams: StateCounts
    by_team: Mapping[str | None, StateCounts]
    by_freshness: Mapping[Freshness, int]
    newest_reading_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledCounts:
    """Counts, and when the readings were read.

    Attributes:
        sampled_at: all counts were true at this time or later.
    """

    device_type: DeviceType
    counts: DeviceCounts
    sampled_at: datetime
    source: Source


ByState = Counter[str | None]
"""Numbers of devices with a recent reading."""


class DeviceTally:
    """Counts the devices of a type, part by part.

    A device without a recent reading counts as offline, not in the state of its last reading, which may be over.
    """

    def __init__(self, device_type: DeviceType, team_of: TeamOf) -> None:
        self._device_type = device_type
        self._team_of = team_of
        self._totals: Counter[str | None] = Counter()
        self._by_freshness: Counter[Freshness] = Counter()
        self._by_team: defaultdict[str | None, ByState] = defaultdict(ByState)
        self._newest_reading_at: datetime | None = None

    def add(self, rows: Sequence[LatestRow]) -> None:
        """Count the devices of these rows."""
        self._by_freshness.update(row.freshness for row in rows)
        self._totals.update(self._team_of.get(row.cached.device_code) for row in rows)
        for row in rows:
            if row.freshness in RECENT_FRESHNESS:
                self._by_team[self._team_of.get(row.cached.device_code)][row.cached.state(self._device_type)] += 1
        moments = [row.cached.ts for row in rows if row.cached.ts is not None]
        if self._newest_reading_at is not None:
            moments.append(self._newest_reading_at)
        self._newest_reading_at = max(moments, default=None)

    def counts(self) -> DeviceCounts:
        """Return the counts of all devices that were added."""
        device_type, totals = self._device_type, self._totals
        of_all = sum(self._by_team.values(), ByState())
        order = _in_order(device_type, of_all)
        return DeviceCounts(
            all_teams=_counts(device_type, order, totals.total(), of_all),
            by_team={
                team: _counts(device_type, order, totals[team], self._by_team.get(team, ByState()))
                for team in sorted(totals, key=_last_if_none)
            },
            by_freshness={freshness: self._by_freshness[freshness] for freshness in Freshness},
            newest_reading_at=self._newest_reading_at,
        )


def _last_if_none(team: str | None) -> tuple[bool, str]:
    return team is None, team or ""


def _counts(device_type: DeviceType, order: Sequence[str | None], total: int, by_state: ByState) -> StateCounts:
    recent = by_state.total()
    shown = (state for state in order if by_state[state] or state in device_type.states)
    return StateCounts(
        total=total,
        online=recent - sum(by_state[state] for state in frozenset(device_type.offline_states)),
        offline=total - recent,
        by_state={state: by_state[state] for state in shown},
    )


def _in_order(device_type: DeviceType, by_state: ByState) -> Sequence[str | None]:
    """Return the type's states, in its order, then the other states, those with the most devices first."""
    others = (state for state in by_state if state not in device_type.states)
    return (*device_type.states, *sorted(others, key=lambda each: (-by_state[each], each is None, each or "")))


class CountedDevices(Protocol):
    """Counts of devices.

    ``max_age_seconds`` limits their age as in :class:`arcbeat.domain.readings.ports.LatestPages`.
    """

    async def read(self, type_code: str, team_name: str | None, *, max_age_seconds: float | None) -> SampledCounts:
        """Return the counts of the devices of a type, or of one team of it.

        Raises:
            UnknownDeviceType: no type has this code or alias.
            StoreError: a store is unavailable, and its part is not cached.
        """
        ...
