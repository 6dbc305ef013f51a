"""Months are archived while other programs write to them: each committed row is in the log or in the archive."""

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from tests.jobs.archive.log_months import CREATE, FILL, ROWS
from tests.jobs.programs import PRODUCT, ROOT, TIMEOUT_SECONDS, events, run
from tests.support.waiting import eventually

OLD_MOMENTS = ("2020-01-20T00:00:00Z", "2020-02-20T00:00:00Z")
ROWS_BEFORE = 50
NO_PARTITION = psycopg.errors.CheckViolation.sqlstate
MESSAGES = "select message from sync_job_log where job_name = 'welding'"


@contextmanager
def writer(environment: Mapping[str, str], folder: Path, name: str, moment: str) -> Iterator[Path]:
    """Run a program that writes to the log; yield the file that lists its rows. At the end, let it finish."""
    report = folder / f"{name}.jsonl"
    with report.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.archive.writer", name, moment],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=out,
        )
    try:
        yield report
    finally:
        process.communicate(timeout=TIMEOUT_SECONDS)
        assert process.returncode == 0


def reported(report: Path) -> Sequence[dict[str, Any]]:
    *lines, _ = report.read_text().split("\n")  # the last one may be unfinished
    return [json.loads(line) for line in lines]


def has_written(report: Path) -> bool:
    return len(reported(report)) > ROWS_BEFORE


def is_rejected(report: Path) -> bool:
    return reported(report)[-1]["rejected"] is not None


def archived_messages(folder: Path) -> Sequence[str]:
    found = []
    for path in folder.glob("*.csv.gz"):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            found += [row["message"] for row in csv.DictReader(file)]
    return found


def test_no_committed_row_is_lost_while_months_are_archived(
    environment: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    run(environment, "list", module=PRODUCT)
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(CREATE)
        connection.execute(FILL.encode(), (ROWS,))
        with ExitStack() as stack:
            late = [
                stack.enter_context(writer(environment, tmp_path, f"late-{number}", moment))
                for number, moment in enumerate(OLD_MOMENTS * 2)
            ]
            present = stack.enter_context(writer(environment, tmp_path, "present", "now"))
            for report in (*late, present):
                eventually("the program writes", partial(has_written, report))

            code, out, _ = run(environment, "run", "maintain_logs", "--json", module=PRODUCT)
            other_code, _, _ = run(environment, "run", "flaky")

            for report in late:
                eventually("its month is gone", partial(is_rejected, report))
        in_log = [message for (message,) in connection.execute(MESSAGES)]

    result = events(out)[-1]["result"]
    assert (code, other_code, [each["month"] for each in result["archived"]]) == (0, 0, ["2020-01", "2020-02"])
    rows = [row for report in (*late, present) for row in reported(report)]
    assert {row["rejected"] for report in late for row in reported(report)} == {None, NO_PARTITION}
    assert {row["rejected"] for row in reported(present)} == {None}
    stored = Counter([*in_log, *archived_messages(folder)])
    assert max(stored.values()) == 1
    committed = {row["message"] for row in rows if row["rejected"] is None}
    assert len(stored) == ROWS + len(committed)
    assert committed <= stored.keys()
