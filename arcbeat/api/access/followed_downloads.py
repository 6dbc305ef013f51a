"""Follows the exports that were started with a download link: stores how far they are, and cancels them."""

import asyncio
import random
from collections.abc import Awaitable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.body.reading import ClientDisconnected
from arcbeat.api.problems import problem_type_of
from arcbeat.concurrency import background
from arcbeat.domain.downloads.downloads import REPORT_SECONDS, DownloadFailure, DownloadOutcome, DownloadStatus
from arcbeat.domain.downloads.ports import DownloadReports
from arcbeat.domain.errors import DownloadCancelled, StoreError
from arcbeat.domain.files.export_progress import ExportProgress
from arcbeat.domain.identity.download_links import LINK_PARAMETER
from arcbeat.domain.identity.identity import Caller

FINISH_ATTEMPTS = 4
FINISH_PAUSE_SECONDS = 1.0
"""The first pause between attempts to store the end; each further one is twice as long."""

FINISHED = DownloadOutcome(status=DownloadStatus.FINISHED)
CANCELLED = DownloadOutcome(status=DownloadStatus.CANCELLED)
DISCONNECTED = DownloadOutcome(status=DownloadStatus.FAILED, failure=DownloadFailure.DISCONNECTED)
STOPPED = DownloadOutcome(status=DownloadStatus.FAILED, failure=DownloadFailure.SERVER_LOST)

_PARAMETER = LINK_PARAMETER.encode()

logger = structlog.get_logger(__name__)


class FollowedDownloads:
    """Surrounds the operations, so that also a link that was used in vain has an end.

    A request without a link passes through. A failure of the reports does not affect the export.
    """

    def __init__(self, app: ASGIApp, reports: DownloadReports) -> None:
        self._app = app
        self._reports = reports

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        is_followed = scope["type"] == "http" and _PARAMETER in scope["query_string"]
        return (self._run_to_its_end if is_followed else self._app)(scope, receive, send)

    async def _run_to_its_end(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller: Caller = scope["state"]["caller"]
        outcome = FINISHED
        try:
            await self._run(caller, scope, receive, send)
        except BaseException as error:
            outcome = _outcome_of(error)
            raise
        finally:
            if caller.download is not None:
                await self._finish(caller.download, outcome)

    async def _run(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the operation.

        Raises:
            DownloadCancelled: the caller has cancelled the download.
        """

        async def counting(message: Message) -> None:
            await send(message)
            if caller.download is not None:
                caller.download.bytes_sent += len(message.get("body", b""))

        try:
            async with asyncio.timeout(None) as limit, background(self._follow(caller, limit)):
                await self._app(scope, receive, counting)
        except TimeoutError as error:
            if limit.expired():
                raise DownloadCancelled from error
            raise

    async def _follow(self, caller: Caller, limit: asyncio.Timeout) -> None:
        """Report how far the download is, until it is cancelled; then let the limit of the request expire."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            if caller.download is not None and await self._is_cancelled(caller.download):
                limit.reschedule(asyncio.get_running_loop().time())
                return

    async def _is_cancelled(self, download: ExportProgress) -> bool:
        try:
            return await self._reports.report(download)
        except StoreError as error:
            logger.warning("download_not_reported", detail=error.detail)
            return False

    async def _finish(self, download: ExportProgress, outcome: DownloadOutcome) -> None:
        attempts = 1 if outcome is STOPPED else FINISH_ATTEMPTS  # the server that stops waits for nothing
        for attempt in range(attempts):
            try:
                await self._reports.finish(download, outcome)
            except StoreError as error:
                logger.warning("download_end_not_stored", status=outcome.status, detail=error.detail)
            else:
                return
            if attempt < attempts - 1:
                await asyncio.sleep(FINISH_PAUSE_SECONDS * 2**attempt * random.uniform(1, 1.5))  # noqa: S311 -- jitter


def _outcome_of(error: BaseException) -> DownloadOutcome:
    if isinstance(error, DownloadCancelled):
        return CANCELLED
    if isinstance(error, ClientDisconnected):
        return DISCONNECTED
    if isinstance(error, Exception):
        problem_type = problem_type_of(error)
        return DownloadOutcome(status=DownloadStatus.FAILED, failure=DownloadFailure.PROBLEM, problem_type=problem_type)
    return STOPPED
