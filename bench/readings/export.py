"""Export of a table page by page, compared with collecting all rows in memory first; each in its own process.

``python -m bench.readings.export FORMAT METHOD`` is that process. Its pages are parsed from JSON, as those of a store
are, so that no two rows share a value.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import psutil

from adapters.files.table_files import TableFiles
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.files.tables import TableColumn, TableFormat
from arcbeat.domain.schema.columns import Value
from bench import record
from bench.support import fleet

ROWS, PAGE_ROWS, ROUNDS = 100_000, 1_000, 3
PEAK_MIB_MAX = 32
MIB = 2**20
PAGED, COLLECTED = "paged", "collected"
COLUMNS = tuple(TableColumn(each.name, each.name, each.type) for each in WELDING_COLUMNS if not each.is_tag)

Page = Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one export used.

    Attributes:
        seconds: of CPU, so that other programs on the machine do not count.
        peak_mib: resident memory above that of the process before the export.
    """

    seconds: float
    peak_mib: float
    file_mib: float


async def measure() -> None:
    """Measure every format and save the results."""
    rows = [await asyncio.to_thread(_measure, table_format) for table_format in TableFormat]
    record.save("export", rows, [_target(row) for row in rows])


def _measure(table_format: TableFormat) -> record.Row:
    """Measure both methods in alternating rounds."""
    taken: Mapping[str, list[Figures]] = {PAGED: [], COLLECTED: []}
    for _ in range(ROUNDS):
        for method, figures in taken.items():
            figures.append(_in_own_process(table_format, method))
    peaks = {method: statistics.median(each.peak_mib for each in figures) for method, figures in taken.items()}
    seconds = {method: statistics.median(each.seconds for each in figures) for method, figures in taken.items()}
    return {
        "format": table_format.value,
        "rows": ROWS,
        "file_mib": round(taken[PAGED][0].file_mib, 1),
        "paged_rows_s": round(ROWS / seconds[PAGED]),
        "collected_rows_s": round(ROWS / seconds[COLLECTED]),
        "paged_peak_mib": round(peaks[PAGED], 1),
        "collected_peak_mib": round(peaks[COLLECTED], 1),
        "ratio": round(peaks[COLLECTED] / peaks[PAGED], 1),
    }


def _in_own_process(table_format: TableFormat, method: str) -> Figures:
    program = [sys.executable, "-m", "bench.readings.export", table_format, method]
    return Figures(**json.loads(subprocess.run(program, check=True, capture_output=True).stdout))


def _target(row: record.Row) -> record.Target:
    return record.Target(f"{row['format']}: peak MiB page by page", row["paged_peak_mib"], PEAK_MIB_MAX, at_most=True)


async def export(table_format: TableFormat, method: str) -> Figures:
    """Export in this process, after one page to warm up."""
    page = _page()
    await _send(TableFiles().write(table_format, COLUMNS, _pages(page, PAGE_ROWS)))
    before, start = psutil.Process().memory_info().rss, time.process_time()
    pages = _pages(page, ROWS)
    if method == COLLECTED:
        size = await _collect(table_format, pages)
    else:
        size = await _send(TableFiles().write(table_format, COLUMNS, pages))
    seconds = time.process_time() - start
    return Figures(seconds, max(_peak_bytes() - before, 0) / MIB, size / MIB)


async def _collect(table_format: TableFormat, pages: AsyncIterator[Page]) -> int:
    rows = [row async for page in pages for row in page]
    return len(b"".join([piece async for piece in TableFiles().write(table_format, COLUMNS, _at_once(rows))]))


async def _at_once(rows: Page) -> AsyncIterator[Page]:
    yield rows


async def _send(file: AsyncGenerator[bytes, None]) -> int:
    size = 0
    async for piece in file:
        size += len(piece)
    return size


def _page() -> bytes:
    since = datetime.now(UTC)
    stamps = [since + timedelta(seconds=5 * number) for number in range(PAGE_ROWS)]
    return orjson.dumps(
        [[ts, *fleet.values(code).values()] for ts, code in zip(stamps, fleet.device_codes(), strict=False)]
    )


async def _pages(page: bytes, rows: int) -> AsyncIterator[Page]:
    for _ in range(rows // PAGE_ROWS):
        yield [[datetime.fromisoformat(ts), *values] for ts, *values in orjson.loads(page)]


def _peak_bytes() -> int:
    """Return the peak of resident memory.

    On Linux, getrusage also counts the memory of the parent before exec, so the peak is read from /proc.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(export(TableFormat(sys.argv[1]), sys.argv[2])))))
