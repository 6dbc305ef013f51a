"""maintain_logs reads an archived month back into the log: with its ids, once, and only from files that are intact."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from arcbeat.app import JobRuntime
from tests.jobs.archive.log_months import (
    FILE,
    OLD_ROWS,
    PARTITIONS,
    ROWS,
    archived_months,
    execute,
    failure,
    folder_content,
    result,
    run_job,
)
from tests.jobs.programs import PRODUCT, events, run

INSERT = "insert into sync_job_log (job_name, run_started_at, message) values ('welding', '2020-01-20T00:00:00Z', %s)"
ADD_PARENT = """
insert into sync_job_log (job_name, run_started_at) values ('welding', '2020-02-01T00:00:00Z') returning id"""
ADD_CHILD = """
insert into sync_job_log (job_name, run_started_at, parent_log_id) values ('welding', '2020-01-31T00:00:00Z', %s)"""
REJECT_LAST_ROW = "alter table sync_job_log add constraint few check (id <> 500)"
CREATE_OLD = "select sync_job_log_create_months(array['2020-01-01'::date])"


async def test_a_restored_month_has_the_same_rows_and_ids(archiving: JobRuntime, environment: dict[str, str]) -> None:
    before = await execute(environment, OLD_ROWS)
    assert archived_months(await run_job(archiving)) == ["2020-01", "2020-02"]
    assert await execute(environment, OLD_ROWS) == []

    found = result(await run_job(archiving, restore="2020-01"))

    assert found == {"restored": {"month": "2020-01", "files": [FILE], "rows": ROWS, "stored": ROWS, "skipped": 0}}
    assert await execute(environment, OLD_ROWS) == before


async def test_restoring_again_stores_no_row_twice(archiving: JobRuntime, environment: dict[str, str]) -> None:
    before = await execute(environment, OLD_ROWS)
    await run_job(archiving)
    await run_job(archiving, restore="2020-01")
    await execute(environment, "delete from sync_job_log where id = (select min(id) + 1 from sync_job_log)")

    found = result(await run_job(archiving, restore="2020-01"))["restored"]

    assert (found["stored"], found["skipped"]) == (1, ROWS - 1)
    assert await execute(environment, OLD_ROWS) == before


async def test_a_restored_month_stays_for_a_while_and_is_archived_in_the_same_file(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await run_job(archiving)
    archived = folder_content(folder)
    await run_job(archiving, restore="2020-01")

    spared = result(await run_job(archiving))

    assert list(spared["restored_until"]) == ["2020-01"]
    assert datetime.fromisoformat(spared["restored_until"]["2020-01"]) > datetime.now(UTC)
    assert (spared["due"], spared["archived"]) == ([], [])
    assert archived_months(await run_job(archiving, keep_restored_days=0)) == ["2020-01"]
    assert folder_content(folder) == archived


async def test_rows_that_came_after_the_archive_get_a_file_of_their_own_and_are_restored_with_the_others(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    before = await execute(environment, OLD_ROWS)
    await run_job(archiving)
    first = folder_content(folder)
    await execute(environment, CREATE_OLD)
    await execute(environment, INSERT, "late")
    [late] = await execute(environment, OLD_ROWS)

    assert archived_months(await run_job(archiving)) == ["2020-01"]
    restored = result(await run_job(archiving, restore="2020-01"))["restored"]

    assert restored["files"] == ["sync_job_log_2020_01.2.csv.gz", FILE]
    assert await execute(environment, OLD_ROWS) == [*before, late]
    assert folder_content(folder).items() >= first.items()


async def test_a_month_of_before_a_migration_gets_the_default_of_a_new_column(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    await run_job(archiving)
    await execute(environment, "alter table sync_job_log add column plant text not null default 'Wuhan'")
    await execute(environment, "alter table sync_job_log add column shift integer")

    await run_job(archiving, restore="2020-01")

    statement = "select plant, shift, count(*) from sync_job_log where run_started_at < '2021-01-01' group by 1, 2"
    assert await execute(environment, statement) == [("Wuhan", None, ROWS)]


async def test_a_month_with_a_column_that_the_log_lacks_is_refused(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    await execute(environment, "alter table sync_job_log add column plant text")
    await run_job(archiving)
    await execute(environment, "alter table sync_job_log drop column plant")

    message = failure(await run_job(archiving, restore="2020-01"))

    assert f"{FILE} has columns that sync_job_log lacks: plant." in message
    assert ("sync_job_log_2020_01",) not in await execute(environment, PARTITIONS)


async def test_a_child_is_restored_although_its_parent_is_in_the_archive(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    [(parent,)] = await execute(environment, ADD_PARENT)
    await execute(environment, ADD_CHILD, parent)
    await run_job(archiving)

    await run_job(archiving, restore="2020-01")

    assert await execute(environment, "select parent_log_id from sync_job_log where run_started_at = '2020-01-31'") == [
        (parent,)
    ]
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await execute(environment, ADD_CHILD, 10**9)


async def test_new_rows_of_another_database_do_not_get_the_ids_of_the_restored_ones(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    await run_job(archiving)
    await execute(environment, "delete from sync_job_log")
    await execute(environment, "alter sequence sync_job_log_id_seq restart with 10")

    await run_job(archiving, restore="2020-01")

    [(newest,)] = await execute(environment, "select max(id) from sync_job_log where run_started_at < '2021-01-01'")
    assert (await execute(environment, "select nextval('sync_job_log_id_seq')"))[0][0] > newest


async def test_a_dry_run_verifies_the_file_and_stores_nothing(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await run_job(archiving)
    archived, partitions = folder_content(folder), await execute(environment, PARTITIONS)

    found = result(await run_job(archiving, dry_run=True, restore="2020-01"))

    assert found == {"restored": {"month": "2020-01", "files": [FILE], "rows": ROWS}}
    assert (folder_content(folder), await execute(environment, PARTITIONS)) == (archived, partitions)


@pytest.mark.parametrize(
    ("month", "message"),
    [
        ("2019-12", "The archive folder has no archive of 2019-12; it has: 2020-01, 2020-02."),
        ("January", "restore is 'January'; it must be a month, for example 2026-01"),
    ],
)
async def test_what_is_not_in_the_archive_is_refused(archiving: JobRuntime, month: str, message: str) -> None:
    await run_job(archiving)

    assert failure(await run_job(archiving, restore=month)) == message


async def test_a_table_of_an_operator_is_not_touched(archiving: JobRuntime, environment: dict[str, str]) -> None:
    await run_job(archiving)
    await execute(environment, "create table sync_job_log_2020_01 (note text)")

    message = failure(await run_job(archiving, restore="2020-01"))

    assert message.startswith("The table sync_job_log_2020_01 exists and is not attached to sync_job_log.")
    assert result(await run_job(archiving))["due"] == []
    assert await execute(environment, "select * from sync_job_log_2020_01") == []


async def test_a_restoration_that_fails_stores_no_row_and_leaves_the_archive_as_it_was(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await run_job(archiving)
    archived = folder_content(folder)
    await execute(environment, REJECT_LAST_ROW)

    assert failure(await run_job(archiving, restore="2020-01")).startswith("The store rejects a value.")

    assert await execute(environment, OLD_ROWS) == []
    assert archived_months(await run_job(archiving, keep_restored_days=0)) == ["2020-01"]
    assert folder_content(folder) == archived


def test_the_command_line_archives_and_restores(environment: dict[str, str]) -> None:
    run(environment, "list", module=PRODUCT)
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(CREATE_OLD)
        connection.execute(INSERT, ("by hand",))
    run(environment, "run", "maintain_logs", module=PRODUCT)

    code, out, _ = run(environment, "run", "maintain_logs", "--param", "restore=2020-01", "--json", module=PRODUCT)

    assert (code, events(out)[-1]["result"]["restored"]["stored"]) == (0, 1)
    code, _, _ = run(environment, "run", "maintain_logs", "--param", "restore=2019-01", module=PRODUCT)
    assert code == 1
