"""The tables of problems and of the limits of the checks are those of the code."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from arcbeat.domain.jobs.alerts import JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from jobs.watch_logs import LIMIT_BOUNDS

PAGE = (Path(__file__).parents[2] / "docs/how-to/watch-jobs.md").read_text(encoding="utf-8")
NUMBERS = re.compile(r", (\d[\d ]*) to (\d[\d ]*)$")


def rows(heading: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the first table below a heading."""
    section = PAGE.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)


def test_every_problem_is_described() -> None:
    assert sorted(name.strip("`") for name, *_ in rows("## Problems")) == sorted(JobProblem)


def test_every_limit_is_described_with_its_default() -> None:
    assert {name.strip("`"): int(default) for name, _, default in rows("### Limits of the checks")} == asdict(
        CheckLimits()
    )


def test_the_bounds_of_limits_are_those_that_are_described() -> None:
    for name, meaning, _ in rows("### Limits of the checks"):
        if bounds := NUMBERS.search(meaning):
            assert LIMIT_BOUNDS[name.strip("`")] == tuple(int(each.replace(" ", "")) for each in bounds.groups())
