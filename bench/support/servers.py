"""The servers that are compared, each in its own process: ``python -m bench.support.servers NAME FD``.

FD is the file descriptor of a listening socket. Each server runs with its default logging: arcbeat logs one line per
request, FastAPI has uvicorn's access log. Bare Starlette logs nothing: it is the upper limit of what Python can serve
this way.
"""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.support.slices import Slices

if TYPE_CHECKING:
    from arcbeat.settings import Settings


def arcbeat() -> ASGIApp:
    """Return arcbeat as `arcbeat serve` runs it."""
    from arcbeat import app

    return app.build(_settings())


def arcbeat_unsampled() -> ASGIApp:
    """Return arcbeat without sampling: every page is read from the stores."""
    from arcbeat import app

    return app.build(_settings(), samplers_max=0)


def _settings() -> "Settings":
    from arcbeat.observability import logs
    from arcbeat.settings import Settings

    settings = Settings.from_environment(os.environ)
    logs.configure(settings.log_level)
    return settings


def fastapi() -> ASGIApp:
    """Return the application that a user of FastAPI would write."""
    from bench.support.fastapi_app import app

    return app


def starlette() -> ASGIApp:
    """Return an application whose path sets the number of constant bytes in its response."""
    made: dict[int, bytes] = {}

    async def constant(request: Request) -> Response:
        size = request.path_params["size"]
        return Response(made.setdefault(size, b"x" * size), media_type="application/json")

    return Starlette(routes=[Route("/bytes/{size:int}", constant)])


APPLICATIONS: Mapping[str, Callable[[], ASGIApp]] = {
    "arcbeat": arcbeat,
    "arcbeat-slices": arcbeat,
    "arcbeat-unsampled": arcbeat_unsampled,
    "fastapi": fastapi,
    "starlette": starlette,
}


def main(name: str, listening: socket.socket) -> None:
    """Serve until SIGTERM. ``arcbeat-slices`` records the slices of its event loop, which uvloop does not allow."""
    is_recorded = name == "arcbeat-slices"
    if is_recorded:
        Slices().install(Path(os.environ["BENCH_SLICES"]))
    config = uvicorn.Config(APPLICATIONS[name](), loop="asyncio" if is_recorded else "uvloop", **_options(name))
    uvicorn.Server(config).run(sockets=[listening])


def _options(name: str) -> dict[str, Any]:
    if name.startswith("arcbeat"):
        from arcbeat.runtime.serving import uvicorn_options

        return uvicorn_options()
    is_fastapi = name == "fastapi"
    return {
        "http": "httptools",
        "server_header": is_fastapi,
        "access_log": is_fastapi,
        "log_config": uvicorn.config.LOGGING_CONFIG if is_fastapi else None,
    }


if __name__ == "__main__":
    main(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
