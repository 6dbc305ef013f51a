"""arcbeat's sockets over devices in memory, as a process: ``python -m bench.live.server FD DEVICES PERIOD_SECONDS``.

Everything from the sampler to the socket is the product's own code, served as by `arcbeat serve`.
"""

import asyncio
import gc
import socket
import sys
import time
from collections import deque
from itertools import islice

import orjson
import uvicorn
import uvloop
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arcbeat.api.access.rates import RateLimits
from arcbeat.api.contract.asyncapi import MessageSchemas, load_asyncapi
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability import logs
from arcbeat.observability.metrics import Metrics
from arcbeat.pages.device_details import DeviceDetailsCache
from arcbeat.pages.team_members import TeamMembersCache
from arcbeat.realtime.alarms.reading import AlarmSources
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.job_runs.room import RunRoom
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import Connections, run_checks
from arcbeat.realtime.rooms.limits import CONNECTIONS_MAX, AdmissionLimits
from arcbeat.realtime.rooms.pending import PendingConnections
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.socketio.server import SocketIoServer
from arcbeat.runtime.garbage import GarbageCollector
from arcbeat.runtime.serving import uvicorn_options
from bench.live import simulated_plant

PUBLISHED_MAX = 1_000
"""The ticks whose times are kept."""


class PublishedTimes:
    """When the sampler published each tick, in ms since the tick; returned as JSON for any request.

    It is the part of a delivery that a server without a sampler does not have.
    """

    def __init__(self, samplers: Samplers, period_seconds: float) -> None:
        self._times_ms: deque[float] = deque(maxlen=PUBLISHED_MAX)
        samplers.add_listener(lambda _, __: self._times_ms.append(time.time() % period_seconds * 1000))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        times_ms = list(self._times_ms)
        self._times_ms.clear()
        await Response(orjson.dumps(times_ms))(scope, receive, send)


async def serve(listening: socket.socket, devices: int, period_seconds: float) -> None:
    """Serve until SIGTERM. uvicorn raises the signal again when it has ended, which ends the process."""
    metrics, authentication = Metrics(), simulated_plant.PermissiveAuthentication()
    directory = simulated_plant.Directory(simulated_plant.device_codes(devices))
    samplers, catalogue = _samplers(directory, period_seconds, metrics)
    published = PublishedTimes(samplers, period_seconds)
    teams = TeamMembersCache(directory, utc_now, max_age_seconds=period_seconds)
    details, no_alarms = DeviceDetailsCache(directory, utc_now), simulated_plant.NoAlarms()
    rooms = Rooms(samplers, catalogue, teams, details)
    alarm_rooms = AlarmRooms(rooms, AlarmSources(no_alarms, no_alarms, details, utc_now))
    connections = Connections(authentication, utc_now, metrics)
    limits = AdmissionLimits(time.monotonic, sockets_per_user_max=CONNECTIONS_MAX)
    pending = PendingConnections(RateLimits(0, lambda _: False), per_address_max=CONNECTIONS_MAX)
    admission = Admission(authentication, connections, metrics, limits, pending, ())
    run_room, messages = RunRoom(simulated_plant.NoRuns()), MessageSchemas(load_asyncapi())
    sockets = SocketIoServer(admission, connections, rooms, alarm_rooms, run_room, messages, metrics)
    server = uvicorn.Server(uvicorn.Config(sockets.wrap(published), lifespan="off", **uvicorn_options()))
    async with GarbageCollector(period_seconds, utc_now).running():
        await asyncio.gather(run_checks((connections.check, sockets.check)), server.serve(sockets=[listening]))


def _samplers(
    directory: simulated_plant.Directory, period_seconds: float, metrics: Metrics
) -> tuple[Samplers, simulated_plant.Catalogue]:
    catalogue = simulated_plant.Catalogue(simulated_plant.device_type())
    states = simulated_plant.states(directory.codes, utc_now())
    store = simulated_plant.Store(list(islice(states, simulated_plant.STATES)))
    gc.freeze()  # a service does not hold the readings of future ticks
    sampling = SampleReader(catalogue, directory, store, utc_now)
    return Samplers(sampling, utc_now, period_seconds=period_seconds, observer=metrics), catalogue


if __name__ == "__main__":
    logs.configure("INFO")
    number, count, period = sys.argv[1:]
    uvloop.run(serve(socket.socket(fileno=int(number)), int(count), float(period)))
