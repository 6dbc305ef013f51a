"""Prints the progress of a run: a line of text per event, or a JSON object."""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from arcbeat_client.command_line.runs import LogRow, Run


class Output:
    """Prints to standard output.

    A scheduler may close the pipe before it stops the command, as XXL-JOB does. What is printed is then dropped, and
    the command goes on, because it still has to cancel the run.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def requested(self, run: Run, url: str) -> None:
        """Print the run that the command follows, and its page in the console."""
        self._print("run_requested", f"run {run.id} of {run.job}: {run.state}, {url}", {**run.body, "console_url": url})

    def changed(self, run: Run) -> None:
        self._print("run_changed", f"run {run.id}: {run.state}, attempt {run.attempts}", run.body)

    def logged(self, row: LogRow) -> None:
        self._print("log", row.text, row.body)

    def unavailable(self, reason: str) -> None:
        self._print("service_unavailable", f"the service is unavailable, trying again: {reason}", {"reason": reason})

    def cancelling(self, run: Run, reason: str) -> None:
        self._print("cancellation_requested", f"run {run.id}: cancellation requested, {reason}", run.body)

    def left(self, run: Run) -> None:
        self._print("run_left", f"run {run.id}: goes on without this command", run.body)

    def ended(self, run: Run) -> None:
        body = run.body
        rows = f"{body['rows_read']} read, {body['rows_written']} written, {body['rows_skipped']} skipped"
        error = f"; {run.error}" if run.error else ""
        result = f"; {json.dumps(body['result'], ensure_ascii=False)}" if body["result"] is not None else ""
        text = f"run {run.id} {run.state} after {run.attempts} attempts; rows: {rows}{error}{result}"
        self._print("run_ended", text, body)

    def _print(self, event: str, text: str, facts: Mapping[str, Any]) -> None:
        line = json.dumps({"event": event, **facts}, ensure_ascii=False) if self._as_json else text
        try:
            print(line, flush=True)
        except OSError:
            # Otherwise Python fails again at its end, when it flushes what it could not write.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
