"""A real HTTP server that answers as TDengine was recorded to, or as a test says."""

import asyncio
import base64
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.tdengine.recording import Exchange

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be given.

    Attributes:
        status: None is no answer at all.
    """

    status: int | None
    content: bytes = b""


def rows(meta: dict[str, str], *data: Sequence[Any]) -> Answer:
    """Rows of columns with these types."""
    body = {"code": 0, "column_meta": [[name, kind, 8] for name, kind in meta.items()], "data": data, "rows": len(data)}
    return Answer(200, orjson.dumps(body))


def refusal(code: int, description: str = "") -> Answer:
    """An error, as TDengine gives it."""
    return Answer(200, orjson.dumps({"code": code, "desc": description}))


def recorded(exchange: Exchange) -> Answer:
    return Answer(exchange.status, b"" if exchange.body is None else orjson.dumps(exchange.body))


NOTHING = rows({"affected_rows": "INT"}, [0])


class StandIn:
    """Answers statements by the first rule that fits; one that none fits is a syntax error, as for TDengine.

    Attributes:
        asked: every statement that came, in order.
    """

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self._rules: list[tuple[re.Pattern[str], list[Answer]]] = []
        self._exchanges: list[Exchange] = []
        self._stopping = asyncio.Event()

    def reset(self) -> None:
        self.asked.clear()
        self._rules.clear()
        self._exchanges.clear()

    def replay(self, *exchanges: Exchange) -> None:
        """Answer these requests as they were answered."""
        self._exchanges += exchanges

    def on(self, pattern: str, *answers: Answer) -> None:
        """Answer statements that match, with one answer after the other; the last is given again."""
        self._rules.append((re.compile(pattern, re.DOTALL), list(answers)))

    def asked_for(self, pattern: str) -> list[str]:
        return [statement for statement in self.asked if re.search(pattern, statement, re.DOTALL)]

    async def _answer(self, request: Request) -> Response:
        statement = (await request.body()).decode()
        self.asked.append(statement)
        answer = self._replayed(request, statement) or self._ruled(statement)
        if answer.status is None:
            await self._stopping.wait()
        return Response(answer.content, answer.status or 500, media_type=JSON)

    def _replayed(self, request: Request, statement: str) -> Answer | None:
        params = {name: value for name, value in request.query_params.items() if name != "tz"}
        for each in self._exchanges:
            asked = (each.method, each.path, each.params, _authorization(each), _normal(each.sql or ""))
            came = (
                request.method,
                request.url.path,
                params,
                request.headers.get("authorization"),
                _normal(statement),
            )
            if asked == came:
                return recorded(each)
        return None

    def _ruled(self, statement: str) -> Answer:
        for pattern, answers in self._rules:
            if pattern.search(statement):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return refusal(9728, "syntax error")

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["StandIn"]:
        """On a free port of loopback."""
        stand_in = cls()
        routes = [Route("/{path:path}", stand_in._answer, methods=["GET", "POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes), log_level="critical", lifespan="off", ws="none", access_log=False
        )
        server = uvicorn.Server(config)
        # Asyncio sends without delay only on sockets that say their protocol.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
            listening.bind(("127.0.0.1", 0))
            # listening already, so that who connects before the server is up waits for it
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
