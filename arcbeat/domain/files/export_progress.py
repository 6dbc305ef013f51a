"""How far an export is, while it runs in this process."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from arcbeat.domain.schema.columns import Value

ROWS_PER_STEP = 500
"""Rows after which an export that is followed counts; an XLSX file takes tens of milliseconds for them."""

Rows = Sequence[Sequence[Value]]
ShareRead = Callable[[int, Sequence[Value]], float]
"""Returns the share of an export that was read, from 0 to 1, from the number of its rows until now and the last one."""


@dataclass(slots=True)
class ExportProgress:
    """How far the export of a download is. The export changes it, and the download reports it.

    Attributes:
        rows: Rows that were written to the file.
        bytes_sent: Bytes of the file that were sent, before compression.
        share: The share of the rows that were read, from 0 to 1; None if it is not known.
    """

    download_id: str
    rows: int = 0
    bytes_sent: int = 0
    share: float | None = None

    async def counted(self, pages: AsyncIterator[Rows], share_read: ShareRead | None = None) -> AsyncIterator[Rows]:
        """Yield the rows of ``pages`` in small steps, and count a step when it has been written."""
        async for page in pages:
            for start in range(0, len(page), ROWS_PER_STEP):
                step = page[start : start + ROWS_PER_STEP]
                yield step
                self.rows += len(step)
                if share_read is not None:
                    self.share = min(max(share_read(self.rows, step[-1]), self.share or 0.0), 1.0)
        if share_read is not None:
            self.share = 1.0
