"""Which credentials are revoked, as this process knows it: read lazily, and at once where it revokes by itself."""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from adapters.kept import Bounds, Kept
from arcbeat.domain.identity.identity import Identity, IdentityKind
from arcbeat.domain.identity.sessions import Revocation, RevocationKind

BOUNDS = Bounds(fresh_seconds=2.0, retry_seconds=2.0, patience_seconds=0.25, keep_seconds=900.0)
"""While the database is away, revocations of other processes are missed for at most ``keep_seconds``."""


@dataclass(frozen=True, slots=True)
class _Known:
    sessions: frozenset[int] = frozenset()
    users: dict[str, int] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, revocations: Iterable[Revocation]) -> "_Known":
        subjects: dict[RevocationKind, dict[str, int]] = {kind: {} for kind in RevocationKind}
        for each in revocations:
            of_kind = subjects[each.kind]
            of_kind[each.subject] = max(of_kind.get(each.subject, 0), each.through_session_id)
        sessions = frozenset(int(subject) for subject in subjects[RevocationKind.SESSION])
        return cls(sessions, subjects[RevocationKind.USER], frozenset(subjects[RevocationKind.KEY]))

    def include(self, identity: Identity) -> bool:
        if identity.kind is IdentityKind.KEY:
            return identity.api_key_id in self.keys
        if identity.kind is IdentityKind.USER:
            session_id = identity.session_id or 0
            return session_id in self.sessions or session_id <= self.users.get(identity.name, -1)
        return False


class RevocationCache:
    """The Revocations over a table that all processes share."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[Revocation]]],
        *,
        bounds: Bounds = BOUNDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._monotonic = monotonic
        self._kept = Kept("revocations", self._load, bounds, monotonic)
        self._learned: list[tuple[float, Revocation]] = []
        self._own = _Known()

    async def is_revoked(self, identity: Identity) -> bool:
        known = await self._kept.get()
        return known.include(identity) or self._own.include(identity)

    def add(self, revocation: Revocation) -> None:
        """What this process has just stored."""
        self._learned.append((self._monotonic(), revocation))
        self._own = _Known.of(each for _, each in self._learned)

    async def aclose(self) -> None:
        """Stop what is being read."""
        await self._kept.aclose()

    async def _load(self) -> _Known:
        started_at = self._monotonic()
        known = _Known.of(await self._read())
        # what was learned before this read began was in the table by then; what came later may not be in its answer
        self._learned = [(at, each) for at, each in self._learned if at >= started_at]
        self._own = _Known.of(each for _, each in self._learned)
        return known
