"""The settings, read from environment variables. ``NAME_FILE`` names a file that contains the value of NAME."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo

from arcbeat.domain.identity.google import GOOGLE_ISSUERS, is_service_account
from arcbeat.domain.identity.secret_strength import is_random_key, is_random_token
from arcbeat.domain.schema.super_tables import is_identifier

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+\Z")
SECRET_KEY_DIGITS_MIN = 64
RETENTION_HOURS_MAX = 1_000_000


EXAMPLES = {
    "SECRET_KEY": "`arcbeat secret-key` prints a random one",
    "DATABASE_URL": "it must be a postgresql:// URL, for example postgresql://arcbeat:password@db/arcbeat",
}
"""What to set, per required setting."""


class SettingsError(ValueError):
    """Settings are missing or invalid. The message has one line per setting, and contains no values."""


def _check_secret_key(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if not _HEXADECIMAL.match(text) or len(text) < SECRET_KEY_DIGITS_MIN:
        raise ValueError(
            "must be 32 random bytes in hexadecimal; `arcbeat secret-key` or `openssl rand -hex 32` prints some"
        )
    if not is_random_key(text):
        raise ValueError("is not random; `arcbeat secret-key` prints a random one")
    return key


def _check_metrics_token(token: SecretStr | None) -> SecretStr | None:
    if token is not None and not is_random_token(token.get_secret_value()):
        raise ValueError("must be at least 16 random characters; `openssl rand -hex 24` prints some")
    return token


def _postgresql(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must be a postgresql:// URL, for example postgresql://arcbeat:password@db/arcbeat")
    return url


def _telemetry(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://", "tdengine://", "tdengines://")):
        raise ValueError(
            "must be a tdengine://, tdengines:// or postgresql:// URL, for example tdengine://root:password@tdengine:6041"
        )
    return url


def _identifier(name: str) -> str:
    if not is_identifier(name):
        raise ValueError("must consist of at most 64 letters, digits and underscores, and not begin with a digit")
    return name


def _redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://")):
        raise ValueError("must be a redis:// or rediss:// URL, for example redis://redis:6379/0")
    return url


def _http(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must be an https:// or http:// URL, for example https://login.example/jwks")
    return url


def _split(text: str) -> Sequence[str]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _parse_networks(text: str) -> Sequence[IPv4Network | IPv6Network]:
    return tuple(ip_network(item) for item in _split(text))


def _check_networks(text: str) -> str:
    try:
        networks = _parse_networks(text)
    except ValueError as error:
        raise ValueError(
            f"{error}; it must be the addresses or networks of the proxies, separated by commas, "
            "for example 10.0.0.5, 172.16.0.0/12"
        ) from None
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("must not trust every address: then any client could claim any address")
    return text


def _check_jwt_claim(value: str | None, info: ValidationInfo) -> str | None:
    # Without issuer and audience, a token that was made by or for another service would be valid here.
    if "jwks_url" not in info.data:  # it is invalid, which has its own message
        return value
    if (value is None) != (info.data["jwks_url"] is None):
        raise ValueError("set JWKS_URL, JWT_ISSUER and JWT_AUDIENCE together, or none of them")
    return value


def _check_google_audience(audience: str | None, info: ValidationInfo) -> str | None:
    if audience is not None and info.data.get("jwt_issuer") in GOOGLE_ISSUERS:
        raise ValueError("JWT_ISSUER names Google, too; unset JWKS_URL, JWT_ISSUER and JWT_AUDIENCE")
    return audience


def _check_service_accounts(text: str | None, info: ValidationInfo) -> str | None:
    # Without a list, every Google account in the world could start jobs.
    if "google_audience" not in info.data:  # it is invalid, which has its own message
        return text
    if (text is None) != (info.data["google_audience"] is None):
        raise ValueError("set GOOGLE_AUDIENCE and GOOGLE_SERVICE_ACCOUNTS together, or neither of them")
    if text is not None and not (_split(text) and all(map(is_service_account, _split(text)))):
        raise ValueError(
            "must be the e-mail addresses of service accounts, in lower case and separated by commas, for example "
            "scheduler@my-project.iam.gserviceaccount.com"
        )
    return text


def _check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no IANA time zone is named {name!r}; an example is Asia/Shanghai") from None
    return name


class Settings(BaseModel):
    """All settings; a field is set by the environment variable of its name in upper case.

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

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret_key: Annotated[SecretStr, AfterValidator(_check_secret_key)]
    database_url: Annotated[SecretStr, AfterValidator(_postgresql)]
    telemetry_url: Annotated[SecretStr, AfterValidator(_telemetry)] | None = None
    telemetry_proxy: SecretStr | None = None
    statistics_db: Annotated[str, AfterValidator(_identifier)] = "hlzg_db"
    redis_url: Annotated[SecretStr, AfterValidator(_redis)] | None = None
    jwks_url: Annotated[str, AfterValidator(_http)] | None = None
    jwt_issuer: Annotated[str | None, Field(validate_default=True), AfterValidator(_check_jwt_claim)] = None
    jwt_audience: Annotated[str | None, Field(validate_default=True), AfterValidator(_check_jwt_claim)] = None
    google_audience: Annotated[str | None, Field(validate_default=True), AfterValidator(_check_google_audience)] = None
    google_service_accounts: Annotated[
        str | None, Field(validate_default=True), AfterValidator(_check_service_accounts)
    ] = None
    google_jwks_url: Annotated[str, AfterValidator(_http)] = "https://www.googleapis.com/oauth2/v3/certs"
    sample_seconds: float = Field(5.0, gt=0, le=3600)
    retention_hours: float = Field(168.0, ge=0, le=RETENTION_HOURS_MAX)
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    cors_origins: str = ""
    forwarded_allow_ips: Annotated[str, AfterValidator(_check_networks)] = ""
    ws_token_in_url: bool = False
    sockets_per_user_max: int = Field(100, ge=1)
    unauthenticated_sockets_per_address: int = Field(1000, ge=1)
    metrics_token: Annotated[SecretStr | None, AfterValidator(_check_metrics_token)] = None
    rate_limit_per_second: float = Field(5000, ge=0)
    heavy_requests_per_caller: int = Field(4, ge=1, le=64)
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"

    @property
    def allowed_origins(self) -> list[str]:
        """The items of cors_origins."""
        return list(_split(self.cors_origins))

    @property
    def allowed_service_accounts(self) -> Sequence[str]:
        """The items of google_service_accounts."""
        return _split(self.google_service_accounts or "")

    @property
    def trusted_networks(self) -> Sequence[IPv4Network | IPv6Network]:
        """The items of forwarded_allow_ips."""
        return _parse_networks(self.forwarded_allow_ips)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: Any) -> "Settings":
        """Return the settings of an environment; ``overrides`` replace those of the environment.

        Raises:
            SettingsError: a setting is missing or invalid.
        """
        return _from_environment(cls, environment, overrides)


class JobSettings(BaseModel):
    """The settings of the programs that carry out jobs; ``serve`` needs others.

    Attributes:
        database_url, telemetry_url, telemetry_proxy, statistics_db, log_level: as in Settings.
        retention_hours: the value of ``serve``, which deletes the readings: statistics of days whose readings in
            PostgreSQL are deleted are not computed again.
        job_lease_seconds: how long a run belongs to its process after the last sign of life. A run whose process was
            killed is taken up again after this time, and a run survives shorter outages of PostgreSQL.
        job_spool_folder: where log rows of a run wait while PostgreSQL is unavailable; it should survive a restart.
        job_archive_folder: where maintain_logs writes months of the log before it drops them, on a disk that is backed
            up; without it, no month is dropped.
        alert_urls: where notices about jobs are sent, separated by white space; by default nowhere.
        alert_escalation_urls: where alerts that stay open are sent; defaults to alert_urls.
        alert_dead_man_url: a URL to which each watch of the jobs reports; by default it reports nowhere.
        alert_time_zone: the IANA name of the time zone of the moments in notices.
        function_timeout_seconds: the timeout with which a function of Google Cloud is deployed, which the platform does
            not report to it. A run is cancelled 15 seconds earlier.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: Annotated[SecretStr, AfterValidator(_postgresql)]
    telemetry_url: Annotated[SecretStr, AfterValidator(_telemetry)] | None = None
    telemetry_proxy: SecretStr | None = None
    statistics_db: Annotated[str, AfterValidator(_identifier)] = "hlzg_db"
    retention_hours: float = Field(168.0, ge=0, le=RETENTION_HOURS_MAX)
    job_lease_seconds: float = Field(30.0, ge=3, le=3600)
    job_spool_folder: Path = Path(".arcbeat/spool")
    job_archive_folder: Path | None = None
    alert_urls: SecretStr | None = None
    alert_escalation_urls: SecretStr | None = None
    alert_dead_man_url: SecretStr | None = None
    alert_time_zone: Annotated[str, AfterValidator(_check_time_zone)] = "UTC"
    function_timeout_seconds: float = Field(60.0, ge=20, le=3600)
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: Any) -> "JobSettings":
        """Return the settings of an environment; ``overrides`` replace those of the environment.

        Raises:
            SettingsError: a setting is missing or invalid.
        """
        return _from_environment(cls, environment, overrides)


M = TypeVar("M", bound=BaseModel)


def _from_environment(model: type[M], environment: Mapping[str, str], overrides: Mapping[str, Any]) -> M:
    found = {name: value for name in model.model_fields if (value := read_setting(environment, name.upper()))}
    if "log_level" in found:
        found["log_level"] = found["log_level"].lower()
    try:
        return model.model_validate({**found, **overrides})
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None  # the cause would print the values, secrets included


def read_setting(environment: Mapping[str, str], name: str) -> str | None:
    """Return the value of a setting, or the content of the file that ``NAME_FILE`` names.

    Return None if neither is set, or if the value is empty.

    Raises:
        SettingsError: both are set, or the file cannot be read.
    """
    value, file = environment.get(name), environment.get(f"{name}_FILE")
    if value and file:
        raise SettingsError(f"{name} and {name}_FILE are both set; set one of them")
    if not file:
        return value or None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise SettingsError(f"{name}_FILE cannot be read: {error.strerror}") from error


def missing_setting(name: str) -> str:
    """Return the message about a required setting that is not set."""
    return f"{name} is not set; {EXAMPLES[name]}"


def _explain(error: ValidationError) -> str:
    lines = []
    for each in error.errors(include_input=False, include_url=False):
        name = str(each["loc"][0]).upper()
        missing = each["type"] == "missing"
        lines.append(missing_setting(name) if missing else f"{name}: {each['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)
