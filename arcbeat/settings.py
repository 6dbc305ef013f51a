"""The settings, from the environment; ``NAME_FILE`` names a file that holds the value of NAME."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo

from arcbeat.domain.schema.super_tables import is_identifier

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+\Z")
SECRET_KEY_DIGITS_MIN = 64
DISTINCT_DIGITS_MIN = 8
RETENTION_HOURS_MAX = 1_000_000


class SettingsError(Exception):
    """The environment does not hold what is needed; the message names every setting and what is wrong, no value."""


def _strong(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if not _HEXADECIMAL.match(text) or len(text) < SECRET_KEY_DIGITS_MIN:
        raise ValueError(
            "must be 32 random bytes in hexadecimal, as `arcbeat secret-key` or `openssl rand -hex 32` says"
        )
    if len(set(text.lower())) < DISTINCT_DIGITS_MIN:
        raise ValueError("is not random; make one with `arcbeat secret-key`")
    return key


def _postgresql(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must be a postgresql:// URL")
    return url


def _telemetry(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://", "tdengine://", "tdengines://")):
        raise ValueError("must be a tdengine://, tdengines:// or postgresql:// URL")
    return url


def _identifier(name: str) -> str:
    if not is_identifier(name):
        raise ValueError("must have letters, digits and underscores only, at most 64, and start with no digit")
    return name


def _redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://")):
        raise ValueError("must be a redis:// or rediss:// URL")
    return url


def _http(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must be an https:// or http:// URL")
    return url


def _goes_with_jwks(audience: str | None, info: ValidationInfo) -> str | None:
    # a token for another service of the same issuer would open this one
    if audience is None and info.data.get("jwks_url") is not None:
        raise ValueError("must be set where JWKS_URL is")
    return audience


class Settings(BaseModel):
    """Everything that can be set.

    Attributes:
        secret_key: signs tokens; 32 random bytes in hexadecimal.
        database_url: the PostgreSQL of the master data.
        telemetry_url: where the readings are; in database_url when None.
        sample_seconds: the tick, and how old an answer may be.
        cors_origins: whose pages may call from a browser, with commas between; nobody's unless said.
        ws_token_in_url: whether the plain WebSocket takes a token in its URL, where it may be logged on the way.
        metrics_token: opens /metrics; closed without it.
        rate_limit_per_second: requests a client address may make; 0 for no limit.
        statistics_db: the database of the board's tables whose name has none.
        redis_url: where processes share the sampling and count log-ins; each does both for itself when None.
        jwks_url: where the keys of another issuer of tokens are; only our own tokens count when None.
        jwt_audience: what tokens of the other issuer must name as their audience.
        retention_hours: how long readings in PostgreSQL are kept; 0 for ever. TDengine has KEEP.
        telemetry_proxy: an HTTP proxy for TDengine; those of the shell are ignored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret_key: Annotated[SecretStr, AfterValidator(_strong)]
    database_url: Annotated[SecretStr, AfterValidator(_postgresql)]
    telemetry_url: Annotated[SecretStr, AfterValidator(_telemetry)] | None = None
    telemetry_proxy: SecretStr | None = None
    statistics_db: Annotated[str, AfterValidator(_identifier)] = "hlzg_db"
    redis_url: Annotated[SecretStr, AfterValidator(_redis)] | None = None
    jwks_url: Annotated[str, AfterValidator(_http)] | None = None
    jwt_audience: Annotated[str | None, Field(validate_default=True), AfterValidator(_goes_with_jwks)] = None
    sample_seconds: float = Field(5.0, gt=0, le=3600)
    retention_hours: float = Field(168.0, ge=0, le=RETENTION_HOURS_MAX)
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    cors_origins: str = ""
    ws_token_in_url: bool = False
    metrics_token: SecretStr | None = Field(None, min_length=16)
    rate_limit_per_second: float = Field(5000, ge=0)
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"

    @property
    def allowed_origins(self) -> list[str]:
        """The origins of cors_origins."""
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: Any) -> "Settings":
        """The settings that an environment holds; what is given besides wins.

        Raises:
            SettingsError: something is missing or wrong.
        """
        found = {name: value for name in cls.model_fields if (value := read_setting(environment, name.upper()))}
        if "log_level" in found:
            found["log_level"] = found["log_level"].lower()
        try:
            return cls.model_validate({**found, **overrides})
        except ValidationError as error:
            raise SettingsError(_explain(error)) from None  # the cause would print the values


def read_setting(environment: Mapping[str, str], name: str) -> str | None:
    """One setting, or what is in the file that ``NAME_FILE`` names; None when neither is there or it is empty.

    Raises:
        SettingsError: both are given, or the file cannot be read.
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


def _explain(error: ValidationError) -> str:
    lines = []
    for each in error.errors(include_input=False, include_url=False):
        name = str(each["loc"][0]).upper()
        missing = each["type"] == "missing"
        lines.append(f"{name} is not set" if missing else f"{name}: {each['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)
