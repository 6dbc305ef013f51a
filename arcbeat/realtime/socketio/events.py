"""What clients of Socket.IO may ask for, and what the answers hold."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from arcbeat.api.contract.asyncapi import Messages
from arcbeat.domain.errors import Conflict, InputError, InvalidInput
from arcbeat.realtime.rooms.room import Room, StreamPosition
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.row_encoding import encode_rows, header_of
from arcbeat.realtime.socketio.client_subscriptions import ClientSubscriptions

Ack = dict[str, Any]
Handler = Callable[[ClientSubscriptions, Mapping[str, Any]], Awaitable[Ack]]


class SocketEvents:
    """Answers the events of clients: with what was asked for, or with a problem."""

    def __init__(self, rooms: Rooms, messages: Messages) -> None:
        self._rooms = rooms
        self._messages = messages
        self._handlers: Mapping[str, Handler] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "resync": self._resync,
            "watch": self._watch,
            "unwatch": self._unwatch,
        }

    async def answer(self, seats: ClientSubscriptions, event: object, payloads: tuple[object, ...]) -> Ack:
        """The acknowledgement of an event.

        Raises:
            ArcbeatError: what was asked for cannot be had.
        """
        handler = self._handlers.get(event) if isinstance(event, str) else None
        if handler is None:
            raise InvalidInput((InputError("body", "", "there is no such event"),))
        if len(payloads) != 1:
            raise InvalidInput((InputError("body", "", "an event has one argument, an object"),))
        return await handler(seats, self._messages.check(str(event), payloads[0]))

    async def _subscribe(self, seats: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        async with self._rooms.joined(message["type_code"]) as room:
            seats.subscribe(room)
            return room.where()

    async def _unsubscribe(self, seats: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        seats.unsubscribe(message["type_code"])
        return {"type_code": message["type_code"]}

    async def _resync(self, seats: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        seat = seats.of_type(message["type_code"])
        if seat is None or seat.subscription is None:
            raise Conflict("There is no subscription to this type; subscribe first.")
        frame = seat.subscription.source.catch_up(StreamPosition(message["stream_id"], message["since"]))
        if frame.event == "delta":
            return {"delta": orjson.Fragment(frame.body)}
        return {**seat.room.where(), "take_snapshot": True}

    async def _watch(self, seats: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        codes = tuple(dict.fromkeys(message["device_codes"]))
        async with self._rooms.joined(message["type_code"]) as room:
            seats.watch(room, codes)
            return _view(room, codes)

    async def _unwatch(self, seats: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        seats.unwatch(message["type_code"])
        return {"type_code": message["type_code"]}


def _view(room: Room, device_codes: tuple[str, ...]) -> Ack:
    snapshot = room.snapshot
    return {
        **header_of(snapshot),
        "fields_version": snapshot.fields_version,
        "items": orjson.Fragment(encode_rows(snapshot, device_codes)),
        "unknown": [code for code in device_codes if code not in snapshot.rows],
    }
