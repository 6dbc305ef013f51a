"""Stores how far downloads are in t_download of PostgreSQL, which all processes share."""

from typing import Any

from adapters.postgres.pool import Database
from arcbeat.domain.downloads.downloads import LOST_AFTER, Download, DownloadFailure, DownloadOutcome, DownloadStatus
from arcbeat.domain.errors import UnknownDownload
from arcbeat.domain.files.export_progress import ExportProgress
from arcbeat.domain.identity.download_links import owner_of
from arcbeat.domain.identity.identity import Identity

# A process that died leaves a running download that no process reports any more.
GET = """
select download_id, rows, bytes_sent, progress, created_at, started_at, problem_type,
       case when is_expired then 'expired' when not is_lost then status
            when cancel_requested then 'cancelled' else 'failed' end as status,
       case when is_expired then expires_at when is_lost then updated_at else finished_at end as finished_at,
       case when is_lost and not cancel_requested then 'server_lost' else failure end as failure
  from t_download
 cross join lateral (select status = 'waiting' and expires_at <= now() as is_expired,
                            status = 'running' and updated_at < now() - %(lost_after)s as is_lost) as state
 where download_id = %(download_id)s and owner = %(owner)s"""
# It names `link`, so that the link is deleted, or the process that uses it at the same moment is waited for, before the
# download is changed; a deadlock with that process is then impossible.
CANCEL = """
with link as (
    delete from t_download_link where download_id = %(download_id)s and owner = %(owner)s returning download_id),
     waiting as (select count(*) as links from link)
update t_download
   set cancel_requested = cancel_requested or status in ('waiting', 'running'),
       finished_at = case when status = 'waiting' and expires_at > now() then now() else finished_at end,
       status = case when status = 'waiting' and expires_at > now() then 'cancelled' else status end
  from waiting
 where download_id = %(download_id)s and owner = %(owner)s and links >= 0
returning download_id"""
REPORT = """
update t_download
   set rows = %(rows)s, bytes_sent = %(bytes_sent)s, progress = %(share)s, updated_at = now()
 where download_id = %(download_id)s and status = 'running'
returning cancel_requested"""
FINISH = """
update t_download
   set rows = %(rows)s, bytes_sent = %(bytes_sent)s, progress = %(share)s, updated_at = now(), finished_at = now(),
       status = %(status)s, failure = %(failure)s, problem_type = %(problem_type)s
 where download_id = %(download_id)s and status = 'running'"""


class PostgresDownloads:
    """Implements Downloads and DownloadReports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, download_id: str, caller: Identity) -> Download:
        """See :class:`arcbeat.domain.downloads.ports.Downloads`."""
        of_caller = {"download_id": download_id, "owner": owner_of(caller), "lost_after": LOST_AFTER}
        row = await self._database.fetch_one(GET, of_caller)
        if row is None:
            raise UnknownDownload
        failure = DownloadFailure(row["failure"]) if row["failure"] else None
        return Download(**{**row, "status": DownloadStatus(row["status"]), "failure": failure})

    async def cancel(self, download_id: str, caller: Identity) -> None:
        """See :class:`arcbeat.domain.downloads.ports.Downloads`."""
        if not await self._database.execute(CANCEL, {"download_id": download_id, "owner": owner_of(caller)}):
            raise UnknownDownload

    async def report(self, progress: ExportProgress) -> bool:
        """See :class:`arcbeat.domain.downloads.ports.DownloadReports`."""
        row = await self._database.fetch_one(REPORT, _parameters(progress))
        return row is not None and row["cancel_requested"]

    async def finish(self, progress: ExportProgress, outcome: DownloadOutcome) -> None:
        """See :class:`arcbeat.domain.downloads.ports.DownloadReports`."""
        end = {"status": outcome.status, "failure": outcome.failure, "problem_type": outcome.problem_type}
        await self._database.execute(FINISH, {**_parameters(progress), **end})


def _parameters(progress: ExportProgress) -> dict[str, Any]:
    return {
        "download_id": progress.download_id,
        "rows": progress.rows,
        "bytes_sent": progress.bytes_sent,
        "share": progress.share,
    }
