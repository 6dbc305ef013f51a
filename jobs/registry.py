"""The jobs of this product by name. To add one, write a module with a ``JOB`` and list it here."""

from collections.abc import Mapping

from jobs import check_latest, maintain_logs, sync_devices, sync_fields, sync_statistics, watch_logs
from jobs.context import RegisteredJob

REGISTRY: Mapping[str, RegisteredJob] = {
    job.definition.name: job
    for job in (
        check_latest.JOB,
        maintain_logs.JOB,
        sync_devices.JOB,
        sync_fields.JOB,
        sync_statistics.JOB,
        watch_logs.JOB,
    )
}
