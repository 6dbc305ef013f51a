"""Tests of which settings of the environment apply to the demo."""

from arcbeat.demo.settings import ADDRESS, RESPECTED, demo_settings, ignored_settings
from arcbeat.settings import JobSettings, Settings
from tests.support.service import SECRET_KEY

OWN = {
    "secret_key": SECRET_KEY,
    "database_url": "postgresql:///demo",
}


def test_settings_of_real_stores_keys_and_users_are_ignored_and_named() -> None:
    environment = {
        "DATABASE_URL": "postgresql://elsewhere/real",
        "SECRET_KEY_FILE": "/run/secrets/key",
        "TELEMETRY_URL": "",
        "ALERT_URLS": "dingtalk+https://oapi.dingtalk.com/robot/send?access_token=x",
        "SAMPLE_SECONDS": "2",
        "PORT": "0",
        "PATH": "/bin",
    }

    assert ignored_settings(environment) == ["ALERT_URLS", "DATABASE_URL", "SECRET_KEY"]


def test_other_settings_apply() -> None:
    environment = {"SAMPLE_SECONDS": "2", "RATE_LIMIT_PER_SECOND": "7", "DATABASE_URL": "postgresql://elsewhere/real"}

    settings = demo_settings(environment, **OWN)

    assert (settings.sample_seconds, settings.rate_limit_per_second, settings.retention_hours) == (2, 7, 6)
    assert settings.database_url.get_secret_value() == "postgresql:///demo"


def test_every_setting_either_applies_or_is_named() -> None:
    everything = {name.upper(): "x" for model in (Settings, JobSettings) for name in model.model_fields}

    assert sorted([*RESPECTED, *ADDRESS, *ignored_settings(everything)]) == sorted(everything)
