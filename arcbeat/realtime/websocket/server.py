"""The plain WebSocket: the snapshot of a type, then its changes, or views of some devices, as JSON messages."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from arcbeat.api.access.audit import address_of
from arcbeat.api.problems import foreseen
from arcbeat.domain.catalogue.device_types import DeviceType, Language
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.identity.identity import Caller
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import Connections, SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import Monotonic
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.rooms.subscriptions import SnapshotSubscription, Subscription, ViewSubscription
from arcbeat.realtime.sampling.row_encoding import encode_snapshot
from arcbeat.realtime.websocket.client import ConnectionClose, MessageSender, WebSocketClient
from arcbeat.realtime.websocket.handshake import SUBPROTOCOL, Handshake

PATH = "/api/v1/device/realtime-data/ws"


@dataclass(frozen=True, slots=True)
class Labels:
    """How fields are shown to people.

    Attributes:
        preferred: the language of an Accept-Language header.
        shown: the fields of a type in one language.
    """

    preferred: Callable[[str | None], Language]
    shown: Callable[[DeviceType, Language], Sequence[Mapping[str, Any]]]


class WebSocketServer:
    """Serves one path."""

    def __init__(
        self,
        gate: Admission,
        clients: Connections,
        rooms: Rooms,
        opening: Handshake,
        labels: Labels,
        observer: SocketObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._gate = gate
        self._clients = clients
        self._rooms = rooms
        self._opening = opening
        self._labels = labels
        self._observer = observer
        self._monotonic = monotonic

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The application with this in front of it."""

        async def routed(scope: Scope, receive: Receive, send: Send) -> None:
            mine = scope["type"] == "websocket" and scope["path"] == PATH
            await (self if mine else app)(scope, receive, send)

        return routed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query, scope["query_string"] = scope["query_string"], b""  # uvicorn logs it, and it may hold a token
        socket = WebSocket(scope, receive, send)
        with suppress(WebSocketDisconnect):
            await socket.receive()
            if self._gate.is_allowed_origin(socket.headers.get("origin"), socket.headers.get("host")):
                await socket.accept(SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None)
                await self._serve(socket, query)
            else:
                await socket.close()

    async def _serve(self, socket: WebSocket, query: bytes) -> None:
        wire = MessageSender(socket, self._observer)
        try:
            await self._follow(socket, wire, self._opening.query(query))
        except WebSocketDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 -- every failure is told
            await wire.end(ConnectionClose.problem(foreseen(error)))

    async def _follow(self, socket: WebSocket, wire: MessageSender, query: Mapping[str, Any]) -> None:
        identity = await self._gate.admit(
            TransportKind.WEBSOCKET, Caller(address_of(socket.scope)), lambda: self._opening.credentials(socket, query)
        )
        async with self._rooms.joined(query.get("type_code", WELDING)) as room:
            client = WebSocketClient(identity, self._source(room, socket, query), socket, wire, self._monotonic)
            room.members.add(client)
            self._clients.add(client)
            try:
                await client.run()
            finally:
                self._clients.remove(client, "transport close")
                room.members.discard(client)

    def _source(self, room: Room, socket: WebSocket, query: Mapping[str, Any]) -> Subscription:
        codes = tuple(dict.fromkeys(query.get("device_codes", ())))
        if codes:
            return ViewSubscription(room, codes)
        language = self._labels.preferred(socket.headers.get("accept-language"))
        return SnapshotSubscription(room, lambda room: room.cached(language, lambda: self._snapshot(room, language)))

    def _snapshot(self, room: Room, language: Language) -> Frame:
        fields = orjson.dumps(self._labels.shown(room.device_type, language))
        return Frame("snapshot", encode_snapshot(room.snapshot, fields))
