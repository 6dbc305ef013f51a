"""The subscriptions of one client of Socket.IO to the alarms of device types."""

from collections.abc import Sequence
from urllib.parse import urlencode

from arcbeat.realtime.alarms.changes import AlarmSubscription
from arcbeat.realtime.alarms.room import AlarmRoom
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import check_connection_limits
from arcbeat.realtime.socketio.packets import PacketSender, SubscriptionWriter

ALARMS_PATH = "/api/v1/device/alarms"


def open_alarms_url(type_code: str) -> str:
    """Return the URL of the alarms that are open now."""
    return f"{ALARMS_PATH}?{urlencode({'type_code': type_code, 'open': 'true'})}"


class _InAlarmRoom:
    """One client as a member of one room of alarms."""

    def __init__(self, subscriptions: "AlarmSubscriptions", room: AlarmRoom, sender: PacketSender) -> None:
        self.room = room
        self.writer = SubscriptionWriter(AlarmSubscription(room.changes), sender)
        self._subscriptions = subscriptions
        self._sender = sender

    async def notify(self) -> None:
        """Send the frames that the client can take; what is left is sent after the next tick."""
        while self in self.room.members and self.writer.subscription.has_more and not self.writer.is_waiting:
            await self.writer.notify()

    async def evict(self, frame: Frame) -> None:
        await self._sender.send(frame)
        self._subscriptions.leave(self)


class AlarmSubscriptions:
    """One client in the rooms of alarms."""

    def __init__(self, rooms: AlarmRooms, sender: PacketSender) -> None:
        self._rooms = rooms
        self._sender = sender
        self._members: dict[str, _InAlarmRoom] = {}

    @property
    def writers(self) -> Sequence[SubscriptionWriter[AlarmSubscription]]:
        return [member.writer for member in self._members.values()]

    def subscribe(self, room: AlarmRoom) -> None:
        """Send the changes of a room from now on; ignored if they are sent already.

        Raises:
            Conflict: the client has too many subscriptions.
        """
        known = self._members.get(room.type_code)
        if known is not None and known.room is room:
            return
        check_connection_limits(subscriptions=len(self._members) + 1, watched_devices=0)
        member = self._members[room.type_code] = _InAlarmRoom(self, room, self._sender)
        room.members.add(member)

    def unsubscribe(self, type_code: str) -> None:
        """Send no more changes of a type, by its code or alias; ignored if there is no subscription."""
        for member in tuple(self._members.values()):
            if member.room.base.matches(type_code):
                self.leave(member)

    def leave(self, member: _InAlarmRoom) -> None:
        """Leave one room."""
        member.writer.close()
        self._members.pop(member.room.type_code, None)
        self._rooms.leave(member.room, member)

    def leave_all(self) -> None:
        """Leave all rooms, because the client has disconnected."""
        for member in tuple(self._members.values()):
            self.leave(member)
