"""The sockets of one application, wired: the rooms of its feeds, and the ways in."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp

from arcbeat.api.contract.asyncapi import Messages, load_asyncapi
from arcbeat.app.identity import Identities
from arcbeat.concurrency import background
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.time.clock import Clock
from arcbeat.observability.metrics import Metrics
from arcbeat.realtime.rooms.admission import Gate
from arcbeat.realtime.rooms.connections import Clients, look_after
from arcbeat.realtime.rooms.limits import Admission
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.samplers import Feeds
from arcbeat.realtime.socketio.server import SocketServer
from arcbeat.realtime.websocket.handshake import Opening
from arcbeat.realtime.websocket.server import Labels, PlainWebSocket
from arcbeat.settings import Settings
from handlers._fields import visible_fields_body
from handlers._http import preferred_language

LABELS = Labels(preferred_language, visible_fields_body)


@dataclass(frozen=True, slots=True)
class Sockets:
    """What tells of the feeds."""

    rooms: Rooms
    clients: Clients
    socket_io: SocketServer
    websocket: PlainWebSocket

    @classmethod
    def of(
        cls,
        settings: Settings,
        feeds: Feeds,
        catalogue: DeviceCatalogue,
        identities: Identities,
        metrics: Metrics,
        clock: Clock,
    ) -> "Sockets":
        """By the settings; nothing runs yet."""
        messages = Messages(load_asyncapi())
        rooms = Rooms(feeds, catalogue)
        clients = Clients(identities.revocations, clock, metrics)
        admission = Admission(time.monotonic)
        gate = Gate(identities.authentication, clients, metrics, admission, settings.allowed_origins)
        opening = Opening(messages, token_in_url=settings.ws_token_in_url)
        metrics.gauges("arcbeat_sockets", "Clients that are connected, by transport", clients.sizes)
        metrics.gauges("arcbeat_rooms", "Rooms that are open, and how many are in them", rooms.sizes)
        return cls(
            rooms,
            clients,
            SocketServer(gate, clients, rooms, messages, metrics),
            PlainWebSocket(gate, clients, rooms, opening, LABELS, metrics),
        )

    def over(self, api: ASGIApp) -> ASGIApp:
        """The application with its sockets in front of it."""
        return self.socket_io.over(self.websocket.over(api))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Clients are looked after for as long as this lasts; then nobody is told any more."""
        try:
            async with background(look_after((self.clients.check, self.socket_io.check))):
                yield
        finally:
            await self.socket_io.aclose()
            await self.rooms.aclose()
