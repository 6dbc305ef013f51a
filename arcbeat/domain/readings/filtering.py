"""Snapshots of some devices of a type: those of a team, in a state, or of a freshness."""

from dataclasses import dataclass, replace
from zlib import crc32

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import TeamMembers
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.latest import ALL_READINGS, ReadingFilter
from arcbeat.domain.readings.snapshots import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFilter:
    """Which devices of a snapshot to keep.

    Attributes:
        team_name: the team in the master data; None keeps the devices of all teams.
    """

    team_name: str | None = None
    readings: ReadingFilter = ALL_READINGS

    def __bool__(self) -> bool:
        return self.team_name is not None or bool(self.readings)


ALL_ROWS = SnapshotFilter()


def check_filter(device_type: DeviceType, where: SnapshotFilter) -> None:
    """Check that snapshots of a type can be filtered like this.

    Raises:
        InvalidValue: ``device_status`` is given, but snapshots lack the state because its field is hidden.
    """
    if where.readings.states:
        check_state_is_shown(device_type, "device_status")


def check_state_is_shown(device_type: DeviceType, parameter: str) -> None:
    """Check that snapshots of a type have the state.

    Raises:
        InvalidValue: its field is hidden; reported for ``parameter``.
    """
    if device_type.state_field not in {field.name for field in device_type.visible_fields}:
        detail = f"the state field {device_type.state_field} of {device_type.type_code} is hidden; show it first"
        raise InvalidValue.of(parameter, detail)


def filtered(
    snapshot: Snapshot, device_type: DeviceType, where: SnapshotFilter, members: TeamMembers | None
) -> Snapshot:
    """Return the snapshot of the devices that match.

    Its stream has an id of its own, which is the same in every process. A change of the members of the team begins a
    new stream: two processes may learn of it at different ticks, and then no delta is right for the clients of both.

    Args:
        members: the members of the team; None if the filter names no team.
    """
    readings = where.readings
    rows = {
        code: row
        for code, row in snapshot.rows.items()
        if (members is None or code in members.device_codes) and readings.matches(row.state(device_type), row.freshness)
    }
    return replace(snapshot, stream_id=f"{snapshot.stream_id}-{_digest(where, members)}", rows=rows)


def _digest(where: SnapshotFilter, members: TeamMembers | None) -> str:
    parts = (
        where.team_name,
        sorted(where.readings.states),
        sorted(where.readings.freshness),
        members.version if members else None,
    )
    return f"{crc32(repr(parts).encode()):08x}"
