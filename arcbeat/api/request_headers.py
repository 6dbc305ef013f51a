"""Find a header of a request, without an object for all of them."""

from starlette.types import Scope


def request_header(scope: Scope, name: bytes) -> str | None:
    """Return the first header with this name, which must be in lower case; None if there is none."""
    for each, value in scope["headers"]:
        if each == name:
            text: str = value.decode("latin-1")
            return text
    return None
