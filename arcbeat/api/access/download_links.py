"""Authenticates the request of a download link, and uses the link up."""

from urllib.parse import unquote_plus

from starlette.types import Scope

from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.files.export_progress import ExportProgress
from arcbeat.domain.identity.download_links import LINK_PARAMETER, hash_target, hash_token
from arcbeat.domain.identity.identity import Identity
from arcbeat.domain.identity.ports import DownloadLinks, Revocations
from arcbeat.domain.time.clock import Clock

NOT_VALID = "The download link is unknown, was used before, or has expired; make a new one with POST /api/v1/downloads."

_PREFIX = f"{LINK_PARAMETER}=".encode()


def split_link(query: bytes) -> tuple[str | None, bytes]:
    """Return the secret of a query string, and the query string without it; None if there is no secret.

    Raises:
        Unauthenticated: there are several.
    """
    if _PREFIX not in query:
        return None, query
    pairs = query.split(b"&")
    found = [pair for pair in pairs if pair.startswith(_PREFIX)]
    if len(found) > 1:
        raise Unauthenticated(f"The parameter {LINK_PARAMETER} must be given once.")
    others = b"&".join(pair for pair in pairs if not pair.startswith(_PREFIX))
    return (unquote_plus(found[0].removeprefix(_PREFIX).decode("latin-1")), others) if found else (None, query)


class LinkAuthentication:
    """Finds the identity for which a download link was made."""

    def __init__(self, links: DownloadLinks, revocations: Revocations, clock: Clock) -> None:
        self._links = links
        self._revocations = revocations
        self._clock = clock

    async def identify(self, scope: Scope) -> Identity | None:
        """Return the identity of a request with a link, which cannot be used again; None for a request without one.

        Raises:
            Unauthenticated: the link is unknown, used or expired, leads elsewhere, or the credentials with which it was
                made have expired or were revoked.
            StoreError: the link cannot be checked at the moment.
        """
        token, others = split_link(scope["query_string"])
        if token is None:
            return None
        link = await self._links.take(hash_token(token), hash_target(scope["path"], others.decode("latin-1")))
        if link is None:
            raise Unauthenticated(NOT_VALID)
        if link.download_id is not None:
            scope["state"]["caller"].download = ExportProgress(link.download_id)
        identity = link.identity
        if identity.expires_at is not None and identity.expires_at <= self._clock():
            raise Unauthenticated("The credentials with which the download link was made have expired.")
        if await self._revocations.is_revoked(identity):
            raise Unauthenticated("The credentials with which the download link was made are revoked.")
        return identity
