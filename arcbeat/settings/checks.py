"""Checks of single settings, for pydantic: each returns its value, or raises ValueError with what would be right."""

import re

from pydantic import SecretStr, ValidationInfo

from arcbeat.domain.identity.google import GOOGLE_ISSUERS, is_service_account
from arcbeat.domain.identity.secret_strength import is_random_key, is_random_token
from arcbeat.domain.schema.super_tables import is_identifier
from arcbeat.domain.time.zones import find_zone
from arcbeat.settings.lists import parse_networks, split

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+\Z")
SECRET_KEY_DIGITS_MIN = 64
RETENTION_HOURS_MAX = 1_000_000


def check_secret_key(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if not _HEXADECIMAL.match(text) or len(text) < SECRET_KEY_DIGITS_MIN:
        raise ValueError(
            "must be 32 random bytes in hexadecimal; `arcbeat secret-key` or `openssl rand -hex 32` prints some"
        )
    if not is_random_key(text):
        raise ValueError("is not random; `arcbeat secret-key` prints a random one")
    return key


def check_metrics_token(token: SecretStr | None) -> SecretStr | None:
    if token is not None and not is_random_token(token.get_secret_value()):
        raise ValueError("must be at least 16 random characters; `openssl rand -hex 24` prints some")
    return token


def check_postgresql(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must be a postgresql:// URL, for example postgresql://arcbeat:password@db/arcbeat")
    return url


def check_telemetry(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://", "tdengine://", "tdengines://")):
        raise ValueError(
            "must be a tdengine://, tdengines:// or postgresql:// URL, for example tdengine://root:password@tdengine:6041"
        )
    return url


def check_identifier(name: str) -> str:
    if not is_identifier(name):
        raise ValueError("must consist of at most 64 letters, digits and underscores, and not begin with a digit")
    return name


def check_redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://")):
        raise ValueError("must be a redis:// or rediss:// URL, for example redis://redis:6379/0")
    return url


def check_http(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must be an https:// or http:// URL, for example https://login.example/jwks")
    return url


def check_networks(text: str) -> str:
    try:
        networks = parse_networks(text)
    except ValueError as error:
        raise ValueError(
            f"{error}; it must be the addresses or networks of the proxies, separated by commas, "
            "for example 10.0.0.5, 172.16.0.0/12"
        ) from None
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("must not trust every address: then any client could claim any address")
    return text


def check_jwt_claim(value: str | None, info: ValidationInfo) -> str | None:
    # Without issuer and audience, a token that was made by or for another service would be valid here.
    if "jwks_url" not in info.data:  # it is invalid, which has its own message
        return value
    if (value is None) != (info.data["jwks_url"] is None):
        raise ValueError("set JWKS_URL, JWT_ISSUER and JWT_AUDIENCE together, or none of them")
    return value


def check_google_audience(audience: str | None, info: ValidationInfo) -> str | None:
    if audience is not None and info.data.get("jwt_issuer") in GOOGLE_ISSUERS:
        raise ValueError("JWT_ISSUER names Google, too; unset JWKS_URL, JWT_ISSUER and JWT_AUDIENCE")
    return audience


def check_service_accounts(text: str | None, info: ValidationInfo) -> str | None:
    # Without a list, every Google account in the world could start jobs.
    if "google_audience" not in info.data:  # it is invalid, which has its own message
        return text
    if (text is None) != (info.data["google_audience"] is None):
        raise ValueError("set GOOGLE_AUDIENCE and GOOGLE_SERVICE_ACCOUNTS together, or neither of them")
    if text is not None and not (split(text) and all(map(is_service_account, split(text)))):
        raise ValueError(
            "must be the e-mail addresses of service accounts, in lower case and separated by commas, for example "
            "scheduler@my-project.iam.gserviceaccount.com"
        )
    return text


def check_time_zone(name: str) -> str:
    if find_zone(name) is None:
        raise ValueError(f"no IANA time zone is named {name!r}; an example is Asia/Shanghai")
    return name
