"""Writes docs/explanation/faults.md from a test run: one row per fault, with what was expected and observed.

``make test-faults`` loads it with ``-p tests.faults.table``. The rows are sent in the reports of the tests, so that the
tests may run in several processes.
"""

import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "explanation" / "faults.md"
RUN_SECONDS_MAX = 900
PROPERTY = "fault"
FAILED = "**not as expected**"
HEAD = """\
# Faults

What happens when something around arcbeat fails. Every fault is real: servers are stopped, paused, filled and killed,
and connections are cut, around `arcbeat serve` as a separate process. Only the clock of the server is an injected one.
`make test-faults` runs the tests and writes this page.

Run on {run_on}.

| fault | expected | observed |
|---|---|---|
"""


@dataclass
class Row:
    """One fault.

    Attributes:
        index: of the test in the run; rows are sorted by it.
        observed: facts that are the same in every run; times only where the fault is about them.
        run_on: the servers of the test, with their versions.
    """

    fault: str
    expected: str
    index: int = 0
    observed: list[str] = field(default_factory=list)
    run_on: list[str] = field(default_factory=list)

    def saw(self, fact: str) -> None:
        if fact not in self.observed:
            self.observed.append(fact)

    def ran_on(self, server: str) -> None:
        self.run_on.append(server)

    def __str__(self) -> str:
        return f"| {self.fault} | {self.expected} | {'; '.join(self.observed)} |"


def create_row(item: pytest.Item) -> Row | None:
    """Create the row for a test with the mark ``fault``, and attach it to the report of the test."""
    mark = item.get_closest_marker("fault")
    if mark is None:
        return None
    fault, expected = mark.args
    row = Row(fault, expected, index=item.session.items.index(item))
    # the report is made after the test: vars(row) shares the lists that the test has filled by then
    item.user_properties.append((PROPERTY, vars(row)))
    return row


def document(rows: Sequence[Row]) -> str:
    """Return the content of the page."""
    run_on = dict.fromkeys(server for row in rows for server in row.run_on)
    return HEAD.format(run_on=", ".join(sorted(run_on))) + "".join(f"{row}\n" for row in rows)


class Collector:
    """Collects the rows of a run and writes the page at its end."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for row in _rows(report.user_properties):
            known = self._rows.setdefault(row.index, row)
            if report.failed:
                known.observed = [FAILED]
            elif report.skipped:
                known.observed = [f"not run here: {_reason(report)}"]
            elif report.when == "call":
                known.observed, known.run_on = row.observed, row.run_on

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if ended and not hasattr(session.config, "workerinput"):
            DOCUMENT.write_text(document(self.rows()), encoding="utf-8")

    def rows(self) -> list[Row]:
        """Return the rows in the order of the tests."""
        return [self._rows[index] for index in sorted(self._rows)]


def _rows(properties: Iterable[tuple[str, Any]]) -> Iterable[Row]:
    for name, value in properties:
        if name == PROPERTY:
            yield Row(**value)


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]).removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Collector(), "faults-collector")
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGALRM, _abort)
        signal.alarm(RUN_SECONDS_MAX)


def _abort(*_: object) -> None:
    pytest.exit(f"the tests of faults took longer than {RUN_SECONDS_MAX} s", returncode=pytest.ExitCode.INTERRUPTED)
