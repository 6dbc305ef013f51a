"""An HTTP server that sends recorded responses of TDengine, or those that a test defines."""

import asyncio
import base64
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.tdengine.recording import Exchange

JSON = "application/json; charset=utf-8"
_PROBE = re.compile(r"^select count\(\*\) .*>= '(\S+)' and .*< '(\S+)' interval\(1000a\) fill\(null_f\)$")


@dataclass(frozen=True, slots=True)
class StandInResponse:
    """A response of the stand-in.

    Attributes:
        status: None to never respond.
    """

    status: int | None
    content: bytes = b""


def rows(meta: dict[str, str], *data: Sequence[Any]) -> StandInResponse:
    """Return a response with rows; ``meta`` maps column names to types."""
    body = {"code": 0, "column_meta": [[name, kind, 8] for name, kind in meta.items()], "data": data, "rows": len(data)}
    return StandInResponse(200, orjson.dumps(body))


def error(code: int, description: str = "") -> StandInResponse:
    """Return an error response."""
    return StandInResponse(200, orjson.dumps({"code": code, "desc": description}))


def recorded(exchange: Exchange) -> StandInResponse:
    """Return the recorded response."""
    return StandInResponse(exchange.status, b"" if exchange.body is None else orjson.dumps(exchange.body))


NO_ROWS = rows({"affected_rows": "INT"}, [0])


class StandIn:
    """Responds to statements by the first matching rule; without one it returns a syntax error, as TDengine does.

    Statements that generate rows (``interval(1000a) fill(null_f)``, recorded as row-limit-probe) need no rule.

    Attributes:
        statements: every received statement, in order, except those that generate rows.
        probes: the statements that generate rows.
        probe_error: the response to them instead of rows.
        row_limit: the most rows that a response contains, as with ``restfulRowLimit``; further rows are cut off.
    """

    def __init__(self) -> None:
        self.url = ""
        self.statements: list[str] = []
        self.probes: list[str] = []
        self.probe_error: StandInResponse | None = None
        self.row_limit: int | None = None
        self._rules: list[tuple[re.Pattern[str], list[StandInResponse]]] = []
        self._exchanges: list[Exchange] = []
        self._stopping = asyncio.Event()

    def reset(self) -> None:
        self.statements.clear()
        self.probes.clear()
        self.probe_error = None
        self.row_limit = None
        self._rules.clear()
        self._exchanges.clear()

    def replay(self, *exchanges: Exchange) -> None:
        """Respond to these requests as recorded."""
        self._exchanges += exchanges

    def on(self, pattern: str, *responses: StandInResponse) -> None:
        """Respond to matching statements with these responses in turn; the last one is repeated."""
        self._rules.append((re.compile(pattern, re.DOTALL), list(responses)))

    def matching(self, pattern: str) -> list[str]:
        """Return the received statements that match."""
        return [statement for statement in self.statements if re.search(pattern, statement, re.DOTALL)]

    async def _respond(self, request: Request) -> Response:
        statement = (await request.body()).decode()
        response = self._replayed(request, statement) or self._generated(statement)
        if statement not in self.probes:
            self.statements.append(statement)
            response = response or self._ruled(statement)
        assert response is not None
        if response.status is None:
            await self._stopping.wait()
        return Response(self._cut_off(response.content), response.status or 500, media_type=JSON)

    def _generated(self, statement: str) -> StandInResponse | None:
        bounds = _PROBE.search(statement)
        if bounds is None:
            return None
        self.probes.append(statement)
        if self.probe_error is not None:
            return self.probe_error
        start, end = map(datetime.fromisoformat, bounds.groups())
        return rows({"count(*)": "BIGINT"}, *[[None]] * round((end - start).total_seconds()))

    def _cut_off(self, content: bytes) -> bytes:
        if self.row_limit is None or not content:
            return content
        body = orjson.loads(content)
        if "data" in body:
            body["data"] = body["data"][: self.row_limit]
            body["rows"] = len(body["data"])
        return orjson.dumps(body)

    def _replayed(self, request: Request, statement: str) -> StandInResponse | None:
        params = {name: value for name, value in request.query_params.items() if name != "tz"}
        for each in self._exchanges:
            expected = (each.method, each.path, each.params, _authorization(each), _normal(each.sql or ""))
            received = (
                request.method,
                request.url.path,
                params,
                request.headers.get("authorization"),
                _normal(statement),
            )
            if expected == received:
                return recorded(each)
        return None

    def _ruled(self, statement: str) -> StandInResponse:
        for pattern, responses in self._rules:
            if pattern.search(statement):
                return responses.pop(0) if len(responses) > 1 else responses[0]
        return error(9728, "syntax error")

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["StandIn"]:
        """Run a stand-in on a free loopback port."""
        stand_in = cls()
        routes = [Route("/{path:path}", stand_in._respond, methods=["GET", "POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes), log_level="critical", lifespan="off", ws="none", access_log=False
        )
        server = uvicorn.Server(config)
        # asyncio sets TCP_NODELAY only on sockets with an explicit protocol.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
            listening.bind(("127.0.0.1", 0))
            # Listening before the server starts, so that early connections wait instead of being refused.
            listening.listen()
            stand_in.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            yield stand_in
            stand_in._stopping.set()
            server.should_exit = True
            await serving


def _authorization(exchange: Exchange) -> str | None:
    if exchange.credentials is None:
        return None
    return f"Basic {base64.b64encode(':'.join(exchange.credentials).encode()).decode()}"


def _normal(statement: str) -> str:
    return " ".join(statement.split()).rstrip("; ")
