"""Wire the sockets: rooms on the samplers, Socket.IO and the plain WebSocket on the rooms."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp

from arcbeat.api.access.rates import RateLimits
from arcbeat.api.contract.asyncapi import MessageSchemas, load_asyncapi
from arcbeat.app.identity import Identities
from arcbeat.app.live import Live
from arcbeat.concurrency import background
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.jobs.ports import RunWatch
from arcbeat.domain.time.clock import Clock
from arcbeat.observability.metrics import Metrics
from arcbeat.realtime.alarms.reading import AlarmSources
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.job_runs.room import RunRoom
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import Connections, run_checks
from arcbeat.realtime.rooms.limits import AdmissionLimits
from arcbeat.realtime.rooms.pending import PendingConnections
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.socketio.server import SocketIoServer
from arcbeat.realtime.websocket.handshake import Handshake
from arcbeat.realtime.websocket.server import WebSocketServer
from arcbeat.realtime.websocket.subscription import Labels
from arcbeat.settings import Settings
from handlers._fields import visible_fields_body
from handlers._http import preferred_language

LABELS = Labels(preferred_language, visible_fields_body)


@dataclass(frozen=True, slots=True)
class Sockets:
    """The rooms of one application, and the servers that publish them."""

    rooms: Rooms
    alarm_rooms: AlarmRooms
    run_room: RunRoom
    connections: Connections
    socket_io: SocketIoServer
    websocket: WebSocketServer

    @classmethod
    def of(
        cls,
        settings: Settings,
        live: Live,
        catalogue: DeviceCatalogue,
        alarms: AlarmSources,
        run_watch: RunWatch,
        identities: Identities,
        metrics: Metrics,
        clock: Clock,
        rates: RateLimits,
    ) -> "Sockets":
        """Return the sockets with the given settings. Nothing runs before `running` is entered."""
        messages = MessageSchemas(load_asyncapi())
        rooms = Rooms(live.samplers, catalogue, live.teams, live.device_details)
        alarm_rooms, run_room = AlarmRooms(rooms, alarms), RunRoom(run_watch)
        connections = Connections(identities.revocations, clock, metrics)
        limits = AdmissionLimits(time.monotonic, sockets_per_user_max=settings.sockets_per_user_max)
        pending = PendingConnections(rates, per_address_max=settings.unauthenticated_sockets_per_address)
        admission = Admission(
            identities.authentication, connections, metrics, limits, pending, settings.allowed_origins
        )
        handshake = Handshake(messages, token_in_url=settings.ws_token_in_url)
        metrics.register_gauges("arcbeat_sockets", "Clients that are connected, by transport", connections.sizes)
        socket_io = SocketIoServer(admission, connections, rooms, alarm_rooms, run_room, messages, metrics)
        metrics.register_gauges(
            "arcbeat_engine_sessions", "Open sessions of Socket.IO, with or without credentials", socket_io.sizes
        )
        metrics.register_gauges("arcbeat_rooms", "Rooms that are open, and how many are in them", rooms.sizes)
        return cls(
            rooms,
            alarm_rooms,
            run_room,
            connections,
            socket_io,
            WebSocketServer(admission, connections, rooms, handshake, LABELS, metrics),
        )

    def wrap(self, api: ASGIApp) -> ASGIApp:
        """Return an application that handles sockets and passes everything else on to ``api``."""
        return self.socket_io.wrap(self.websocket.wrap(api))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Check credentials and pace of the clients inside the block; at its end close the rooms."""
        try:
            async with background(run_checks((self.connections.check, self.socket_io.check))):
                yield
        finally:
            await self.socket_io.aclose()
            await self.alarm_rooms.aclose()
            await self.rooms.aclose()
            await self.run_room.aclose()
