"""Who gets in: the adapters of identity of one application, wired."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from adapters.identity.api_keys import KnownApiKeys
from adapters.identity.jwks import ALGORITHM as FOREIGN_ALGORITHM
from adapters.identity.jwks import ForeignTokens, JwksKeys
from adapters.identity.passwords import Argon2Passwords
from adapters.identity.revocations import KnownRevocations
from adapters.identity.tokens import ALGORITHM, JwtTokens, TokensByAlgorithm
from adapters.postgres.api_keys import PostgresApiKeys, read_live
from adapters.postgres.pool import Database
from adapters.postgres.revocations import PostgresRevocations
from adapters.postgres.sessions import PostgresSessions
from adapters.postgres.users import PostgresUsers
from adapters.redis.login_throttle import LimitsThrottle
from arcbeat.api.access.authentication import Authentication
from arcbeat.domain.identity.ports import TokenVerifier
from arcbeat.domain.time.clock import Clock
from arcbeat.settings import Settings


@dataclass(frozen=True, slots=True)
class Identities:
    """What judges credentials, and what handlers need to give them out.

    Attributes:
        ports: by the names that handlers use.
        closing: to be awaited when the application ends.
    """

    authentication: Authentication
    revocations: KnownRevocations
    ports: dict[str, object]
    closing: Sequence[Callable[[], Awaitable[None]]]

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock) -> "Identities":
        """By the settings; nothing is opened yet."""
        revocations = KnownRevocations(PostgresRevocations(database).read)
        tokens = JwtTokens(settings.secret_key.get_secret_value(), clock)
        api_keys = KnownApiKeys(partial(read_live, database))
        throttle = LimitsThrottle(settings.redis_url.get_secret_value() if settings.redis_url else None)
        verifiers: dict[str, TokenVerifier] = {ALGORITHM: tokens}
        closing = [revocations.aclose, api_keys.aclose, throttle.aclose]
        if settings.jwks_url is not None and settings.jwt_audience is not None:
            keys = JwksKeys(settings.jwks_url)
            verifiers[FOREIGN_ALGORITHM] = ForeignTokens(keys, settings.jwt_audience, clock)
            closing.append(keys.aclose)
        ports: dict[str, object] = {
            "users": PostgresUsers(database, revocations.learn),
            "passwords": Argon2Passwords(),
            "sessions": PostgresSessions(database, revocations.learn),
            "tokens": tokens,
            "api_keys": PostgresApiKeys(database, api_keys.learn, revocations.learn),
            "throttle": throttle,
        }
        authentication = Authentication(TokensByAlgorithm(verifiers), api_keys, revocations, clock)
        return cls(authentication, revocations, ports, closing)
