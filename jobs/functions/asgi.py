"""The HTTP API as the response of a function, for frameworks that serve functions and no applications."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.app import open_function


class ApplicationResponse(Response):
    """A response that an ASGI application makes from the request, whose body has not been read."""

    def __init__(self, application: ASGIApp) -> None:
        super().__init__()
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)


class ServedApi:
    """Opens the application at the first request of a process; it stays open until the process ends.

    Args:
        environment: The settings, as for ``arcbeat serve``.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._application: ASGIApp | None = None

    async def response(self) -> Response:
        """Return the response of the application to the current request.

        Raises:
            SettingsError: A setting is missing or invalid.
        """
        async with self._opening:
            if self._application is None:
                self._application = await self._stack.enter_async_context(open_function(self._environment))
        return ApplicationResponse(self._application)
