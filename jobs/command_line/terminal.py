"""Shows runs to people and to programs: a progress bar on a terminal, a JSON object per line otherwise."""

import json
from collections.abc import Mapping
from typing import Any, TextIO

from pydantic import TypeAdapter

from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.logs import LogNode, SyncJobLog
from arcbeat.domain.jobs.runs import Run

BAR_WIDTH = 30

RUN = TypeAdapter(Run)
LOG = TypeAdapter(SyncJobLog)
JOB = TypeAdapter(Job)
NODE = TypeAdapter(LogNode)


class JsonLines:
    """Writes an object per event; each has the key ``event``."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def began(self, run: Run) -> None:
        self._write("run_began", RUN.dump_python(run, mode="json"))

    def progress(self, run: Run, done: int, total: int) -> None:
        self._write("progress", {"run_id": run.id, "done": done, "total": total})

    def logged(self, log: SyncJobLog) -> None:
        self._write("log", LOG.dump_python(log, mode="json"))

    def ended(self, run: Run) -> None:
        self._write("run_ended", RUN.dump_python(run, mode="json"))

    def not_executed(self, run: Run) -> None:
        """Write a run that this process did not execute: it is skipped, queued, executed elsewhere or ended before."""
        self._write("run_not_executed", RUN.dump_python(run, mode="json"))

    def _write(self, event: str, facts: Mapping[str, Any]) -> None:
        self._out.write(json.dumps({"event": event, **facts}, ensure_ascii=False) + "\n")
        self._out.flush()


class ProgressBar:
    """Draws a bar, and writes a line per row of the log."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def began(self, run: Run) -> None:
        self._line(f"run {run.id} of {run.job_name}{' (dry run)' if run.dry_run else ''}")

    def progress(self, run: Run, done: int, total: int) -> None:  # noqa: ARG002 -- the signature of the port
        filled = BAR_WIDTH * done // max(1, total)
        self._out.write(f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}")
        self._out.flush()

    def logged(self, log: SyncJobLog) -> None:
        if log.ended_at is None or log.error_message is None:
            self._line(summary(log))

    def ended(self, run: Run) -> None:
        self._line(describe(run))

    def not_executed(self, run: Run) -> None:
        """Show nothing: the command describes the run on standard error."""

    def _line(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}\n")
        self._out.flush()


def line(log: SyncJobLog) -> str:
    """Return a row of a list as a line; a row of another program belongs to no run."""
    started_at = log.run_started_at.isoformat(sep=" ", timespec="seconds")
    run = "no run" if log.run_id is None else f"run {log.run_id}"
    return f"{started_at} {run} {log.job_name} {log.status} {summary(log)}"


def summary(log: SyncJobLog) -> str:
    """Return what a log row says."""
    attempt = "" if log.attempt_number is None else f" attempt {log.attempt_number}"
    error = "" if log.error_message is None else f" [{log.error_category}] {log.error_message}"
    return f"{log.log_type}{attempt}: {log.message}{error}"


def describe(run: Run) -> str:
    """Return a run as a line."""
    rows = f"{run.rows.read} read, {run.rows.written} written, {run.rows.skipped} skipped"
    error = "" if run.error_message is None else f"; {run.error_category}: {run.error_message}"
    result = "" if run.result is None else f"; {json.dumps(run.result, ensure_ascii=False)}"
    return f"run {run.id} {run.state} after {run.attempts} attempts; rows: {rows}{error}{result}"


def to_json(adapter: TypeAdapter[Any], value: object) -> str:
    """Return a value as a line of JSON."""
    return json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False)
