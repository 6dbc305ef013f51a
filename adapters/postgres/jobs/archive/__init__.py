"""The archive of months of sync_job_log: files with manifests, and the partitions that they replace."""

from adapters.postgres.jobs.archive.log_archive import PostgresLogArchive

__all__ = ["PostgresLogArchive"]
