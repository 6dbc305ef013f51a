"""A small service with the ingest API, whose responses a test decides."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.service import served


@dataclass
class StandIn:
    """Records the requests.

    Attributes:
        failures: responses that are sent first, one per request.
        rejected: device codes whose readings are rejected.
        tokens: the number of issued tokens; only the newest is valid.
    """

    url: str = ""
    expires_in: int = 600
    failures: deque[Response] = field(default_factory=deque)
    rejected: set[str] = field(default_factory=set)
    tokens: int = 0
    logins: list[dict[str, Any]] = field(default_factory=list)
    batches: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["StandIn"]:
        service = cls()
        routes = [
            Route("/api/v1/auth/token", service.token, methods=["POST"]),
            Route("/api/v1/device/data", service.append, methods=["POST"]),
            Route("/api/v1/board/status", service.status),
        ]
        with served(Starlette(routes=routes)) as service.url:
            yield service

    def revoke(self) -> None:
        """Make the issued token invalid."""
        self.tokens += 1

    async def token(self, request: Request) -> Response:
        if self.failures:
            return self.failures.popleft()
        self.logins.append(dict(await request.form()))
        self.tokens += 1
        token = {"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": self.expires_in}
        return JSONResponse({**token, "scope": "telemetry:write"})

    async def status(self, request: Request) -> Response:
        if request.headers["Authorization"] != f"Bearer token-{self.tokens}":
            return JSONResponse({"detail": "unknown token"}, 401)
        return JSONResponse({"parameters": dict(request.query_params)})

    async def append(self, request: Request) -> Response:
        if self.failures:
            return self.failures.popleft()
        if request.headers["Authorization"] != f"Bearer token-{self.tokens}":
            return JSONResponse({"detail": "unknown token"}, 401)
        batch = await request.json()
        self.batches.append(batch)
        codes = [each["device_code"] for each in batch["readings"]]
        results = [
            {"index": index, "device_code": code, "reason": "unregistered-device", "detail": "not registered"}
            for index, code in enumerate(codes)
            if code in self.rejected
        ]
        return JSONResponse({"accepted": len(codes) - len(results), "rejected": len(results), "results": results})
