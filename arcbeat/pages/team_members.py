"""A cache of the members of teams, for filtered snapshots, subscriptions and views."""

from arcbeat.caching import ReadThroughCache
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import DeviceFilter, TeamMembers
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.sample import DEVICES_MAX

TEAMS_MAX = 100
"""Cached teams; each of them may have all devices of a type."""


class TeamMembersCache:
    """Implements the LiveTeams port."""

    def __init__(self, devices: DeviceDirectory, clock: Clock, *, max_age_seconds: float) -> None:
        self._devices = devices
        self._cached: ReadThroughCache[tuple[tuple[str, ...], str], TeamMembers] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=TEAMS_MAX
        )

    def __len__(self) -> int:
        return len(self._cached)

    async def members(self, device_type: DeviceType, team_name: str) -> TeamMembers:
        key = (device_type.spellings, team_name)
        return (await self._cached.get(key, lambda: self._load(device_type, team_name))).value

    def known_members(self, device_type: DeviceType, team_name: str) -> TeamMembers | None:
        """Return the members that are known now, if any; old ones are read again in the background."""
        return self._cached.known((device_type.spellings, team_name), lambda: self._load(device_type, team_name))

    async def _load(self, device_type: DeviceType, team_name: str) -> TeamMembers:
        where = DeviceFilter(team_name=team_name)
        return TeamMembers.of((await self._devices.page(device_type, where, offset=0, limit=DEVICES_MAX)).device_codes)
