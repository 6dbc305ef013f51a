"""The servers that are compared, each a process of its own: ``python -m bench.servers NAME FD``.

FD is a listening socket that the benchmark made. Each is served as it is by default: arcbeat logs its line a request,
FastAPI has uvicorn's access log; bare Starlette, the ceiling of everything that Python serves this way, has none.
"""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

if TYPE_CHECKING:
    from arcbeat.settings import Settings


def arcbeat() -> ASGIApp:
    """As `arcbeat serve` runs it."""
    from arcbeat import app

    return app.build(_settings())


def arcbeat_asking() -> ASGIApp:
    """The same, but it samples nothing: all pages are asked for."""
    from arcbeat import app

    return app.build(_settings(), samplers_max=0)


def _settings() -> "Settings":
    from arcbeat.observability import logs
    from arcbeat.settings import Settings

    settings = Settings.from_environment(os.environ)
    logs.configure(settings.log_level)
    return settings


def fastapi() -> ASGIApp:
    """As a user would write it."""
    from bench.fastapi_app import app

    return app


def starlette() -> ASGIApp:
    """Constant bytes, as many as the path says."""
    made: dict[int, bytes] = {}

    async def constant(request: Request) -> Response:
        size = request.path_params["size"]
        return Response(made.setdefault(size, b"x" * size), media_type="application/json")

    return Starlette(routes=[Route("/bytes/{size:int}", constant)])


APPLICATIONS: Mapping[str, Callable[[], ASGIApp]] = {
    "arcbeat": arcbeat,
    "arcbeat-asking": arcbeat_asking,
    "fastapi": fastapi,
    "starlette": starlette,
}


def main(name: str, listening: socket.socket) -> None:
    """Serve until SIGTERM."""
    ours = name == "fastapi"
    config = uvicorn.Config(
        APPLICATIONS[name](),
        loop="uvloop",
        http="httptools",
        server_header=ours,
        access_log=ours,
        log_config=uvicorn.config.LOGGING_CONFIG if ours else None,
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
