"""Reads settings from environment variables. ``NAME_FILE`` names a file that contains the value of NAME."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

EXAMPLES = {
    "SECRET_KEY": "`arcbeat secret-key` prints a random one",
    "DATABASE_URL": "it must be a postgresql:// URL, for example postgresql://arcbeat:password@db/arcbeat",
}
"""What to set, per required setting."""


class SettingsError(ValueError):
    """Settings are missing or invalid. The message has one line per setting, and contains no values."""


class EnvironmentSettings(BaseModel):
    """Settings; a field is set by the environment variable of its name in upper case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: Any) -> Self:
        """Return the settings of an environment; ``overrides`` replace those of the environment.

        Raises:
            SettingsError: a setting is missing or invalid.
        """
        found = {name: value for name in cls.model_fields if (value := read_setting(environment, name.upper()))}
        if "log_level" in found:
            found["log_level"] = found["log_level"].lower()
        try:
            return cls.model_validate({**found, **overrides})
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
