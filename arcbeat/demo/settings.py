"""Which settings of the environment apply to the demo, and which it ignores."""

from collections.abc import Mapping
from typing import Any

from arcbeat.settings import JobSettings, Settings, read_setting

RESPECTED = (
    "CORS_ORIGINS",
    "FORWARDED_ALLOW_IPS",
    "HEAVY_REQUESTS_PER_CALLER",
    "LOG_LEVEL",
    "METRICS_TOKEN",
    "RATE_LIMIT_PER_SECOND",
    "RETENTION_HOURS",
    "SAMPLE_SECONDS",
    "SOCKETS_PER_USER_MAX",
    "UNAUTHENTICATED_SOCKETS_PER_ADDRESS",
    "WS_TOKEN_IN_URL",
)
ADDRESS = ("HOST", "PORT")
"""Read before the others, by :class:`arcbeat.demo.listener.Address`."""
DEFAULTS = {
    "LOG_LEVEL": "warning",  # a log line per request would push the progress line off the terminal
    "RETENTION_HOURS": "6",
}


def demo_settings(environment: Mapping[str, str], **own: Any) -> Settings:
    """Return the settings of the demo: its own ones, those of the environment that apply, and defaults.

    Raises:
        SettingsError: a setting that applies is invalid.
    """
    given = {name: value for name in RESPECTED if (value := read_setting(environment, name))}
    return Settings.from_environment({**DEFAULTS, **given}, **own)


def ignored_settings(environment: Mapping[str, str]) -> list[str]:
    """Return the names of the settings that are set in the environment and do not apply to the demo.

    They name stores, keys, users and targets of notices of a real installation, for example DATABASE_URL; the demo has
    its own, and its jobs fail on purpose, so that their notices would alarm a real team.
    """
    names = sorted({name.upper() for model in (Settings, JobSettings) for name in model.model_fields})
    unused = [name for name in names if name not in (*RESPECTED, *ADDRESS)]
    return [name for name in unused if environment.get(name) or environment.get(f"{name}_FILE")]
