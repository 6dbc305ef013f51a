"""Tests of the settings and of their errors."""

from pathlib import Path

import pytest

from arcbeat.settings import Settings, SettingsError
from tests.support.service import SECRET_KEY

KEY = SECRET_KEY
ACCOUNT = "scheduler@my-project.iam.gserviceaccount.com"
NEEDED = {"SECRET_KEY": KEY, "DATABASE_URL": "postgresql://someone:hidden@somewhere/db"}


def test_settings_have_safe_defaults() -> None:
    settings = Settings.from_environment(NEEDED)

    assert (settings.host, settings.port, settings.sample_seconds) == ("127.0.0.1", 8000, 5.0)
    assert settings.telemetry_url is None


def test_a_secret_can_be_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")

    settings = Settings.from_environment({**NEEDED, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)})

    assert settings.secret_key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "secret"}, "SECRET_KEY: must be 32 random bytes"),
        ({"SECRET_KEY": "0" * 64}, "SECRET_KEY: is not random"),
        ({"SECRET_KEY": "0123456789abcdef" * 4}, "SECRET_KEY: is not random"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN: must be at least 16 random characters"),
        ({"METRICS_TOKEN": "changeme-changeme"}, "METRICS_TOKEN: must be at least 16 random characters"),
        ({"SECRET_KEY": KEY[:-1]}, "SECRET_KEY: must be 32 random bytes"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL: must be a postgresql:// URL"),
        ({"TELEMETRY_URL": "http://x"}, "TELEMETRY_URL: must be a tdengine://"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL: must be a redis:// or rediss:// URL"),
        (
            {"JWKS_URL": "file:///x", "JWT_AUDIENCE": "x", "JWT_ISSUER": "x"},
            "^JWKS_URL: must be an https:// or http:// URL",
        ),
        ({"JWKS_URL": "https://x.example", "JWT_ISSUER": "x"}, "^JWT_AUDIENCE: set JWKS_URL, JWT_ISSUER and JWT_AUD"),
        ({"JWKS_URL": "https://x.example", "JWT_AUDIENCE": "x"}, "^JWT_ISSUER: set JWKS_URL, JWT_ISSUER and JWT_AUDI"),
        ({"JWT_ISSUER": "x"}, "^JWT_ISSUER: set JWKS_URL, JWT_ISSUER and JWT_AUDIENCE together, or none of them$"),
        (
            {"GOOGLE_AUDIENCE": "x"},
            "^GOOGLE_SERVICE_ACCOUNTS: set GOOGLE_AUDIENCE and GOOGLE_SERVICE_ACCOUNTS together",
        ),
        ({"GOOGLE_SERVICE_ACCOUNTS": ACCOUNT}, "^GOOGLE_SERVICE_ACCOUNTS: set GOOGLE_AUDIENCE and GOOGLE_SERVICE_ACC"),
        ({"GOOGLE_AUDIENCE": "x", "GOOGLE_SERVICE_ACCOUNTS": " , "}, "^GOOGLE_SERVICE_ACCOUNTS: must be the e-mail"),
        ({"GOOGLE_AUDIENCE": "x", "GOOGLE_SERVICE_ACCOUNTS": "a@b.example"}, "^GOOGLE_SERVICE_ACCOUNTS: must be the"),
        ({"GOOGLE_AUDIENCE": "x", "GOOGLE_SERVICE_ACCOUNTS": f"{ACCOUNT};b"}, "^GOOGLE_SERVICE_ACCOUNTS: must be the"),
        ({"GOOGLE_AUDIENCE": "x", "GOOGLE_SERVICE_ACCOUNTS": "*"}, "^GOOGLE_SERVICE_ACCOUNTS: must be the e-mail"),
        ({"GOOGLE_JWKS_URL": "x"}, "^GOOGLE_JWKS_URL: must be an https:// or http:// URL"),
        (
            {
                "JWKS_URL": "https://x.example",
                "JWT_AUDIENCE": "x",
                "JWT_ISSUER": "https://accounts.google.com",
                "GOOGLE_AUDIENCE": "x",
                "GOOGLE_SERVICE_ACCOUNTS": ACCOUNT,
            },
            "^GOOGLE_AUDIENCE: JWT_ISSUER names Google, too; unset JWKS_URL, JWT_ISSUER and JWT_AUDIENCE$",
        ),
        ({"FORWARDED_ALLOW_IPS": "*"}, "FORWARDED_ALLOW_IPS: .*for example 10.0.0.5"),
        ({"FORWARDED_ALLOW_IPS": "10.0.0.1, proxy"}, "FORWARDED_ALLOW_IPS: 'proxy' does not appear to be"),
        ({"FORWARDED_ALLOW_IPS": "10.0.0.1/8"}, "FORWARDED_ALLOW_IPS: 10.0.0.1/8 has host bits set"),
        ({"FORWARDED_ALLOW_IPS": "0.0.0.0/0"}, "FORWARDED_ALLOW_IPS: must not trust every address"),
        ({"STATISTICS_DB": "hlzg-db"}, "STATISTICS_DB: must consist of at most 64 letters, digits and underscores"),
        ({"PORT": "70000"}, "PORT: Input should be less than or equal to 65535"),
        ({"RETENTION_HOURS": "-1"}, "RETENTION_HOURS: Input should be greater than or equal to 0"),
        ({"SAMPLE_SECONDS": "0"}, "SAMPLE_SECONDS: Input should be greater than 0"),
        ({"SECRET_KEY_FILE": "/x"}, "SECRET_KEY and SECRET_KEY_FILE are both set"),
        ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/not/there"}, "SECRET_KEY_FILE cannot be read"),
    ],
)
def test_an_error_names_the_setting_and_what_is_wrong(changed: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.from_environment({**NEEDED, **changed})


def test_service_accounts_are_separated_by_commas() -> None:
    other = "123456789012-compute@developer.gserviceaccount.com"
    given = {"GOOGLE_AUDIENCE": "https://arcbeat.example", "GOOGLE_SERVICE_ACCOUNTS": f"{ACCOUNT}, {other},"}

    settings = Settings.from_environment({**NEEDED, **given})

    assert tuple(settings.allowed_service_accounts) == (ACCOUNT, other)
    assert tuple(Settings.from_environment(NEEDED).allowed_service_accounts) == ()


def test_no_error_and_no_representation_contains_a_secret() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"SECRET_KEY": "my short secret", "DATABASE_URL": "nonsense:hidden"})
    settings = Settings.from_environment(NEEDED)

    assert "my short secret" not in str(caught.value)
    assert "hidden" not in f"{caught.value}{settings!r}{settings}"
