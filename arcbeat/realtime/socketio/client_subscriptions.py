"""The subscriptions and views of one client of Socket.IO, per room, within the client's limits."""

from collections.abc import Sequence

from arcbeat.domain.devices.ports import LiveDeviceDetails
from arcbeat.domain.errors import Conflict
from arcbeat.realtime.alarms.changes import AlarmSubscription
from arcbeat.realtime.alarms.room import AlarmRoom
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.job_runs.room import JobNames, RunRoom, RunSubscription
from arcbeat.realtime.rooms.feed import Feed
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import check_connection_limits
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.rooms.subscriptions import DeltaSubscription, ViewSubscription
from arcbeat.realtime.socketio.alarm_subscriptions import AlarmSubscriptions
from arcbeat.realtime.socketio.packets import PacketSender, SubscriptionWriter

RoomWriter = SubscriptionWriter[DeltaSubscription] | SubscriptionWriter[ViewSubscription]
Writer = RoomWriter | SubscriptionWriter[AlarmSubscription] | SubscriptionWriter[RunSubscription]


class RoomSubscriptions:
    """One client as a member of one room: with a subscription to all changes, a view of some devices, or both."""

    def __init__(self, client: "ClientSubscriptions", room: Room, sender: PacketSender) -> None:
        self.room = room
        self.changes: SubscriptionWriter[DeltaSubscription] | None = None
        self.view: SubscriptionWriter[ViewSubscription] | None = None
        self._client = client
        self._sender = sender

    @property
    def writers(self) -> tuple[RoomWriter, ...]:
        return tuple(writer for writer in (self.changes, self.view) if writer is not None)

    @property
    def watched_devices(self) -> int:
        return len(self.view.subscription.device_codes) if self.view else 0

    def subscribe(self, feed: Feed) -> None:
        """Send the changes from now on, instead of those of an earlier filter."""
        self._close(self.changes)
        self.changes = SubscriptionWriter(DeltaSubscription(feed), self._sender)

    def watch(self, feed: Feed, device_codes: tuple[str, ...], details: LiveDeviceDetails | None) -> None:
        """Send the rows of these devices from the next tick on, instead of those watched before."""
        self._close(self.view)
        view = ViewSubscription(feed, device_codes, details, feed.position)
        self.view = SubscriptionWriter(view, self._sender)

    def unsubscribe(self) -> None:
        self._close(self.changes)
        self.changes = None

    def unwatch(self) -> None:
        self._close(self.view)
        self.view = None

    async def notify(self) -> None:
        for writer in self.writers:
            await writer.notify()

    async def send(self, frame: Frame) -> None:
        await self._sender.send(frame)

    async def evict(self, frame: Frame) -> None:
        await self._sender.send(frame)
        self._client.leave(self)

    @staticmethod
    def _close(writer: Writer | None) -> None:
        if writer is not None:
            writer.close()


class RunSubscriptions:
    """One client as a member of the room of runs.

    Attributes:
        writer: sends the changes; None without a subscription.
    """

    def __init__(self, sender: PacketSender) -> None:
        self.writer: SubscriptionWriter[RunSubscription] | None = None
        self._sender = sender
        self._room: RunRoom | None = None

    def subscribe(self, room: RunRoom, jobs: JobNames) -> None:
        """Send the changes of the runs of these jobs from now on, instead of those before."""
        self.unsubscribe()
        self.writer = SubscriptionWriter(RunSubscription(room, jobs), self._sender)
        self._room = room
        room.members.add(self)

    def unsubscribe(self) -> None:
        """Send no more changes; ignored if there is no subscription."""
        if self.writer is not None and self._room is not None:
            self.writer.close()
            self.writer = None
            self._room.leave(self)

    async def notify(self) -> None:
        if self.writer is not None:
            await self.writer.notify()


class ClientSubscriptions:
    """All subscriptions and views of one client.

    Attributes:
        alarms: the subscriptions to the alarms of device types.
        runs: the subscription to the runs of jobs.
    """

    def __init__(self, rooms: Rooms, alarm_rooms: AlarmRooms, sender: PacketSender) -> None:
        self.alarms = AlarmSubscriptions(alarm_rooms, sender)
        self.runs = RunSubscriptions(sender)
        self._has_left = False
        self._rooms = rooms
        self._sender = sender
        self._by_room: dict[Room, RoomSubscriptions] = {}

    @property
    def packets_max(self) -> int:
        """How many packets with frames of rooms can be in the client's queue: one per subscription and view."""
        return len(self._writers())

    def waiting_seconds(self) -> float:
        """Return for how many seconds the oldest packet has been waiting to be written."""
        return max((writer.waiting_seconds() for writer in self._writers()), default=0.0)

    def of_type(self, type_code: str) -> RoomSubscriptions | None:
        """Return what the client has in the room of a device type, by its code or alias."""
        return next((each for each in self._by_room.values() if each.room.matches(type_code)), None)

    def subscribe(self, room: Room, feed: Feed) -> None:
        """Subscribe to the changes of a feed of a room. Raises Conflict if the client has too many subscriptions."""
        self._check_connected()
        subscribed = [other for other, each in self._by_room.items() if each.changes and other is not room]
        check_connection_limits(subscriptions=len(subscribed) + 1, watched_devices=0)
        self._in_room(room).subscribe(feed)

    def watch(self, room: Room, feed: Feed, device_codes: tuple[str, ...], details: LiveDeviceDetails | None) -> None:
        """Watch some devices of a feed of a room. Raises Conflict if the client watches too many devices."""
        self._check_connected()
        watched = sum(each.watched_devices for other, each in self._by_room.items() if other is not room)
        check_connection_limits(subscriptions=0, watched_devices=watched + len(device_codes))
        self._in_room(room).watch(feed, device_codes, details)

    def subscribe_alarms(self, room: AlarmRoom) -> None:
        """Follow the alarms of a room. Raises Conflict if the client has too many subscriptions."""
        self._check_connected()
        self.alarms.subscribe(room)

    def subscribe_runs(self, room: RunRoom, jobs: JobNames) -> None:
        """Subscribe to the changes of the runs of these jobs, instead of those before."""
        self._check_connected()
        self.runs.subscribe(room, jobs)

    def unsubscribe(self, type_code: str) -> None:
        """End the subscription to a device type; ignored if there is none."""
        found = self.of_type(type_code)
        if found is not None:
            found.unsubscribe()
            self._leave_if_unused(found)

    def unwatch(self, type_code: str) -> None:
        """End the view of a device type; ignored if there is none."""
        found = self.of_type(type_code)
        if found is not None:
            found.unwatch()
            self._leave_if_unused(found)

    def leave(self, in_room: RoomSubscriptions) -> None:
        """Leave one room."""
        in_room.unsubscribe()
        in_room.unwatch()
        self._leave_if_unused(in_room)

    def leave_all(self) -> None:
        """Leave all rooms, because the client has disconnected."""
        self._has_left = True
        for each in tuple(self._by_room.values()):
            self.leave(each)
        self.alarms.leave_all()
        self.runs.unsubscribe()

    def _check_connected(self) -> None:
        # The server may have closed the connection while an event waited for a room.
        if self._has_left:
            raise Conflict("The connection is closed.")

    def _writers(self) -> Sequence[Writer]:
        of_rooms = (writer for each in self._by_room.values() for writer in each.writers)
        return [*of_rooms, *self.alarms.writers, *([self.runs.writer] if self.runs.writer else [])]

    def _in_room(self, room: Room) -> RoomSubscriptions:
        if room not in self._by_room:
            self._by_room[room] = RoomSubscriptions(self, room, self._sender)
            room.members.add(self._by_room[room])
        return self._by_room[room]

    def _leave_if_unused(self, in_room: RoomSubscriptions) -> None:
        if not in_room.writers and self._by_room.pop(in_room.room, None) is not None:
            self._rooms.leave(in_room.room, in_room)
