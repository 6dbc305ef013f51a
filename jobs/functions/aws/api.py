"""The HTTP API as a function of AWS Lambda."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from mangum import Mangum
from mangum.types import LambdaConfig, LambdaContext, LambdaEvent, Response
from starlette.types import Message, Receive, Scope, Send

from arcbeat.app import open_function
from jobs.functions.aws.http.requests import read_request
from jobs.functions.aws.http.responses import bytes_max, size_of, write_response

REQUEST = "arcbeat.request"
"""The key of the request in the scope."""


class HttpEvent:
    """Translates an event for Mangum, in the place of Mangum's own translations.

    Those decode the paths of HTTP APIs a second time, keep the stage, take the client's address behind a load balancer
    from what the client sent, fail on some Host headers, and give a 204 a Content-Type.

    Raises:
        InvalidEvent: The event is no HTTP request.
    """

    @classmethod
    def infer(cls, event: LambdaEvent, context: LambdaContext, config: LambdaConfig) -> bool:  # noqa: ARG003 -- of Mangum
        """Return True: this class rejects events that it does not know itself."""
        return True

    def __init__(self, event: LambdaEvent, context: LambdaContext, config: LambdaConfig) -> None:  # noqa: ARG002 -- of Mangum
        self._request = read_request(event)

    @property
    def body(self) -> bytes:
        return self._request.body

    @property
    def scope(self) -> dict[str, Any]:
        return {**self._request.scope(), REQUEST: self._request}

    def __call__(self, response: Response) -> dict[str, Any]:
        headers = [(name, value) for name, value in response["headers"]]
        return write_response(self._request, response["status"], headers, response["body"])


class LambdaLimit:
    """How large the response to an event may be."""

    def bytes_max(self, scope: Scope) -> int:
        return bytes_max(scope[REQUEST])

    def size(self, scope: Scope, start: Message, body: bytes) -> int:
        return size_of(scope[REQUEST], start["status"], start["headers"], body)


class ApiFunction:
    """Answers events of API Gateway with one application in one event loop, which stay open between the events.

    Lambda passes one event at a time. The stores are opened at the first one, and their connections are checked before
    use if they have been idle.

    Args:
        environment: The settings, as for ``arcbeat serve``.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._mangum: Mangum | None = None

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return the response to an event.

        Raises:
            InvalidEvent: The event is no HTTP request.
            SettingsError: A setting is missing or invalid.
        """
        asyncio.set_event_loop(self._loop)  # where Mangum looks for it
        if self._mangum is None:
            self._mangum = self._open()
        answer: dict[str, Any] = self._mangum(event, context)
        return answer

    def _open(self) -> Mangum:
        opened = self._stack.enter_async_context(open_function(self._environment, LambdaLimit()))
        application = self._loop.run_until_complete(opened)

        async def asgi(scope: Scope, receive: Receive, send: Send) -> None:  # of the type that Mangum asks for
            await application(scope, receive, send)

        # The lifespan is entered above: Mangum would enter and leave it at each event.
        return Mangum(asgi, lifespan="off", custom_handlers=[HttpEvent])

    def close(self) -> None:
        """Close the stores and the event loop. Lambda never does so: it kills the process."""
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        asyncio.set_event_loop(None)
