"""What the runner of jobs uses: PostgreSQL and the store of the readings, without the API."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.dictionary import PostgresDictionary
from adapters.postgres.jobs.alerts import PostgresAlerts, PostgresNoticeOutbox
from adapters.postgres.jobs.archive import PostgresLogArchive
from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.checks.performance import PostgresRunPerformance
from adapters.postgres.jobs.checks.volume import PostgresTableVolume
from adapters.postgres.jobs.editing import fenced_catalogue_editor, fenced_device_register
from adapters.postgres.jobs.history.history import PostgresRunHistory
from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.jobs.partitions import PostgresLogPartitions
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.jobs.statistics import PostgresJobStatistics
from adapters.postgres.jobs.watch import PostgresRunWatch
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.statistics import PostgresStatistics
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.app.alerts import open_alert_outlets
from arcbeat.domain.jobs.ports import JobPorts, RunWatch
from arcbeat.domain.jobs.timings import CallTimer
from arcbeat.domain.metrics import UNOBSERVED
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.statistics.ports import StatisticsStore
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability import logs
from arcbeat.settings import JobSettings

QUEUE_CONNECTIONS_MAX = 3
"""Connections for leases and logs, besides the ten for the work of the jobs, so that no job holds up its heartbeat."""


@dataclass(frozen=True, slots=True)
class JobRuntime:
    """What an entry point of jobs needs.

    Attributes:
        spool_folder: The setting JOB_SPOOL_FOLDER.
        watch: Wakes a worker when a run was requested.
    """

    ports: JobPorts
    spool_folder: Path
    watch: RunWatch


def configure_job_logs(environment: Mapping[str, str]) -> None:
    """Set up logging for a program that carries out jobs, before it opens anything.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    logs.configure(JobSettings.from_environment(environment).log_level)


def function_timeout_seconds(environment: Mapping[str, str]) -> float:
    """Return the setting FUNCTION_TIMEOUT_SECONDS.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    return JobSettings.from_environment(environment).function_timeout_seconds


@asynccontextmanager
async def open_jobs(environment: Mapping[str, str]) -> AsyncIterator[JobRuntime]:
    """Open what jobs use, as the settings say, and close it at the end. Set up logging, too.

    An unreachable store does not prevent the start; the first call to it raises a StoreError.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    settings = JobSettings.from_environment(environment)
    logs.configure(settings.log_level)
    outlets = open_alert_outlets(settings)
    timer = CallTimer(UNOBSERVED)
    url = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        pool, queue_pool = (
            open_pool(url, observer=timer),
            open_pool(url, max_size=QUEUE_CONNECTIONS_MAX, observer=timer),
        )
        for each in (pool, queue_pool):
            await each.open(wait=False)
            stack.push_async_callback(each.close)
        database, queue = Database(pool, observer=timer), Database(queue_pool, observer=timer)
        telemetry, statistics = await _open_telemetry(settings, database, timer, stack)
        lease_seconds, folder = settings.job_lease_seconds, settings.job_archive_folder
        devices = PostgresDevices(database)
        ports = JobPorts(
            jobs=PostgresJobCatalogue(queue, utc_now),
            queue=PostgresRunQueue(queue, utc_now, lease_seconds=lease_seconds),
            history=PostgresRunHistory(queue),
            logs=PostgresJobLogs(queue, lease_seconds=lease_seconds),
            statistics=PostgresJobStatistics(queue),
            partitions=PostgresLogPartitions(queue, utc_now),
            archive=PostgresLogArchive(database, folder, lease_seconds=lease_seconds) if folder else None,
            performance=PostgresRunPerformance(database, utc_now),
            volume=PostgresTableVolume(database),
            device_types=PostgresCatalogue(database),
            catalogue_editor_of=partial(fenced_catalogue_editor, database, lease_seconds=lease_seconds),
            devices=devices,
            device_codes=devices,
            device_register_of=partial(fenced_device_register, database, lease_seconds=lease_seconds),
            telemetry=telemetry,
            dictionary=PostgresDictionary(database),
            state_statistics=statistics,
            statistics_db=settings.statistics_db,
            readings_kept=_readings_kept(settings),
            alerts=PostgresAlerts(database, lease_seconds=lease_seconds),
            notices=PostgresNoticeOutbox(database),
            alert_senders=outlets.senders,
            escalation_senders=outlets.escalation_senders,
            dead_man=outlets.dead_man,
            clock=utc_now,
            timer=timer,
        )
        yield JobRuntime(ports, settings.job_spool_folder, PostgresRunWatch(queue, url))


def _readings_kept(settings: JobSettings) -> timedelta | None:
    url = settings.telemetry_url or settings.database_url
    is_pruned = url.get_secret_value().startswith("postgres") and settings.retention_hours
    return timedelta(hours=settings.retention_hours) if is_pruned else None


async def _open_telemetry(
    settings: JobSettings, database: Database, timer: CallTimer, stack: AsyncExitStack
) -> tuple[TelemetryStore, StatisticsStore]:
    """Open the store of the readings, and the tables of statistics in it."""
    url = settings.telemetry_url.get_secret_value() if settings.telemetry_url else None
    if url is not None and not url.startswith("postgres"):
        return _open_tdengine(url, settings, timer, stack)
    if url is not None:
        pool = open_pool(url, observer=timer)
        await pool.open(wait=False)
        stack.push_async_callback(pool.close)
        database = Database(pool, observer=timer)
    postgres = PostgresTelemetry(database, idle_seconds_max=settings.job_lease_seconds)
    return postgres, PostgresStatistics(postgres)


def _open_tdengine(
    url: str, settings: JobSettings, timer: CallTimer, stack: AsyncExitStack
) -> tuple[TelemetryStore, StatisticsStore]:
    # Here, because a function that reads PostgreSQL starts faster without the HTTP client.
    from adapters.tdengine.rest import TdengineRest
    from adapters.tdengine.statistics import TdengineStatistics
    from adapters.tdengine.telemetry import TdengineTelemetry

    proxy = settings.telemetry_proxy.get_secret_value() if settings.telemetry_proxy else None
    rest = TdengineRest.from_url(url, proxy=proxy, observer=timer, connect_observer=timer)
    telemetry, statistics = TdengineTelemetry(rest), TdengineStatistics(rest)
    # The last one is closed first: closing the telemetry closes the connections of both.
    stack.push_async_callback(telemetry.aclose)
    stack.push_async_callback(statistics.aclose)
    return telemetry, statistics
