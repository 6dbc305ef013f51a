"""The layer of the HTTP application that serves the console, and passes all other requests on."""

import re
from collections.abc import Awaitable
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from werkzeug.http import parse_accept_header

from arcbeat.api.console.files import Files
from arcbeat.api.console.folder import INDEX, ConsoleFolder
from arcbeat.api.console.responses import ASSETS, file_response
from arcbeat.api.console.unbuilt import unbuilt_page
from arcbeat.api.logged_paths import OPERATION
from arcbeat.api.problem_texts.translation import problem_language
from arcbeat.api.problems import respond

CONSOLE = "console"
"""The operation under which all requests for the console are logged and measured."""
METHODS = ("GET", "HEAD")
PAGE_PATH_CHARACTERS_MAX = 2048
"""Longer paths are no pages of the console."""
_NEVER_SENT = re.compile(r"//|\\")
"""Browsers send no backslash, and no empty segment unless a link is malformed."""
_NEVER_MEANT = re.compile(r"/\.{1,2}(?:[/\\]|\Z)|[\x00-\x1f\x7f]")
"""Dotted segments and control characters, even if they are escaped. An escaped slash may be a part of a name."""


class ConsoleLayer:
    """Serves the files of the console, and its page for the paths that its router knows.

    Files come from memory and cost less than a rejection, so this layer surrounds the rate limit: a limit that suits
    the API would otherwise stop a page that loads thirty files. What this layer does not serve is counted.

    Args:
        served_paths: the paths of the API and of its documents; all that begins with the first segment of one belongs
            to the inner application.
    """

    def __init__(self, app: ASGIApp, folder: ConsoleFolder, served_paths: frozenset[str]) -> None:
        self._app = app
        self._folder = folder
        self._reserved = {_first_segment(path) for path in served_paths}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        is_reserved = scope["type"] != "http" or _first_segment(scope["path"]) in self._reserved
        return (self._app if is_reserved else self._serve)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._response(_Request(scope), await self._folder.files())
        if response is not None:
            scope["state"][OPERATION] = CONSOLE
        await (response or self._app)(scope, receive, send)

    def _response(self, request: "_Request", files: Files) -> Response | None:
        """Return None for what is not of the console."""
        is_file = request.raw_path == "/" or request.raw_path in files
        if is_file and not request.reads:
            return request.method_not_allowed()
        if not is_file and not (request.reads and request.is_page()):
            return None
        if not files:
            return unbuilt_page(self._folder.state)
        path = request.raw_path if request.raw_path in files else f"/{INDEX}"
        return file_response(path, files[path], request.headers)


class _Request:
    """What the layer needs to know about a request.

    Attributes:
        raw_path: the path as it was sent. Files are looked up by it: their names have no escaped characters, so that an
            escaped slash leads to none.
        reads: whether the method is GET or HEAD.
    """

    def __init__(self, scope: Scope) -> None:
        raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        self.raw_path = raw_path.decode("latin-1")
        self.headers = Headers(scope=scope)
        self.reads = scope["method"] in METHODS
        self._path: str = scope["path"]
        self._request_id: str = scope["state"]["request_id"]

    def is_page(self) -> bool:
        """Return whether a browser opens a page; scripts, and programs that accept anything, get a 404."""
        if len(self.raw_path) > PAGE_PATH_CHARACTERS_MAX or _first_segment(self._path) == _ASSETS_SEGMENT:
            return False
        if _NEVER_SENT.search(self.raw_path) or _NEVER_MEANT.search(self._path):
            return False
        accepted = parse_accept_header(self.headers.get("accept"))
        return any(name == "text/html" and quality > 0 for name, quality in accepted)

    def method_not_allowed(self) -> Response:
        error = HTTPException(405, headers={"Allow": ", ".join(METHODS)})
        return respond(error, self._request_id, problem_language(self.headers.get("accept-language")))


_ASSETS_SEGMENT = ASSETS.strip("/")


def _first_segment(path: str) -> str:
    """Return the first segment of a path, for example `api` of `/api/v1/users`."""
    return path.split("/", 2)[1] if path.startswith("/") else path
