"""Full disks, folders that cannot be written, and damaged archives: a clear error, and nothing is dropped or stored."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arcbeat.app import JobRuntime, open_jobs
from tests.jobs.archive.log_months import (
    FILE,
    OLD_ROWS,
    PARTITIONS,
    archived_months,
    execute,
    failure,
    folder_content,
    result,
    run_job,
)
from tests.support.small_files import small_files

NOISE = """
insert into sync_job_log (job_name, run_started_at, message)
select 'welding', '2020-01-15T00:00:00Z', md5(n::text) from generate_series(1, 20000) n"""
FILE_BYTES_MAX = 2**16
ONE_ATTEMPT = """
update sync_job set retry = '{"strategy": "fixed", "max_attempts": 1, "delay_seconds": 0.1}'
 where name = 'maintain_logs'"""
MANIFEST = f"{FILE}.json"


async def test_a_full_disk_leaves_the_month_in_the_log(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await execute(environment, NOISE)
    await execute(environment, ONE_ATTEMPT)
    before = await execute(environment, OLD_ROWS)

    with small_files(FILE_BYTES_MAX):
        message = failure(await run_job(archiving))

    assert message == f"The archive folder {folder} cannot be written: File too large. The month was not dropped."
    assert await execute(environment, OLD_ROWS) == before
    assert folder_content(folder) == {}
    assert archived_months(await run_job(archiving)) == ["2020-01", "2020-02"]


async def test_a_folder_that_cannot_be_written_leaves_the_month_in_the_log(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await execute(environment, ONE_ATTEMPT)
    before = await execute(environment, OLD_ROWS)
    block(folder)

    async with open_jobs(environment) as runtime:
        message = failure(await run_job(runtime))

    assert message == f"The archive folder {folder} cannot be written: File exists. The month was not dropped."
    assert await execute(environment, OLD_ROWS) == before


def block(folder: Path) -> None:
    folder.write_text("a file has the name of the folder")


def truncate(folder: Path) -> None:
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-100])


def empty(folder: Path) -> None:
    (folder / FILE).write_bytes(b"")


def replace_bytes(folder: Path) -> None:
    content = bytearray((folder / FILE).read_bytes())
    content[len(content) // 2] ^= 255
    (folder / FILE).write_bytes(content)


def change_a_row(folder: Path) -> None:
    content = gzip.decompress((folder / FILE).read_bytes())
    (folder / FILE).write_bytes(gzip.compress(content.replace(b"welding", b"cutting", 1)))


def delete(folder: Path) -> None:
    (folder / FILE).unlink()


def delete_archive(folder: Path) -> None:
    (folder / FILE).unlink()
    (folder / MANIFEST).unlink()


def manifest_with(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps({**manifest, **changes}))

    return change


def cut_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"month":')


def leave_invalid_archive(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(b"")
    (folder / MANIFEST).write_text("{}")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (truncate, f"The archive file {FILE} cannot be read: Compressed file ended before"),
        (empty, f"The archive file {FILE} differs from its manifest: it has 0 rows"),
        (replace_bytes, f"The archive file {FILE} cannot be read: "),
        (change_a_row, f"The archive file {FILE} differs from its manifest: it has 500 rows and the SHA-256"),
        (delete, f"The archive file {FILE} cannot be read: [Errno 2] No such file"),
        (manifest_with(sha256="0" * 64), f"The archive file {FILE} differs from its manifest: it has 500 rows"),
        (manifest_with(rows=499), f"The archive file {FILE} differs from its manifest: it has 500 rows"),
        (
            manifest_with(table="t_device_info"),
            f"The manifest {MANIFEST} is that of table, month and file t_device_info",
        ),
        (
            manifest_with(month="2020-02"),
            f"The manifest {MANIFEST} is that of table, month and file sync_job_log, 2020-02",
        ),
        (cut_manifest, f"The manifest {MANIFEST} is invalid: "),
    ],
)
async def test_a_damaged_archive_is_not_restored(
    archiving: JobRuntime,
    environment: dict[str, str],
    folder: Path,
    damage: Callable[[Path], None],
    message: str,
) -> None:
    await run_job(archiving)
    damage(folder)

    assert failure(await run_job(archiving, restore="2020-01")).startswith(message)
    assert failure(await run_job(archiving, restore="2020-01", dry_run=True)).startswith(message)

    assert ("sync_job_log_2020_01",) not in await execute(environment, PARTITIONS)


async def test_a_restored_month_is_archived_anew_if_its_file_is_damaged_meanwhile(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await run_job(archiving)
    await run_job(archiving, restore="2020-01")
    before = await execute(environment, OLD_ROWS)
    truncate(folder)

    [archived] = result(await run_job(archiving, keep_restored_days=0))["archived"]

    assert archived["file"] == "sync_job_log_2020_01.2.csv.gz"
    assert failure(await run_job(archiving, restore="2020-01")).startswith(f"The archive file {FILE} cannot be read")
    delete_archive(folder)
    await run_job(archiving, restore="2020-01")
    assert await execute(environment, OLD_ROWS) == before


async def test_an_invalid_manifest_stops_only_its_own_month(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    before = await execute(environment, OLD_ROWS)
    leave_invalid_archive(folder)

    message = failure(await run_job(archiving))

    assert message.startswith(f"The manifest {MANIFEST} is invalid: ")
    assert "sync_job_log_2020_02.csv.gz.json" in folder_content(folder)
    assert await execute(environment, OLD_ROWS) == before
