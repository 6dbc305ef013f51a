"""Reject a WebSocket before it is accepted, with a problem as the HTTP response."""

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from arcbeat.api.problem_texts.translation import problem_language
from arcbeat.api.problems import problem_response
from arcbeat.api.requests import SECURITY_HEADERS
from arcbeat.domain.errors import ArcbeatError

DENIAL_RESPONSE = "websocket.http.response"
"""The ASGI extension that lets an application choose the response to a rejected handshake."""
POLICY_VIOLATION = 1008


async def reject(scope: Scope, receive: Receive, send: Send, error: ArcbeatError) -> None:
    """Respond to the handshake of a WebSocket with the problem of an error.

    A server without the extension responds with 403 and without a body.
    """
    # uvicorn logs the URL of a rejected WebSocket, and the query string may hold a token.
    scope["query_string"] = b""
    if DENIAL_RESPONSE not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    language = problem_language(Headers(scope=scope).get("accept-language"))
    response = problem_response(error, language=language)
    response.raw_headers.extend(SECURITY_HEADERS)
    await response(scope, receive, send)
