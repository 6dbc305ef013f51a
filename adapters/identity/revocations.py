"""Caches the revocations of the database in this process.

They are read again when they are used and old; revocations by this process count at once.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from adapters.caching import CacheLimits, FailClosedCache
from arcbeat.domain.identity.identity import Identity, IdentityKind
from arcbeat.domain.identity.sessions import Revocation, RevocationKind

LIMITS = CacheLimits(fresh_seconds=2.0, retry_seconds=2.0, wait_seconds_max=0.25, age_seconds_max=900.0)
"""While the database is unavailable, revocations by other processes are missed for at most ``age_seconds_max``."""


@dataclass(frozen=True, slots=True)
class _RevokedCredentials:
    """What is revoked.

    Attributes:
        sessions: ids of sessions.
        users: by username, the last session id that is revoked; sessions with a higher id began later.
        keys: ids of API keys.
    """

    sessions: frozenset[int] = frozenset()
    users: dict[str, int] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()

    @classmethod
    def collect(cls, revocations: Iterable[Revocation]) -> "_RevokedCredentials":
        subjects: dict[RevocationKind, dict[str, int]] = {kind: {} for kind in RevocationKind}
        for each in revocations:
            session_ids = subjects[each.kind]
            session_ids[each.subject] = max(session_ids.get(each.subject, 0), each.through_session_id)
        sessions = frozenset(int(subject) for subject in subjects[RevocationKind.SESSION])
        return cls(sessions, subjects[RevocationKind.USER], frozenset(subjects[RevocationKind.KEY]))

    def contains(self, identity: Identity) -> bool:
        if identity.kind is IdentityKind.KEY:
            return identity.api_key_id in self.keys
        if identity.kind is IdentityKind.USER:
            session_id = identity.session_id or 0
            return session_id in self.sessions or session_id <= self.users.get(identity.name, -1)
        return False


class RevocationCache:
    """Implements Revocations over a table that all processes share."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[Revocation]]],
        *,
        limits: CacheLimits = LIMITS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._monotonic = monotonic
        self._cache = FailClosedCache("revocations", self._load, limits, monotonic)
        self._added: list[tuple[float, Revocation]] = []
        self._own = _RevokedCredentials()

    async def is_revoked(self, identity: Identity) -> bool:
        revoked = await self._cache.get()
        return revoked.contains(identity) or self._own.contains(identity)

    def add(self, revocation: Revocation) -> None:
        """Add a revocation that this process has just stored, so that it counts at once."""
        self._added.append((self._monotonic(), revocation))
        self._own = _RevokedCredentials.collect(each for _, each in self._added)

    async def aclose(self) -> None:
        """Cancel a running read."""
        await self._cache.aclose()

    async def _load(self) -> _RevokedCredentials:
        started_at = self._monotonic()
        revoked = _RevokedCredentials.collect(await self._read())
        # Revocations added before this read began are part of its result; later ones may not be.
        self._added = [(at, each) for at, each in self._added if at >= started_at]
        self._own = _RevokedCredentials.collect(each for _, each in self._added)
        return revoked
