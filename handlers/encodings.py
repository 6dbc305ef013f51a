"""How a client takes the bytes of an answer."""

from werkzeug.http import parse_accept_header


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether an Accept-Encoding header lets gzip through; without one bytes go as they are."""
    qualities = {coding.lower(): quality for coding, quality in parse_accept_header(accept_encoding)}
    return qualities.get("gzip", qualities.get("*", 0)) > 0
