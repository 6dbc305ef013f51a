"""The responses with the files of the console: compressed, cached and secured as each file needs it."""

from starlette.datastructures import Headers
from starlette.responses import Response

from arcbeat.api.compression.entity_tags import coded_tag
from arcbeat.api.compression.negotiation import preferred_coding
from arcbeat.api.console.files import ConsoleFile

ASSETS = "/assets/"
"""Files below this path have a hash of their content in the name, so they never change."""
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
# Scripts, styles and connections of this server only; 'self' of connect-src includes its WebSockets.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# What the console never uses. Headers that all responses have are added to these (see arcbeat/api/requests.py).
_HEADERS = {"Content-Security-Policy": POLICY, "Permissions-Policy": "camera=(), geolocation=(), microphone=()"}


def file_response(path: str, file: ConsoleFile, request: Headers) -> Response:
    """Return the file in the coding that the client prefers, or 304 if the client has it.

    The server omits the body of the response to HEAD.
    """
    coding = preferred_coding(request.get("accept-encoding", "").encode("latin-1"), tuple(file.compressed))
    body = file.content if coding is None else file.compressed[coding]
    etag = (file.etag if coding is None else coded_tag(file.etag, coding)).decode()
    headers = {
        **_HEADERS,
        "Cache-Control": IMMUTABLE if path.startswith(ASSETS) else REVALIDATED,
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }
    if etag in request.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    coded = {} if coding is None else {"Content-Encoding": coding.name}
    return Response(body, headers={**headers, **coded, "Content-Type": file.media_type})
