"""Handle the events that clients of Socket.IO send, and make their acknowledgements."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from arcbeat.api.contract.asyncapi import MessageSchemas
from arcbeat.domain.errors import Conflict, InvalidInput
from arcbeat.domain.identity.identity import Identity, Scope
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.job_runs.room import RunRoom
from arcbeat.realtime.rooms.admission import check_scopes
from arcbeat.realtime.rooms.feed import Feed, StreamPosition
from arcbeat.realtime.rooms.filters import feed_of
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.row_encoding import Details, encode_rows, header_of
from arcbeat.realtime.socketio.alarm_subscriptions import open_alarms_url
from arcbeat.realtime.socketio.client_subscriptions import ClientSubscriptions

ONE_ARGUMENT = "an event has one argument, an object"
ONE_ARGUMENT_EXAMPLE = 'Send one object with each event, for example subscribe with {"type_code": "welding"}.'

Ack = dict[str, Any]
Handler = Callable[[ClientSubscriptions, Mapping[str, Any]], Awaitable[Ack]]


class SocketEvents:
    """The events of the contract, each with the scope that it requires."""

    def __init__(self, rooms: Rooms, alarm_rooms: AlarmRooms, run_room: RunRoom, messages: MessageSchemas) -> None:
        self._rooms = rooms
        self._alarm_rooms = alarm_rooms
        self._run_room = run_room
        self._messages = messages
        self._handlers: Mapping[str, tuple[Scope, Handler]] = {
            "subscribe": (Scope.TELEMETRY_READ, self._subscribe),
            "unsubscribe": (Scope.TELEMETRY_READ, self._unsubscribe),
            "resync": (Scope.TELEMETRY_READ, self._resync),
            "watch": (Scope.TELEMETRY_READ, self._watch),
            "unwatch": (Scope.TELEMETRY_READ, self._unwatch),
            "subscribe_alarms": (Scope.TELEMETRY_READ, self._subscribe_alarms),
            "unsubscribe_alarms": (Scope.TELEMETRY_READ, self._unsubscribe_alarms),
            "subscribe_jobs": (Scope.JOB_READ, self._subscribe_jobs),
            "unsubscribe_jobs": (Scope.JOB_READ, self._unsubscribe_jobs),
        }

    async def handle(
        self, identity: Identity, client: ClientSubscriptions, event: object, payloads: tuple[object, ...]
    ) -> Ack:
        """Carry out an event and return its acknowledgement.

        Raises:
            Forbidden: the credentials lack the scope of the event.
            ArcbeatError: the event is invalid, or cannot be carried out.
        """
        scope, handler = self._handlers.get(event, (None, None)) if isinstance(event, str) else (None, None)
        if scope is None or handler is None:
            known = f"there is no such event; the events are {', '.join(self._handlers)}"
            raise InvalidInput.of_body(known, f"{known[0].upper()}{known[1:]}.")
        check_scopes(identity, (scope,))
        if len(payloads) != 1:
            raise InvalidInput.of_body(ONE_ARGUMENT, ONE_ARGUMENT_EXAMPLE)
        return await handler(client, self._messages.check(str(event), payloads[0]))

    async def _subscribe(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        async with self._rooms.joined(message["type_code"]) as room:
            feed = await feed_of(room, message, location="body")
            client.subscribe(room, feed)
            return feed.state()

    async def _unsubscribe(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        client.unsubscribe(message["type_code"])
        return {"type_code": message["type_code"]}

    async def _resync(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        in_room = client.of_type(message["type_code"])
        if in_room is None or in_room.changes is None:
            raise Conflict("There is no subscription to this device type; subscribe first.")
        position = StreamPosition(message["stream_id"], message["since"])
        frame = in_room.changes.subscription.catch_up(position)
        if frame.event == "delta":
            return {"delta": orjson.Fragment(frame.body)}
        return {**in_room.changes.subscription.feed.state(), "take_snapshot": True}

    async def _watch(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        codes = tuple(dict.fromkeys(message["device_codes"]))
        async with self._rooms.joined(message["type_code"]) as room:
            feed = await feed_of(room, message, location="body")
            details = self._rooms.details if message.get("include") else None
            known = None if details is None else await details.read(codes)
            client.watch(room, feed, codes, details)
            return _view(room, feed, codes, known)

    async def _unwatch(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        client.unwatch(message["type_code"])
        return {"type_code": message["type_code"]}

    async def _subscribe_alarms(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        async with self._alarm_rooms.joined(message["type_code"]) as room:
            client.subscribe_alarms(room)
            return {"type_code": room.type_code, "alarms_url": open_alarms_url(room.type_code)}

    async def _unsubscribe_alarms(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        client.alarms.unsubscribe(message["type_code"])
        return {"type_code": message["type_code"]}

    async def _subscribe_jobs(self, client: ClientSubscriptions, message: Mapping[str, Any]) -> Ack:
        jobs = frozenset(message.get("jobs", ()))
        async with self._run_room.joined() as room:
            client.subscribe_runs(room, jobs)
            return {"items": orjson.Fragment(room.state(jobs))}

    async def _unsubscribe_jobs(self, client: ClientSubscriptions, _: Mapping[str, Any]) -> Ack:
        client.runs.unsubscribe()
        return {}


def _view(room: Room, feed: Feed, device_codes: tuple[str, ...], details: Details | None) -> Ack:
    snapshot = feed.snapshot
    return {
        **header_of(snapshot),
        "fields_version": snapshot.fields_version,
        "items": orjson.Fragment(encode_rows(snapshot, device_codes, details)),
        "unknown": [code for code in device_codes if code not in room.snapshot.rows],
    }
