"""The full snapshot of a device type as JSON, encoded once per tick, on demand."""

import asyncio

from cachetools import LRUCache

from arcbeat.concurrency import SingleFlight, deadline
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import TeamMembers
from arcbeat.domain.devices.ports import LiveTeams
from arcbeat.domain.readings.filtering import ALL_ROWS, SnapshotFilter, check_filter, filtered
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.domain.shared_body import SharedBody
from arcbeat.pages.per_snapshot import PerSnapshot
from arcbeat.pages.query_pages import QueryPages
from arcbeat.realtime.sampling.row_encoding import encode_rows_ahead, encode_snapshot
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

FIRST_SNAPSHOT_SECONDS_MAX = 5.0
"""How long a request waits for the first snapshot of a type; a large type takes its time."""

FILTERS_MAX = 20
"""Filtered snapshots that are kept per tick; each may be encoded in every language."""


class FullSnapshots:
    """Implements the SnapshotSource port."""

    def __init__(self, pages: QueryPages, samplers: Samplers, teams: LiveTeams) -> None:
        self._pages = pages
        self._teams = teams
        self._samplers = samplers
        self._snapshots = PerSnapshot(samplers, FullSnapshot)

    async def newest(self, type_code: str, where: SnapshotFilter = ALL_ROWS) -> "FullSnapshot":
        """Return the newest snapshot of the matching devices of a type; from now on the type is sampled.

        Raises:
            InvalidValue: snapshots of the type cannot be filtered like this.
        """
        sampler = await self._sampler(type_code)
        async with deadline(FIRST_SNAPSHOT_SECONDS_MAX):
            while (snapshot := self._snapshots.get(sampler)) is None:
                await sampler.wait_for_snapshot()
        return snapshot if not where else await self._filtered(snapshot, where)

    async def _filtered(self, snapshot: "FullSnapshot", where: SnapshotFilter) -> "FullSnapshot":
        check_filter(snapshot.device_type, where)
        if where.team_name is None:
            return snapshot.filtered(where, None)
        return snapshot.filtered(where, await self._teams.members(snapshot.device_type, where.team_name))

    async def _sampler(self, type_code: str) -> Sampler:
        running = self._samplers.find(type_code)
        code = running.type_code if running else (await self._pages.type_of(type_code)).value.type_code
        return self._samplers.require(code)


class FullSnapshot:
    """One snapshot and its encoded forms."""

    def __init__(self, device_type: DeviceType, snapshot: Snapshot) -> None:
        self.device_type = device_type
        self.version = f"{snapshot.stream_id}.{snapshot.seq}"
        self._snapshot = snapshot
        self._bodies: dict[bytes, SharedBody] = {}
        self._filtered: LRUCache[tuple[SnapshotFilter, TeamMembers | None], FullSnapshot] = LRUCache(FILTERS_MAX)
        self._flight: SingleFlight[bytes, SharedBody] = SingleFlight(self._bodies.update)

    def filtered(self, where: SnapshotFilter, members: TeamMembers | None) -> "FullSnapshot":
        """Return the snapshot of the devices that match; a few of them are kept until the next tick."""
        key = (where, members)
        found = self._filtered.get(key)
        if found is None:
            rows = filtered(self._snapshot, self.device_type, where, members)
            found = self._filtered[key] = FullSnapshot(self.device_type, rows)
        return found

    async def encoded(self, fields: bytes) -> SharedBody:
        """Return the snapshot as JSON with these fields, which are JSON already."""
        body = self._bodies.get(fields)
        if body is None:
            body = await self._flight.run(fields, lambda: self._encode(fields))
        return body

    async def _encode(self, fields: bytes) -> SharedBody:
        await encode_rows_ahead(self._snapshot)
        # In a thread, because joining the rows of a large type is one long step, in which Python runs other threads.
        return SharedBody(await asyncio.to_thread(encode_snapshot, self._snapshot, fields))
