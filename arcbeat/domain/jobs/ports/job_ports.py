"""The ports that the runner and the jobs use, together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from arcbeat.domain.catalogue.ports import CatalogueEditor, DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceCodes, DeviceDirectory, DeviceRegister
from arcbeat.domain.dictionary.ports import Dictionary
from arcbeat.domain.jobs.ports.alerts import Alerts, AlertSender, DeadManSwitch, NoticeOutbox
from arcbeat.domain.jobs.ports.archive import LogArchive
from arcbeat.domain.jobs.ports.catalogue import JobCatalogue
from arcbeat.domain.jobs.ports.logs import JobLogs
from arcbeat.domain.jobs.ports.partitions import LogPartitions
from arcbeat.domain.jobs.ports.performance import RunPerformance
from arcbeat.domain.jobs.ports.queue import RunQueue
from arcbeat.domain.jobs.ports.runs import RunHistory
from arcbeat.domain.jobs.ports.statistics import JobStatistics
from arcbeat.domain.jobs.ports.volume import TableVolume
from arcbeat.domain.jobs.runs import Run
from arcbeat.domain.jobs.timings import CallTimer
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.statistics.ports import StatisticsStore
from arcbeat.domain.time.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPorts:
    """What the runner and the jobs use.

    Attributes:
        archive: None for a process without an archive folder.
        catalogue_editor_of, device_register_of: Return what changes device types, and the registered devices, for a
            run. A write raises LeaseLost, and stores nothing, unless this process holds the run.
        alert_senders: One per target of notices about jobs.
        escalation_senders: One per target of alerts that stay open; if there is none, ``alert_senders`` get them, too.
        dead_man: None for an installation without a dead-man switch.
        state_statistics: The tables of statistics in the store of the readings.
        statistics_db: The setting STATISTICS_DB.
        readings_kept: After this time arcbeat deletes readings; None where it deletes none.
        timer: Measures the calls of these ports to stores.
    """

    jobs: JobCatalogue
    queue: RunQueue
    history: RunHistory
    logs: JobLogs
    statistics: JobStatistics
    partitions: LogPartitions
    archive: LogArchive | None
    performance: RunPerformance
    volume: TableVolume

    device_types: DeviceCatalogue
    catalogue_editor_of: Callable[[Run], CatalogueEditor]
    devices: DeviceDirectory
    device_codes: DeviceCodes
    device_register_of: Callable[[Run], DeviceRegister]
    telemetry: TelemetryStore
    dictionary: Dictionary
    state_statistics: StatisticsStore
    statistics_db: str
    readings_kept: timedelta | None

    alerts: Alerts
    notices: NoticeOutbox
    alert_senders: Sequence[AlertSender] = ()
    escalation_senders: Sequence[AlertSender] = ()
    dead_man: DeadManSwitch | None = None

    clock: Clock
    timer: CallTimer
