"""The audit log: one line per rejected request and per write, with the caller and the target."""

from collections.abc import Awaitable
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.logged_paths import LoggedPaths, operation_name
from arcbeat.domain.identity.identity import Caller

REJECTIONS = frozenset({401, 403, 429})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

logger = structlog.get_logger("arcbeat.audit")


class AuditLog:
    """Logs by the status of the response, and so surrounds all that may respond.

    The target is the path, or the location of a new resource or of the run that was requested. If the caller is
    unknown, it is the path of the contract: the values in the path are then not logged. Bodies, query strings and
    headers are never logged.
    """

    def __init__(self, app: ASGIApp, paths: LoggedPaths) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller = scope["state"]["caller"] = Caller(client_address(scope))
        status, created = 0, None

        def sending(message: Message) -> Awaitable[None]:
            nonlocal status, created
            if message["type"] == "http.response.start":
                status = message["status"]
                if status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
                    created = Headers(raw=message.get("headers", ())).get("location")
            return send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            is_logged = status in REJECTIONS or scope["method"] in WRITES
            outcome = _outcome(scope["method"], operation_name(scope), status) if is_logged else None
            if outcome is not None:
                target = self._paths.target(scope) if caller.identity else self._paths.template(scope)
                _log_request(scope, caller, outcome, status, created or target)


def log_rejection(caller: Caller, *, action: str, status: int) -> None:
    """Log a rejected socket connection; do nothing unless ``status`` is a rejection."""
    if status in REJECTIONS:
        _log(caller, action=action, outcome="refused", status=status)


def client_address(scope: Scope) -> str:
    """Return the address of the client, or an empty text if it is unknown."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _outcome(method: str, operation: str, status: int) -> str | None:
    if status in REJECTIONS:
        return "refused"
    if method not in WRITES or operation == "none":
        return None
    return "done" if 200 <= status < 400 else "failed"


def _log_request(scope: Scope, caller: Caller, outcome: str, status: int, target: str) -> None:
    _log(
        caller,
        action=operation_name(scope),
        outcome=outcome,
        status=status,
        target=target,
        subject=caller.subject,
        request_id=scope["state"]["request_id"],
    )


def _log(caller: Caller, **fields: str | int | None) -> None:
    identity = caller.identity
    logger.info(
        "audit",
        actor=identity.name if identity else None,
        actor_kind=identity.kind.value if identity else None,
        address=caller.address,
        **fields,
    )
