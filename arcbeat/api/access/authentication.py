"""Authenticates tokens and API keys.

A verified token is cached for a minute; revocations are checked at each request.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from cachetools import LRUCache

from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.api_keys import api_key_id_of, hash_api_key
from arcbeat.domain.identity.identity import Identity, IdentityKind
from arcbeat.domain.identity.ports import ApiKeyLookup, Revocations, TokenVerifier
from arcbeat.domain.time.clock import Clock

CACHED_TOKENS_MAX = 10_000
CACHED_FOR = timedelta(seconds=60)
"""A token is verified again after this time, so that another issuer can withdraw a signing key."""


class Authentication:
    """The port Authenticator: finds the identity of credentials."""

    def __init__(self, tokens: TokenVerifier, api_keys: ApiKeyLookup, revocations: Revocations, clock: Clock) -> None:
        self._tokens = tokens
        self._api_keys = api_keys
        self._revocations = revocations
        self._clock = clock
        # by hash, so that the memory of this process holds no valid tokens
        self._cached: LRUCache[bytes, tuple[Identity, datetime]] = LRUCache(CACHED_TOKENS_MAX)

    async def by_token(self, access_token: str) -> Identity:
        identity = await self._verified(access_token)
        if await self._revocations.is_revoked(identity):
            raise Unauthenticated("The token is revoked.")
        return identity

    async def by_api_key(self, api_key: str) -> Identity:
        api_key_id = api_key_id_of(api_key)
        stored = await self._api_keys.find(api_key_id) if api_key_id is not None else None
        if stored is None or not hmac.compare_digest(stored.key_hash, hash_api_key(api_key)):
            raise Unauthenticated("The API key is not valid.")
        if stored.expires_at is not None and stored.expires_at <= self._clock():
            raise Unauthenticated("The API key has expired.")
        identity = Identity(
            kind=IdentityKind.KEY,
            name=stored.name,
            scopes=frozenset(stored.scopes),
            expires_at=stored.expires_at,
            api_key_id=stored.api_key_id,
        )
        if await self._revocations.is_revoked(identity):
            raise Unauthenticated("The API key is revoked.")
        return identity

    async def _verified(self, access_token: str) -> Identity:
        digest = hashlib.sha256(access_token.encode()).digest()
        now = self._clock()
        try:  # `get` takes twice as long
            identity, until = self._cached[digest]
        except KeyError:
            until = now
        if until <= now:
            identity = await self._tokens.verify(access_token)
            expires_at = now + CACHED_FOR
            self._cached[digest] = (identity, min(identity.expires_at or expires_at, expires_at))
        return identity
