"""Collects each response before it is sent, because a function returns it whole and may not exceed a size."""

from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.problem_texts.translation import problem_language
from arcbeat.api.problems import respond
from arcbeat.domain.errors import NotAvailableInFunctions

MEGABYTE = 1_000_000


class ResponseLimit(Protocol):
    """How large the response of a function may be."""

    def bytes_max(self, scope: Scope) -> int:
        """Return the limit of the platform that sent the request."""
        ...

    def size(self, scope: Scope, start: Message, body: bytes) -> int:
        """Return the size of a response as the platform counts it, which is never less than that of its body."""
        ...


class BodyLimit:
    """A limit for the body alone, on platforms that pass it on as it is.

    Args:
        bytes_max: Defaults to the limit of Cloud Run for responses that are not streamed.
    """

    def __init__(self, bytes_max: int = 32 * 1024 * 1024) -> None:
        self._bytes_max = bytes_max

    def bytes_max(self, scope: Scope) -> int:  # noqa: ARG002 -- the signature of ResponseLimit
        return self._bytes_max

    def size(self, scope: Scope, start: Message, body: bytes) -> int:  # noqa: ARG002 -- the signature of ResponseLimit
        return len(body)


class WholeResponses:
    """Sends a response in one part, and a problem in the place of one that is too large or breaks off.

    It must be inside the request context, which gives the request its id, and outside the compression.
    """

    def __init__(self, app: ASGIApp, limit: ResponseLimit) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = _WholeResponse(scope, self._limit)
        try:
            await self._app(scope, receive, response.add)
            messages = response.messages()
        except Exception as error:  # noqa: BLE001 -- nothing was sent, so that each error becomes a problem
            language = problem_language(Headers(scope=scope).get("accept-language"))
            await respond(error, scope["state"]["request_id"], language)(scope, receive, send)
            return
        for message in messages:
            await send(message)


class _WholeResponse:
    def __init__(self, scope: Scope, limit: ResponseLimit) -> None:
        self._scope = scope
        self._limit = limit
        self._bytes_max = limit.bytes_max(scope)
        self._start: Message | None = None
        self._body = bytearray()

    async def add(self, message: Message) -> None:
        """Add a part of the response.

        Raises:
            NotAvailableInFunctions: The response is too large; what it still lacks is not produced.
        """
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        self._check(len(self._body))

    def messages(self) -> tuple[Message, Message]:
        """Return the messages that send the response.

        Raises:
            NotAvailableInFunctions: The response is too large in the encoding of the platform.
        """
        if self._start is None:
            raise RuntimeError("the application has not responded")
        body = bytes(self._body)
        self._check(self._limit.size(self._scope, self._start, body))
        return self._start, {"type": "http.response.body", "body": body}

    def _check(self, size: int) -> None:
        if size > self._bytes_max:
            raise NotAvailableInFunctions(
                f"The response has more than {self._bytes_max / MEGABYTE:.1f} MB, the limit of this function. Request "
                "less at a time, or send the request to a server that runs `arcbeat serve`."
            )
