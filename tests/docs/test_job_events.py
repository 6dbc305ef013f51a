"""The page of job events equals the table of events in the code."""

import re
from pathlib import Path

from arcbeat.domain.jobs.events import EVENTS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "job-events.md"
ROW = re.compile(r"^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \| (yes|no) \|$", re.MULTILINE)
DESCRIPTION = re.compile(r"^\| (\w+) \| [^|]+ \|$", re.MULTILINE)


def test_the_page_lists_each_event_with_its_log_row() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))

    assert rows == [
        (event, row.log_type, row.execution_phase, row.status, "yes" if row.is_root else "no")
        for event, row in EVENTS.items()
    ]


def test_the_page_describes_each_event() -> None:
    events, _, _ = PAGE.read_text(encoding="utf-8").partition("## Columns")

    assert DESCRIPTION.findall(events) == ["event", *EVENTS]
