"""Where one client of Socket.IO sits: its subscriptions and its views."""

from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import check_connection_limits
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.rooms.subscriptions import DeltaSubscription, ViewSubscription
from arcbeat.realtime.socketio.packets import PacketSender, SubscriptionWriter


class RoomSubscriptions:
    """A client in a room: with a subscription, a view, or both."""

    def __init__(self, seats: "ClientSubscriptions", room: Room, sender: PacketSender) -> None:
        self.room = room
        self.subscription: SubscriptionWriter[DeltaSubscription] | None = None
        self.view: SubscriptionWriter[ViewSubscription] | None = None
        self._seats = seats
        self._sender = sender

    @property
    def outlets(self) -> tuple[SubscriptionWriter[DeltaSubscription] | SubscriptionWriter[ViewSubscription], ...]:
        return tuple(outlet for outlet in (self.subscription, self.view) if outlet is not None)

    @property
    def watched_devices(self) -> int:
        return len(self.view.source.device_codes) if self.view else 0

    def subscribe(self) -> None:
        """Be told of the changes from now on."""
        self._close(self.subscription)
        self.subscription = SubscriptionWriter(DeltaSubscription(self.room), self._sender)

    def watch(self, device_codes: tuple[str, ...]) -> None:
        """Be told of these devices from the next tick on, and of no others any more."""
        self._close(self.view)
        self.view = SubscriptionWriter(ViewSubscription(self.room, device_codes, self.room.position), self._sender)

    def unsubscribe(self) -> None:
        self._close(self.subscription)
        self.subscription = None

    def unwatch(self) -> None:
        self._close(self.view)
        self.view = None

    async def notify(self) -> None:
        for outlet in self.outlets:
            await outlet.notify()

    async def tell(self, frame: Frame) -> None:
        await self._sender.tell(frame)

    async def evict(self, frame: Frame) -> None:
        await self._sender.tell(frame)
        self._seats.leave(self)

    @staticmethod
    def _close(outlet: SubscriptionWriter[DeltaSubscription] | SubscriptionWriter[ViewSubscription] | None) -> None:
        if outlet is not None:
            outlet.close()


class ClientSubscriptions:
    """All seats of one client, within its limits."""

    def __init__(self, rooms: Rooms, sender: PacketSender) -> None:
        self._rooms = rooms
        self._sender = sender
        self._seats: dict[Room, RoomSubscriptions] = {}

    @property
    def packets_max(self) -> int:
        """How many packets that tell of rooms may be waiting to be written."""
        return sum(len(seat.outlets) for seat in self._seats.values())

    def waiting_seconds(self) -> float:
        """How long the oldest packet has been waiting to be written."""
        waiting = (outlet.waiting_seconds() for seat in self._seats.values() for outlet in seat.outlets)
        return max(waiting, default=0.0)

    def of_type(self, type_code: str) -> RoomSubscriptions | None:
        """The seat in the room of a type, by its code or alias."""
        return next((seat for seat in self._seats.values() if seat.room.is_of(type_code)), None)

    def subscribe(self, room: Room) -> None:
        """Raises Conflict where it would be one too many."""
        subscribed = [other for other, seat in self._seats.items() if seat.subscription and other is not room]
        check_connection_limits(subscriptions=len(subscribed) + 1, watched_devices=0)
        self._seat(room).subscribe()

    def watch(self, room: Room, device_codes: tuple[str, ...]) -> None:
        """Raises Conflict where it would be too many devices."""
        watched = sum(seat.watched_devices for other, seat in self._seats.items() if other is not room)
        check_connection_limits(subscriptions=0, watched_devices=watched + len(device_codes))
        self._seat(room).watch(device_codes)

    def unsubscribe(self, type_code: str) -> None:
        """Nothing happens where there is no subscription."""
        seat = self.of_type(type_code)
        if seat is not None:
            seat.unsubscribe()
            self._tidy(seat)

    def unwatch(self, type_code: str) -> None:
        """Nothing happens where there is no view."""
        seat = self.of_type(type_code)
        if seat is not None:
            seat.unwatch()
            self._tidy(seat)

    def leave(self, seat: RoomSubscriptions) -> None:
        """Leave a room."""
        seat.unsubscribe()
        seat.unwatch()
        self._tidy(seat)

    def leave_all(self) -> None:
        """The client has gone."""
        for seat in tuple(self._seats.values()):
            self.leave(seat)

    def _seat(self, room: Room) -> RoomSubscriptions:
        if room not in self._seats:
            self._seats[room] = RoomSubscriptions(self, room, self._sender)
            room.members.add(self._seats[room])
        return self._seats[room]

    def _tidy(self, seat: RoomSubscriptions) -> None:
        if not seat.outlets and self._seats.pop(seat.room, None) is not None:
            self._rooms.leave(seat.room, seat)
