"""A simulated plant behind the real sockets on a real server; tests trigger its ticks."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from arcbeat.api.access.rates import RateLimits
from arcbeat.api.contract.asyncapi import MessageSchemas, load_asyncapi
from arcbeat.api.operations import not_found
from arcbeat.app.sockets import LABELS
from arcbeat.domain.errors import StoreUnavailable, Unauthenticated
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from arcbeat.observability.metrics import Metrics
from arcbeat.pages.device_details import DeviceDetailsCache
from arcbeat.pages.team_members import TeamMembersCache
from arcbeat.realtime.alarms.reading import AlarmSources
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.job_runs.room import RunRoom
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import Connections
from arcbeat.realtime.rooms.limits import AdmissionLimits
from arcbeat.realtime.rooms.pending import PendingConnections
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.sampling.ticks import Tick
from arcbeat.realtime.socketio.server import SocketIoServer
from arcbeat.realtime.websocket.handshake import Handshake
from arcbeat.realtime.websocket.server import WebSocketServer
from arcbeat.runtime.serving import uvicorn_options
from tests.support.catalogue import CUTTING
from tests.support.fakes import FakeAlarms, FakeRunWatch
from tests.support.settling import settle
from tests.support.simulated_plant import TICK, SimulatedPlant

PERIOD_SECONDS = 5.0
SOCKETS_PER_USER_MAX = 6
PENDING_PER_ADDRESS_MAX = 20
PROXY = "10.0.0.9"
PATIENCE_SECONDS = 20.0
TOKEN = {"token": "good"}


class FakeAuthenticator:
    """Accepts one token, until it is revoked."""

    def __init__(self) -> None:
        self.identity = Identity(
            kind=IdentityKind.USER,
            name="tester",
            scopes=frozenset({Scope.TELEMETRY_READ, Scope.JOB_READ}),
            expires_at=None,
        )
        self.is_unavailable = False
        self.revoked: set[str] = set()

    async def by_token(self, access_token: str) -> Identity:
        if access_token != TOKEN["token"]:
            raise Unauthenticated
        return self.identity

    async def by_api_key(self, api_key: str) -> Identity:
        return await self.by_token(api_key)

    async def is_revoked(self, identity: Identity) -> bool:
        if self.is_unavailable:
            raise StoreUnavailable
        return identity.name in self.revoked


class RecordingMetrics(Metrics):
    """Metrics that also record why connections were closed."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: asyncio.Queue[str] = asyncio.Queue()

    def socket_closed(self, transport: str, reason: str) -> None:
        super().socket_closed(transport, reason)
        self.closed.put_nowait(reason)


class ServedPlant:
    """The plant, the sockets and the server of one test.

    Attributes:
        url: the URL of the server.
    """

    def __init__(self, *, token_in_url: bool = False, rate_per_second: float = 0) -> None:
        self.simulated = SimulatedPlant()
        self.clock = self.simulated.clock
        self.catalogue = self.simulated.catalogue
        self.catalogue.types["cutting"] = CUTTING
        self.store = self.simulated.store
        self.authenticator = FakeAuthenticator()
        self.metrics = RecordingMetrics()
        self._ticks: list[asyncio.Future[Tick]] = []
        self._ticked = asyncio.Semaphore(0)
        self.url = ""
        self.samplers = Samplers(
            SampleReader(self.catalogue, self.simulated.directory, self.store, self.clock),
            self.clock,
            period_seconds=PERIOD_SECONDS,
            observer=self.metrics,
            ticks_of=self._ticks_of,
        )
        self.samplers.add_listener(lambda *_: self._ticked.release())
        self.samplers.add_end_listener(lambda _: self._ticked.release())
        messages = MessageSchemas(load_asyncapi())
        directory = self.simulated.directory
        self.details = DeviceDetailsCache(directory, self.clock)
        teams = TeamMembersCache(directory, self.clock, max_age_seconds=PERIOD_SECONDS)
        self.rooms = Rooms(self.samplers, self.catalogue, teams, self.details)
        self.alarms = FakeAlarms()
        sources = AlarmSources(self.alarms, self.alarms, self.details, self.clock)
        self.alarm_rooms = AlarmRooms(self.rooms, sources)
        self.run_watch = FakeRunWatch()
        self.run_room = RunRoom(self.run_watch)
        self.connections = Connections(self.authenticator, self.clock, self.metrics)
        monotonic = self.clock.monotonic
        self.admission_limits = AdmissionLimits(monotonic, sockets_per_user_max=SOCKETS_PER_USER_MAX)
        rates = RateLimits(rate_per_second, lambda address: address == PROXY, monotonic)
        self.pending = PendingConnections(rates, per_address_max=PENDING_PER_ADDRESS_MAX)
        admission = Admission(
            self.authenticator,
            self.connections,
            self.metrics,
            self.admission_limits,
            self.pending,
            ("https://pages.example",),
        )
        self.socket_io = SocketIoServer(
            admission,
            self.connections,
            self.rooms,
            self.alarm_rooms,
            self.run_room,
            messages,
            self.metrics,
            monotonic,
        )
        handshake = Handshake(messages, token_in_url=token_in_url)
        self.websocket = WebSocketServer(
            admission, self.connections, self.rooms, handshake, LABELS, self.metrics, monotonic
        )

    @classmethod
    @asynccontextmanager
    async def running(cls, **options: Any) -> AsyncIterator["ServedPlant"]:
        """Serve in the event loop of the test."""
        plant = cls(**options)
        app = plant.socket_io.wrap(plant.websocket.wrap(not_found))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", timeout_graceful_shutdown=5, **uvicorn_options()))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            # The socket is listening already, so clients that connect before the server has started wait.
            plant.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                yield plant
            finally:
                server.should_exit = True
                await serving
                await plant.socket_io.aclose()
                await plant.alarm_rooms.aclose()
                await plant.rooms.aclose()
                await plant.details.aclose()
                await plant.run_room.aclose()
                await plant.samplers.aclose()

    def report(self, device_code: str, **values: Any) -> None:
        """Store a new reading: the newest one with these values changed. Registers the device if necessary."""
        self.simulated.register(device_code, device_type=CUTTING)
        before = self.store.rows.get((CUTTING.super_table, device_code))
        self.simulated.report(device_code, CUTTING, **{**(before.reading.values if before else {}), **values})

    def change_type(self, **changes: Any) -> None:
        """Change the device type as an administrator would."""
        self.simulated.change(self.catalogue.types["cutting"], **changes)

    async def closed(self) -> str:
        """Wait until the server closes a connection, and return the reason."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.metrics.closed.get()

    async def tick(self, count: int = 1) -> None:
        """Make this many ticks of each sampler, one after another, and wait until their frames are published."""
        for _ in range(count):
            self.clock.pass_seconds(PERIOD_SECONDS)
            while not self._ticked.locked():  # the first tick, which a sampler makes by itself
                await self._ticked.acquire()
            waiting = [self._ticks.pop() for _ in range(len(self._ticks))]
            for each in waiting:
                each.set_result(TICK)
            for _ in waiting:
                await self._ticked.acquire()
            await settle()

    async def _ticks_of(self) -> AsyncGenerator[Tick, None]:
        yield TICK
        while True:
            tick = asyncio.get_running_loop().create_future()
            self._ticks.append(tick)
            yield await tick
