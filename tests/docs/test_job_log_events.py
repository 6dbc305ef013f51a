"""The page about jobs lists each event that jobs write to the log of their process."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "run-jobs.md"
LEVELS = {"info", "warning", "error", "exception"}


def _events(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="logger"), attr=level), args=[ast.Constant(value=str(event))]
            ) if level in LEVELS:
                yield event


def test_the_page_lists_each_log_event() -> None:
    files = [
        file
        for folder in ("jobs", "adapters/postgres/jobs", "arcbeat/services/jobs")
        for file in (ROOT / folder).rglob("*.py")
    ]
    logged = {event for file in files for event in _events(file.read_text(encoding="utf-8"))}
    _, _, section = PAGE.read_text(encoding="utf-8").partition("| log event | meaning |")
    listed = {
        name for row in re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }

    assert listed == logged
