"""Ports of jobs: where definitions, runs and logs are stored."""

from arcbeat.domain.jobs.ports.alerts import (
    AlertFilter,
    AlertHistory,
    Alerts,
    AlertSender,
    DeadManSwitch,
    NoticeOutbox,
    NoticeTargets,
    StoredChanges,
)
from arcbeat.domain.jobs.ports.archive import ArchivedMonth, LogArchive, RestoredMonth
from arcbeat.domain.jobs.ports.catalogue import JobCatalogue
from arcbeat.domain.jobs.ports.job_ports import JobPorts
from arcbeat.domain.jobs.ports.logs import JobLogs, LogFilter, LogPosition
from arcbeat.domain.jobs.ports.partitions import MONTHS_AHEAD, LogMonth, LogPartitions
from arcbeat.domain.jobs.ports.performance import MetricHistory, RunMetric, RunPerformance
from arcbeat.domain.jobs.ports.queue import RunQueue
from arcbeat.domain.jobs.ports.runs import RunFilter, RunHistory, RunPosition
from arcbeat.domain.jobs.ports.statistics import DailyStatistics, JobStatistics
from arcbeat.domain.jobs.ports.volume import TableGrowth, TableVolume
from arcbeat.domain.jobs.ports.watch import RunProgress, RunWatch

__all__ = [
    "MONTHS_AHEAD",
    "AlertFilter",
    "AlertHistory",
    "AlertSender",
    "Alerts",
    "ArchivedMonth",
    "DailyStatistics",
    "DeadManSwitch",
    "JobCatalogue",
    "JobLogs",
    "JobPorts",
    "JobStatistics",
    "LogArchive",
    "LogFilter",
    "LogMonth",
    "LogPartitions",
    "LogPosition",
    "MetricHistory",
    "NoticeOutbox",
    "NoticeTargets",
    "RestoredMonth",
    "RunFilter",
    "RunHistory",
    "RunMetric",
    "RunPerformance",
    "RunPosition",
    "RunProgress",
    "RunQueue",
    "RunWatch",
    "StoredChanges",
    "TableGrowth",
    "TableVolume",
]
