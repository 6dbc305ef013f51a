"""The HTTP API as a function of AWS Lambda."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from starlette.types import Receive, Scope, Send

from arcbeat.app import open_function

TEXT_MEDIA_TYPES = [*DEFAULT_TEXT_MIME_TYPES, "application/problem+json", "application/x-ndjson"]
"""Responses that are text in an event; others are base64."""


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
            SettingsError: A setting is missing or invalid.
        """
        asyncio.set_event_loop(self._loop)  # where Mangum looks for it
        if self._mangum is None:
            self._mangum = self._open()
        answer: dict[str, Any] = self._mangum(event, context)
        return answer

    def _open(self) -> Mangum:
        application = self._loop.run_until_complete(self._stack.enter_async_context(open_function(self._environment)))

        async def asgi(scope: Scope, receive: Receive, send: Send) -> None:  # of the type that Mangum asks for
            await application(scope, receive, send)

        # The lifespan is entered above: Mangum would enter and leave it at each event.
        return Mangum(asgi, lifespan="off", text_mime_types=TEXT_MEDIA_TYPES)

    def close(self) -> None:
        """Close the stores and the event loop. Lambda never does so: it kills the process."""
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        asyncio.set_event_loop(None)
