"""The settings of ``arcbeat serve``, and of the API as a function."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from arcbeat.settings.checks import (
    RETENTION_HOURS_MAX,
    check_google_audience,
    check_http,
    check_identifier,
    check_jwt_claim,
    check_metrics_token,
    check_networks,
    check_postgresql,
    check_redis,
    check_secret_key,
    check_service_accounts,
    check_telemetry,
)
from arcbeat.settings.lists import parse_networks, split
from arcbeat.settings.reading import EnvironmentSettings


class Settings(EnvironmentSettings):
    """The settings of ``arcbeat serve``.

    Attributes:
        secret_key: signs tokens; 32 random bytes in hexadecimal.
        database_url: the PostgreSQL database of the master data.
        telemetry_url: the readings store; defaults to database_url.
        telemetry_proxy: an HTTP proxy for TDengine; the proxy variables of the environment are ignored.
        statistics_db: the database of those tables of the board whose name in the dictionary has no database.
        redis_url: shares sampling and the count of logins between processes; by default each process has its own.
        jwks_url: the public keys of another token issuer; by default only tokens of this service are valid.
        jwt_issuer: the issuer that these tokens must name in `iss`; required if jwks_url is set.
        jwt_audience: the audience that these tokens must name in `aud`; required if jwks_url is set.
        google_audience: the audience that ID tokens of Google service accounts must name in `aud`; by default no tokens
            of Google are valid.
        google_service_accounts: the e-mail addresses of these service accounts, separated by commas; required if
            google_audience is set.
        google_jwks_url: the public keys of Google, or a proxy for them.
        sample_seconds: the period of the ticks, and the maximum age of a reading in a response.
        retention_hours: how long PostgreSQL keeps readings; 0 means forever. TDengine has its own setting, KEEP.
        host: the address to listen on.
        port: the port to listen on.
        cors_origins: the origins, separated by commas, whose pages may call the API in a browser; none by default.
        forwarded_allow_ips: the proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted, as addresses or
            networks separated by commas; none by default.
        ws_token_in_url: whether the plain WebSocket accepts a token in its URL, which proxies may log.
        unauthenticated_sockets_per_address: the maximum number of connections of one client address that have not shown
            valid credentials yet; the oldest one is closed for a new one.
        sockets_per_user_max: the maximum number of connections of one user, API key or external subject to one process,
            over Socket.IO and the plain WebSocket together.
        metrics_token: the token that grants access to /metrics; without it, /metrics is closed.
        rate_limit_per_second: the requests that a user or an API key may send, and those without valid credentials that
            a client address may send; 0 means no limit.
        heavy_requests_per_caller: the heavy queries, and the imports and exports, that a user or an API key may run at
            the same time.
        log_level: debug, info, warning or error.
    """

    secret_key: Annotated[SecretStr, AfterValidator(check_secret_key)]
    database_url: Annotated[SecretStr, AfterValidator(check_postgresql)]
    telemetry_url: Annotated[SecretStr, AfterValidator(check_telemetry)] | None = None
    telemetry_proxy: SecretStr | None = None
    statistics_db: Annotated[str, AfterValidator(check_identifier)] = "hlzg_db"
    redis_url: Annotated[SecretStr, AfterValidator(check_redis)] | None = None
    jwks_url: Annotated[str, AfterValidator(check_http)] | None = None
    jwt_issuer: Annotated[str | None, Field(validate_default=True), AfterValidator(check_jwt_claim)] = None
    jwt_audience: Annotated[str | None, Field(validate_default=True), AfterValidator(check_jwt_claim)] = None
    google_audience: Annotated[str | None, Field(validate_default=True), AfterValidator(check_google_audience)] = None
    google_service_accounts: Annotated[
        str | None, Field(validate_default=True), AfterValidator(check_service_accounts)
    ] = None
    google_jwks_url: Annotated[str, AfterValidator(check_http)] = "https://www.googleapis.com/oauth2/v3/certs"
    sample_seconds: float = Field(5.0, gt=0, le=3600)
    retention_hours: float = Field(168.0, ge=0, le=RETENTION_HOURS_MAX)
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    cors_origins: str = ""
    forwarded_allow_ips: Annotated[str, AfterValidator(check_networks)] = ""
    ws_token_in_url: bool = False
    sockets_per_user_max: int = Field(100, ge=1)
    unauthenticated_sockets_per_address: int = Field(1000, ge=1)
    metrics_token: Annotated[SecretStr | None, AfterValidator(check_metrics_token)] = None
    rate_limit_per_second: float = Field(5000, ge=0)
    heavy_requests_per_caller: int = Field(4, ge=1, le=64)
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"

    @property
    def allowed_origins(self) -> list[str]:
        """The items of cors_origins."""
        return list(split(self.cors_origins))

    @property
    def allowed_service_accounts(self) -> Sequence[str]:
        """The items of google_service_accounts."""
        return split(self.google_service_accounts or "")

    @property
    def trusted_networks(self) -> Sequence[IPv4Network | IPv6Network]:
        """The items of forwarded_allow_ips."""
        return parse_networks(self.forwarded_allow_ips)
