"""What logging in and being let in needs from the outside, as protocols."""

from typing import Protocol

from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPage, ApiKeySecret, NewApiKey
from arcbeat.domain.identity.identity import Identity, Scope
from arcbeat.domain.identity.sessions import RefreshClaims, Session, Tokens
from arcbeat.domain.identity.users import User, UserChange, UserPage


class UserDirectory(Protocol):
    """Those who may log in. Another role or password, disabling and deleting revoke the user's tokens at once."""

    async def find(self, username: str) -> User | None: ...

    async def get(self, username: str) -> User:
        """One user.

        Raises:
            UnknownUser: there is none.
        """
        ...

    async def page(self, keyword: str | None, *, offset: int, limit: int) -> UserPage:
        """By user name, those with ``keyword`` in it, in upper or lower case."""
        ...

    async def add(self, user: User) -> User:
        """A new user, as stored.

        Raises:
            AlreadyExists: the name is taken.
        """
        ...

    async def change(self, username: str, change: UserChange) -> User:
        """The user after the change.

        Raises:
            UnknownUser: there is none.
            LastAdmin: nobody would be left who may administer.
        """
        ...

    async def delete(self, username: str) -> None:
        """Raises UnknownUser and LastAdmin as ``change`` does."""
        ...


class PasswordHasher(Protocol):
    """Checks passwords, in the same time for known and unknown users."""

    async def verify(self, user: User | None, password: str) -> bool: ...

    async def hash(self, password: str) -> str: ...


class Sessions(Protocol):
    """Log-ins."""

    async def begin(self, user: User, scopes: frozenset[Scope]) -> Session:
        """A new session.

        Raises:
            InvalidCredentials: the user was changed, disabled or deleted since ``user`` was read.
        """
        ...

    async def rotate(self, session_id: int, rotation: int) -> Session:
        """The session, refreshed. A rotation that was refreshed before ends the session: somebody has a copy.

        Raises:
            Unauthenticated: the session is over, or this ended it.
        """
        ...

    async def end(self, session_id: int) -> None:
        """Its tokens count no more; nothing happens when it is over."""
        ...


class TokenIssuer(Protocol):
    """Signs tokens, and reads back those that only come here."""

    def issue(self, session: Session) -> Tokens: ...

    def read_refresh_token(self, refresh_token: str) -> RefreshClaims:
        """What it says.

        Raises:
            Unauthenticated: it is not ours, is expired or was changed.
        """
        ...


class TokenVerifier(Protocol):
    """Reads tokens; knows nothing of revocations."""

    async def verify(self, access_token: str) -> Identity:
        """Who bears it.

        Raises:
            Unauthenticated: it is not of an issuer we trust, is expired or was changed.
            StoreUnavailable: the issuer's keys cannot be read.
        """
        ...


class ApiKeyDirectory(Protocol):
    """API keys as administrators see them."""

    async def page(self, *, offset: int, limit: int) -> ApiKeyPage:
        """The newest first; revoked ones too."""
        ...

    async def add(self, secret: ApiKeySecret, new: NewApiKey) -> ApiKey:
        """A new key.

        Raises:
            AlreadyExists: a key that is not revoked has this name.
            Conflict: there are too many.
        """
        ...

    async def revoke(self, api_key_id: str) -> None:
        """It counts no more; nothing happens when it is revoked already.

        Raises:
            UnknownApiKey: there is none.
        """
        ...


class ApiKeyLookup(Protocol):
    """API keys as requests need them: known for a moment, so that a request does not cost a query."""

    async def find(self, api_key_id: str) -> ApiKey | None:
        """One that is not revoked, or was not a moment ago.

        Raises:
            StoreUnavailable: it cannot be known.
        """
        ...


class Revocations(Protocol):
    """Which valid credentials count no more. Whoever keeps a connection open asks again while it lasts."""

    async def is_revoked(self, identity: Identity) -> bool:
        """Cheap: what is revoked is read every now and then, at once where this process revoked it.

        Raises:
            StoreUnavailable: it cannot be known.
        """
        ...


class Authenticator(Protocol):
    """Who bears credentials that count."""

    async def by_token(self, access_token: str) -> Identity:
        """Raises Unauthenticated; StoreUnavailable where it cannot be known."""
        ...

    async def by_api_key(self, api_key: str) -> Identity:
        """Raises Unauthenticated; StoreUnavailable where it cannot be known."""
        ...


class LoginThrottle(Protocol):
    """How often passwords may be tried."""

    async def admit(self, address: str, username: str | None = None) -> None:
        """Count an attempt of a client, and on a user.

        Raises:
            TooManyRequests: there were too many.
        """
        ...

    async def forgive(self, address: str, username: str) -> None:
        """The attempt was right: forget those before on this user from there."""
        ...
