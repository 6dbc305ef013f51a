"""Users, tokens and API keys of one application, made from the settings."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from adapters.identity.api_keys import ApiKeyCache
from adapters.identity.issuers import TokenVerifierByIssuer
from adapters.identity.passwords import Argon2Passwords
from adapters.identity.revocations import RevocationCache
from adapters.identity.tokens import ALGORITHM, JwtTokens, TokenVerifierByAlgorithm
from adapters.postgres.identity.api_keys import PostgresApiKeys, read_active_api_keys
from adapters.postgres.identity.download_links import PostgresDownloadLinks
from adapters.postgres.identity.downloads import PostgresDownloads
from adapters.postgres.identity.revocations import PostgresRevocations
from adapters.postgres.identity.sessions import PostgresSessions
from adapters.postgres.identity.users import PostgresUsers
from adapters.postgres.pool import Database
from adapters.redis.login_throttle import LimitsLoginThrottle
from arcbeat.api.access.authentication import Authentication
from arcbeat.api.access.download_links import LinkAuthentication
from arcbeat.domain.identity.google import GOOGLE_ISSUERS
from arcbeat.domain.identity.ports import TokenVerifier
from arcbeat.domain.time.clock import Clock
from arcbeat.settings import Settings

if TYPE_CHECKING:
    from adapters.identity.jwks import JwksKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """What checks credentials, and what handlers need to issue and revoke them.

    Attributes:
        closing: awaited when the application ends.
    """

    authentication: Authentication
    link_authentication: LinkAuthentication
    download_links: PostgresDownloadLinks
    downloads: PostgresDownloads
    revocations: RevocationCache
    users: PostgresUsers
    passwords: Argon2Passwords
    sessions: PostgresSessions
    tokens: JwtTokens
    api_keys: PostgresApiKeys
    throttle: LimitsLoginThrottle
    closing: Sequence[Callable[[], Awaitable[None]]]

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock) -> "Identities":
        """Make them from the settings; nothing is opened yet."""
        revocations = RevocationCache(PostgresRevocations(database).read)
        api_keys = ApiKeyCache(partial(read_active_api_keys, database))
        throttle = LimitsLoginThrottle(settings.redis_url.get_secret_value() if settings.redis_url else None)
        tokens = JwtTokens(settings.secret_key.get_secret_value(), clock)
        keys, others = _issuers(settings, clock)
        verifier = TokenVerifierByAlgorithm({ALGORITHM: tokens, **others})
        download_links = PostgresDownloadLinks(database)
        return cls(
            authentication=Authentication(verifier, api_keys, revocations, clock),
            link_authentication=LinkAuthentication(download_links, revocations, clock),
            download_links=download_links,
            downloads=PostgresDownloads(database),
            revocations=revocations,
            users=PostgresUsers(database, revocations.add),
            passwords=Argon2Passwords(),
            sessions=PostgresSessions(database, revocations.add),
            tokens=tokens,
            api_keys=PostgresApiKeys(database, api_keys.add, revocations.add),
            throttle=throttle,
            closing=[
                revocations.aclose,
                api_keys.aclose,
                throttle.aclose,
                *(each.aclose for each in keys),
            ],
        )


def _issuers(settings: Settings, clock: Clock) -> "tuple[Sequence[JwksKeys], Mapping[str, TokenVerifier]]":
    """Return the keys of the other issuers that the settings trust, and the verifier of their tokens by algorithm."""
    if settings.jwks_url is None and settings.google_audience is None:
        return (), {}
    # Here, because a process that trusts no other issuer starts faster without the HTTP client and cryptography.
    from adapters.identity.google import GoogleTokenVerifier
    from adapters.identity.jwks import JWKS_ALGORITHM, ExternalTokenVerifier, JwksKeys

    keys: list[JwksKeys] = []
    verifiers: dict[str, TokenVerifier] = {}
    # The settings have checked that those of an issuer are all set, or none.
    if settings.jwks_url is not None and settings.jwt_issuer is not None and settings.jwt_audience is not None:
        keys.append(external := JwksKeys(settings.jwks_url))
        verifiers[settings.jwt_issuer] = ExternalTokenVerifier(
            external, issuer=settings.jwt_issuer, audience=settings.jwt_audience, clock=clock
        )
    if settings.google_audience is not None:
        keys.append(google := JwksKeys(settings.google_jwks_url, setting="GOOGLE_JWKS_URL"))
        accounts = settings.allowed_service_accounts
        verifier = GoogleTokenVerifier(
            google, audience=settings.google_audience, service_accounts=accounts, clock=clock
        )
        verifiers |= dict.fromkeys(GOOGLE_ISSUERS, verifier)
    return keys, {JWKS_ALGORITHM: TokenVerifierByIssuer(verifiers)}
