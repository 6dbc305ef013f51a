"""The settings of the programs and functions, read from environment variables."""

from arcbeat.settings.jobs import JobSettings
from arcbeat.settings.reading import SettingsError, missing_setting, read_setting
from arcbeat.settings.service import Settings

__all__ = ["JobSettings", "Settings", "SettingsError", "missing_setting", "read_setting"]
