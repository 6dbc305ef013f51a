"""The settings of the programs and functions that carry out jobs."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from arcbeat.settings.checks import (
    RETENTION_HOURS_MAX,
    check_identifier,
    check_postgresql,
    check_telemetry,
    check_time_zone,
)
from arcbeat.settings.reading import EnvironmentSettings


class JobSettings(EnvironmentSettings):
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

    database_url: Annotated[SecretStr, AfterValidator(check_postgresql)]
    telemetry_url: Annotated[SecretStr, AfterValidator(check_telemetry)] | None = None
    telemetry_proxy: SecretStr | None = None
    statistics_db: Annotated[str, AfterValidator(check_identifier)] = "hlzg_db"
    retention_hours: float = Field(168.0, ge=0, le=RETENTION_HOURS_MAX)
    job_lease_seconds: float = Field(30.0, ge=3, le=3600)
    job_spool_folder: Path = Path(".arcbeat/spool")
    job_archive_folder: Path | None = None
    alert_urls: SecretStr | None = None
    alert_escalation_urls: SecretStr | None = None
    alert_dead_man_url: SecretStr | None = None
    alert_time_zone: Annotated[str, AfterValidator(check_time_zone)] = "UTC"
    function_timeout_seconds: float = Field(60.0, ge=20, le=3600)
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"
