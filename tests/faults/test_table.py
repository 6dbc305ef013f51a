"""docs/explanation/faults.md contains what the tests observed."""

import pytest

from tests.faults import table
from tests.faults.table import FAILED, Collector, Row, document

PROPERTIES = {"fault": "a fault", "expected": "all goes well", "observed": ["a", "b"], "run_on": ["PostgreSQL 18"]}


def report(outcome: str, index: int = 0, when: str = "call", longrepr: object = None) -> pytest.TestReport:
    """Return the report of a test with a row."""
    properties = [(table.PROPERTY, {**PROPERTIES, "index": index})]
    return pytest.TestReport("test", ("file", 1, "test"), {}, outcome, longrepr, when, user_properties=properties)  # type: ignore[arg-type]


def observed(*reports: pytest.TestReport) -> list[list[str]]:
    collector = Collector()
    for each in reports:
        collector.pytest_runtest_logreport(each)
    return [row.observed for row in collector.rows()]


def test_a_row_lists_each_observation_once_in_order() -> None:
    row = Row("a fault", "all goes well")
    for fact in ("b", "a", "b"):
        row.saw(fact)

    assert str(row) == "| a fault | all goes well | b; a |"


def test_the_page_names_each_server_once() -> None:
    rows = [Row("one", "", run_on=["PostgreSQL 18", "TDengine 3"]), Row("two", "", run_on=["PostgreSQL 18"])]

    page = document(rows)

    assert "Run on PostgreSQL 18, TDengine 3.\n" in page
    assert page.endswith("|---|---|---|\n| one |  |  |\n| two |  |  |\n")


def test_rows_are_in_the_order_of_the_tests_not_of_their_ends() -> None:
    collector = Collector()
    for index in (2, 0, 1):
        collector.pytest_runtest_logreport(report("passed", index))

    assert [row.index for row in collector.rows()] == [0, 1, 2]


def test_a_test_that_fails_in_any_phase_is_not_as_expected() -> None:
    assert observed(report("failed", when="setup")) == [[FAILED]]
    assert observed(report("passed", when="setup"), report("failed")) == [[FAILED]]
    assert observed(report("passed"), report("failed", when="teardown")) == [[FAILED]]


def test_the_row_of_a_skipped_test_contains_the_reason() -> None:
    skipped = report("skipped", when="setup", longrepr=("file", 1, "Skipped: no such disk"))

    assert observed(skipped) == [["not run here: no such disk"]]
