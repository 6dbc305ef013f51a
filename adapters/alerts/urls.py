"""Parses the URLs of webhooks. No error contains a part of a URL: each part may be a secret."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from adapters.alerts.redaction import secrets_of

SECRET = "secret"  # noqa: S105 -- the name of a parameter
PUBLIC_SEGMENTS = frozenset({"robot", "send", "cgi-bin", "webhook", "open-apis", "bot", "v2", "hook"})
"""The parts of the paths of the chat services that are the same for every bot; any other part may be a secret."""


PORT_RULE = "has no valid host and port, for example https://chat.example:8443/hook"
_VISIBLE_ASCII = re.compile("[!-~]+")


class InvalidTarget(ValueError):
    """A URL cannot be used as a target. The message continues a sentence that names the URL by its position."""


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """The webhook of a bot.

    Attributes:
        address: Where to post: scheme, host, port and path.
        host: With the port, if the URL has one.
        params: The query parameters without the secret.
        secret: What requests are signed with; None for a bot that does not check signatures.
    """

    address: str = field(repr=False)
    host: str
    params: Mapping[str, str] = field(repr=False)
    secret: str | None = field(repr=False)

    @property
    def secrets(self) -> AbstractSet[str]:
        """What no log and no error may contain."""
        segments = set(urlsplit(self.address).path.split("/")) - PUBLIC_SEGMENTS
        return secrets_of({*segments, *self.params.values(), self.secret or ""})


def parse_webhook(url: str) -> WebhookUrl:
    """Return the parts of an https:// or http:// URL.

    Raises:
        InvalidTarget: It is malformed.
    """
    parts = split_http(url)
    query = _query(parts.query)
    secret = query.pop(SECRET, None)
    if secret == "":
        raise InvalidTarget("has an empty secret; copy it from the security settings of the bot")
    host = parts.netloc
    return WebhookUrl(f"{parts.scheme}://{host}{parts.path}", host, query, secret)


def split_http(url: str) -> SplitResult:
    """Return the parts of an https:// or http:// URL without a user.

    Raises:
        InvalidTarget: It is malformed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidTarget(PORT_RULE) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not _VISIBLE_ASCII.fullmatch(url):
        raise InvalidTarget("is no https:// or http:// URL with a host, for example https://chat.example/hook")
    # With a slash in its password, a user would be taken for the host.
    if "@" in url or parts.fragment:
        raise InvalidTarget("has a user or a fragment, which would not be sent; leave it out")
    if port == 0 or not parts.netloc.endswith("" if port is None else f":{port}"):
        raise InvalidTarget(PORT_RULE)
    return parts


def _query(text: str) -> dict[str, str]:
    # A plus sign stays one, other than in forms: signing secrets are copied as they are shown, and base64 has pluses.
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return {unquote(name): unquote(value) for name, _, value in pairs}
