"""Ports of identities: users, sessions, tokens, API keys, and the login throttle."""

from typing import Protocol

from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPage, ApiKeyPurpose, ApiKeySecret, KeysPolicy, NewApiKey
from arcbeat.domain.identity.download_links import NewLink, UsedLink
from arcbeat.domain.identity.identity import Identity, Scope
from arcbeat.domain.identity.sessions import RefreshClaims, Session, Tokens
from arcbeat.domain.identity.users import User, UserChange, UserPage


class UserDirectory(Protocol):
    """The users. A new role or password, disabling and deleting revoke the tokens of a user at once.

    ``actor`` is the identity that makes a change, None for the command line. A change raises Unauthenticated if the
    credentials of the actor were revoked meanwhile, by any process.
    """

    async def find(self, username: str) -> User | None:
        """Return one user, or None if there is no such user."""
        ...

    async def get(self, username: str) -> User:
        """Return one user.

        Raises:
            UnknownUser: No user has this name.
        """
        ...

    async def page(self, keyword: str | None, *, offset: int, limit: int) -> UserPage:
        """Return at most ``limit`` users whose names contain ``keyword``, case-insensitive, ordered by name."""
        ...

    async def add(self, user: User, actor: Identity | None) -> User:
        """Store a new user and return it.

        Raises:
            AlreadyExists: The name is in use.
        """
        ...

    async def change(
        self, username: str, change: UserChange, actor: Identity | None, keys: KeysPolicy | None = None
    ) -> User:
        """Change a user and return it.

        If the change disables the user or ends its administration, its API keys with the scope admin are revoked, and
        ``keys`` decides about its other keys.

        Raises:
            UnknownUser: No user has this name.
            LastAdmin: No enabled admin would be left.
            UserHasApiKeys: The user has other keys, and ``keys`` is None.
            NotAUser: Keys are to be transferred, and the actor is not a user.
            InvalidValue: Keys are to be transferred from a user to itself.
        """
        ...

    async def delete(self, username: str, actor: Identity | None, keys: KeysPolicy | None = None) -> None:
        """Delete a user; its API keys are treated as by ``change``.

        Raises:
            UnknownUser: No user has this name.
            LastAdmin: No enabled admin would be left.
            UserHasApiKeys: The user has other keys, and ``keys`` is None.
            NotAUser: Keys are to be transferred, and the actor is not a user.
            InvalidValue: Keys are to be transferred from a user to itself.
        """
        ...


class PasswordHasher(Protocol):
    """Hashes, verifies and assesses passwords."""

    def is_guessable(self, username: str, password: str) -> bool:
        """Return whether a password is easy to guess for someone who knows the username."""
        ...

    async def verify(self, user: User | None, password: str) -> bool:
        """Return whether the password is the user's. None takes the same time, so that it reveals no usernames."""
        ...

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        ...


class Sessions(Protocol):
    """The sessions of users."""

    async def begin(self, user: User, scopes: frozenset[Scope]) -> Session:
        """Start a session.

        Raises:
            InvalidCredentials: The user was changed, disabled or deleted since ``user`` was read.
        """
        ...

    async def rotate(self, session_id: int, rotation: int) -> Session:
        """Refresh a session and return it. An old rotation ends the session: the refresh token was copied.

        Raises:
            Unauthenticated: The session is over, or this call ended it.
        """
        ...

    async def end(self, session_id: int) -> None:
        """End a session and revoke its tokens; does nothing if it is over."""
        ...


class TokenIssuer(Protocol):
    """Signs tokens, and verifies refresh tokens, which only this service accepts."""

    def issue(self, session: Session) -> Tokens:
        """Return new tokens of a session."""
        ...

    def read_refresh_token(self, refresh_token: str) -> RefreshClaims:
        """Return the claims of a refresh token.

        Raises:
            Unauthenticated: The token was not signed here, has expired or was changed.
        """
        ...


class TokenVerifier(Protocol):
    """Verifies access tokens, without regard to revocations."""

    async def verify(self, access_token: str) -> Identity:
        """Return the owner of a token.

        Raises:
            Unauthenticated: The token has an untrusted issuer, has expired or was changed.
            StoreUnavailable: The issuer's keys cannot be read.
        """
        ...


class ApiKeyDirectory(Protocol):
    """The API keys, for administrators."""

    async def page(self, purpose: ApiKeyPurpose | None, *, offset: int, limit: int) -> ApiKeyPage:
        """Return at most ``limit`` keys of a purpose or of all, including revoked ones, the newest first."""
        ...

    async def add(self, secret: ApiKeySecret, new: NewApiKey) -> ApiKey:
        """Store a new key and return it.

        Raises:
            AlreadyExists: A key that is not revoked has this name.
            Conflict: The limit of API keys is reached.
            Unauthenticated: The credentials of the creator are revoked.
        """
        ...

    async def revoke(self, api_key_id: str, actor: Identity | None) -> None:
        """Revoke a key; does nothing if it is revoked.

        Raises:
            UnknownApiKey: No key has this id.
            Unauthenticated: The credentials of the actor are revoked.
        """
        ...


class ApiKeyLookup(Protocol):
    """Cached API keys, so that a request does not need a query."""

    async def find(self, api_key_id: str) -> ApiKey | None:
        """Return a key that was not revoked when it was cached, or None.

        Raises:
            StoreUnavailable: The key is not cached and cannot be read.
        """
        ...


class Revocations(Protocol):
    """Revoked credentials. An open connection must be checked repeatedly."""

    async def is_revoked(self, identity: Identity) -> bool:
        """Return whether an identity is revoked, without a query: revocations are read periodically.

        A revocation by this process has effect at once.

        Raises:
            StoreUnavailable: The revocations could not be read for too long.
        """
        ...


class DownloadLinks(Protocol):
    """Download links that were not used yet, by the hash of their secret."""

    async def add(self, token_hash: str, target_hash: str, identity: Identity) -> NewLink:
        """Store a link with the rights of an identity, and the download that waits for its use.

        Raises:
            TooManyRequests: The identity has too many unused links.
        """
        ...

    async def take(self, token_hash: str, target_hash: str) -> UsedLink | None:
        """Use a link up; return None, without any effect, if there is no such link to this target.

        Its download is running from then on.
        """
        ...


class Authenticator(Protocol):
    """Verifies credentials, including their revocation."""

    async def by_token(self, access_token: str) -> Identity:
        """Return the owner of an access token.

        Raises:
            Unauthenticated: The token is invalid or revoked.
            StoreUnavailable: A store that the check needs is unavailable.
        """
        ...

    async def by_api_key(self, api_key: str) -> Identity:
        """Return the owner of an API key.

        Raises:
            Unauthenticated: The key is unknown, expired or revoked.
            StoreUnavailable: A store that the check needs is unavailable.
        """
        ...


class LoginThrottle(Protocol):
    """Limits attempts to guess a password."""

    async def admit(self, address: str, username: str | None = None) -> None:
        """Count an attempt against the client's address, and against the username if given.

        Raises:
            TooManyRequests: A limit is exceeded.
        """
        ...

    async def reset(self, address: str, username: str) -> None:
        """Reset the count of a username and address after a correct password."""
        ...
