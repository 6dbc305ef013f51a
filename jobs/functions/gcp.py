"""Google Cloud, by its functions-framework: ``serve_api`` serves the HTTP API.

``functions-framework --source main.py --target serve_api`` serves it, where ``main.py`` imports the function from here.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

from functions_framework import aio
from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from jobs.functions.asgi import ServedApi


@cache
def _api() -> "ServedApi":
    from jobs.functions.asgi import ServedApi  # here, because the other functions do not need the API

    return ServedApi(os.environ)


@aio.http
async def serve_api(_request: Request) -> Response:
    """Answer a request to the HTTP API.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    return await _api().response()
