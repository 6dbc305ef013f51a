"""The spool keeps log rows in order, on disk, within its limit."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime
from arcbeat.domain.errors import StoreUnreachable
from arcbeat.domain.jobs.events import LogStatus, RunEvent
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import JobLogs
from arcbeat.domain.jobs.runs import Run, RunState
from jobs.execution.spool import LogWrite, Spool, Write, store_leftovers
from jobs.execution.start import Starter
from tests.jobs.logs import request, rows, tree_of
from tests.support.jobs import log_of
from tests.support.small_files import small_files

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def retry(run: Run, number: int) -> SyncJobLog:
    return log_of(
        run,
        RunEvent.RETRIED,
        status=LogStatus.RUNNING,
        message="第二次尝试\n",
        attempt_number=number,
        started_at=NOW + timedelta(seconds=number),
    )


class UnreachableLogs:
    """JobLogs whose store is gone after some rows."""

    def __init__(self, logs: JobLogs, rows: int) -> None:
        self._logs = logs
        self._rows = rows

    async def append(self, run: Run, logs: Sequence[SyncJobLog]) -> Sequence[int]:
        if not self._rows:
            raise StoreUnreachable
        self._rows -= 1
        return await self._logs.append(run, logs)


@pytest_asyncio.fixture
async def run(starter: Starter, runtime: JobRuntime) -> Run:
    """A run that this process holds."""
    await starter.prepare()
    await runtime.ports.queue.request(request("patient"))
    claimed = await runtime.ports.queue.claim("a test", ["patient"])
    assert claimed is not None
    return claimed.run


def fill(folder: Path, run: Run, count: int) -> Spool:
    spool = Spool(folder, run)
    for number in range(2, 2 + count):
        spool.add(LogWrite(Write.APPEND, retry(run, number)))
    return spool


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_what_a_dead_process_left_is_stored_once_in_order(runtime: JobRuntime, run: Run, tmp_path: Path) -> None:
    fill(tmp_path, run, 3).close()

    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 3
    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 0

    assert [log[3] for log in rows(await tree_of(runtime.ports, run))] == [None, 2, 3, 4]
    assert files(tmp_path) == []
    [swept] = await runtime.ports.queue.sweep()
    assert (swept.id, swept.state) == (run.id, RunState.QUEUED)


async def test_an_outage_while_leftovers_are_stored_leaves_them_for_the_next_time(
    runtime: JobRuntime, run: Run, tmp_path: Path
) -> None:
    fill(tmp_path, run, 3).close()

    with pytest.raises(StoreUnreachable):
        await store_leftovers(tmp_path, UnreachableLogs(runtime.ports.logs, 2), runtime.ports.queue)  # type: ignore[arg-type] # what is used of it
    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 3

    assert [log[3] for log in rows(await tree_of(runtime.ports, run))] == [None, 2, 3, 4]


async def test_the_rows_of_a_run_that_was_taken_over_are_dropped(runtime: JobRuntime, run: Run, tmp_path: Path) -> None:
    fill(tmp_path, run, 2).close()
    await runtime.ports.queue.release(run)
    await runtime.ports.queue.sweep()

    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 0

    assert files(tmp_path) == []
    assert len(rows(await tree_of(runtime.ports, run))) == 1


async def test_the_spool_of_a_living_process_is_left_alone(runtime: JobRuntime, run: Run, tmp_path: Path) -> None:
    spool = fill(tmp_path, run, 2)

    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 0

    assert [write.log.attempt_number for write in spool.writes] == [2, 3]
    assert spool.path.exists()
    spool.delete()


async def test_an_unfinished_line_is_left_out(runtime: JobRuntime, run: Run, tmp_path: Path) -> None:
    spool = fill(tmp_path, run, 2)
    spool.close()
    spool.path.write_bytes(spool.path.read_bytes()[:-40])

    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 1


async def test_a_file_that_is_no_spool_is_kept(runtime: JobRuntime, tmp_path: Path) -> None:
    (tmp_path / "run-1-1.jsonl").write_text("not a run\n")

    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 0

    assert len(files(tmp_path)) == 1


async def test_rows_beyond_the_size_limit_are_counted(run: Run, tmp_path: Path) -> None:
    spool = Spool(tmp_path, run, bytes_max=2000)

    for number in range(10):
        spool.add(LogWrite(Write.APPEND, retry(run, number)))

    assert spool.dropped == 10 - len(spool.writes) > 0
    assert spool.path.stat().st_size < 5000
    spool.delete()
    assert files(tmp_path) == []


async def test_a_row_that_a_full_disk_does_not_take_is_kept_in_memory(
    runtime: JobRuntime, run: Run, tmp_path: Path
) -> None:
    spool = fill(tmp_path, run, 2)
    size = spool.path.stat().st_size

    with small_files(size + 40):
        spool.add(LogWrite(Write.APPEND, retry(run, 4)))
    spool.add(LogWrite(Write.APPEND, retry(run, 5)))

    assert [write.log.attempt_number for write in spool.writes] == [2, 3, 4, 5]
    spool.close()
    assert await store_leftovers(tmp_path, runtime.ports.logs, runtime.ports.queue) == 3


async def test_a_folder_that_cannot_be_created_does_not_lose_rows(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()

    spool = fill(tmp_path / "a file" / "spool", run, 2)

    assert len(spool.writes) == 2
    spool.delete()
    assert spool.writes == ()
