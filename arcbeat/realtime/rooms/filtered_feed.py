"""The frames for clients who follow some devices of a type: those of a team, in a state, or of a freshness."""

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import TeamMembers
from arcbeat.domain.devices.ports import LiveTeams
from arcbeat.domain.errors import ArcbeatError
from arcbeat.domain.readings.filtering import SnapshotFilter, check_filter, filtered
from arcbeat.domain.readings.snapshots import Snapshot, delta_between
from arcbeat.realtime.rooms.feed import Feed
from arcbeat.realtime.sampling.stream import Stream


class FilteredFeed(Feed):
    """A stream of the matching rows of a complete feed, with the same sequence numbers.

    A device that begins to match is new in the delta, with its full row; one that no longer matches is removed.
    """

    def __init__(self, complete: Feed, where: SnapshotFilter, teams: LiveTeams) -> None:
        super().__init__(complete.type_code)
        self.where = where
        self._complete = complete
        self._teams = teams
        self._members: TeamMembers | None = None
        self._stream: Stream | None = None

    @property
    def stream(self) -> Stream | None:
        return self._stream

    @property
    def snapshot(self) -> Snapshot:
        if self._stream is None:
            raise ArcbeatError("The filter has no snapshot yet.")
        return self._stream.snapshot

    @property
    def device_type(self) -> DeviceType:
        return self._complete.device_type

    async def start(self) -> None:
        """Read the members of the team, and make the first snapshot.

        Raises:
            InvalidValue: snapshots of the type cannot be filtered like this.
            StoreError: the members are not known, and the master data is unavailable.
        """
        check_filter(self._complete.device_type, self.where)
        if self.where.team_name is not None:
            self._members = await self._teams.members(self._complete.device_type, self.where.team_name)
        self.advance()

    def advance(self) -> None:
        """Make the snapshot and the delta that follow from the newest complete snapshot."""
        base, device_type = self._complete.snapshot, self._complete.device_type
        if self.where.team_name is not None:
            self._members = self._teams.known_members(device_type, self.where.team_name) or self._members
        snapshot = filtered(base, device_type, self.where, self._members)
        before = self._stream.snapshot if self._stream else None
        if self._stream is None or before is None or before.stream_id != snapshot.stream_id:
            self._stream = Stream(snapshot)
        elif before.seq != snapshot.seq:
            self._stream.advance(snapshot, delta_between(before, snapshot))
        self._frames.clear()
