"""Tests of docs/problems: there is one page per problem type."""

from pathlib import Path

import pytest

from arcbeat.api.problem_texts.catalogue import load_problem_texts
from arcbeat.api.problems import HTTP_PROBLEMS, PROBLEMS, Problem
from arcbeat.domain.catalogue.device_types import Language

PAGES = Path(__file__).parents[2] / "docs" / "problems"
ALL = {problem.slug: problem for problem in (*PROBLEMS.values(), *(each for each, _ in HTTP_PROBLEMS.values()))}


@pytest.mark.parametrize("problem", ALL.values(), ids=ALL.keys())
def test_a_problem_has_a_page_with_its_type_and_status(problem: Problem) -> None:
    page = (PAGES / f"{problem.slug}.md").read_text(encoding="utf-8")

    assert page.startswith(f"# {problem.title}\n\n`{problem.type}`, status {problem.status}.\n")
    assert "## What to do" in page
    assert "## Example" in page


@pytest.mark.parametrize("slug", ALL)
def test_a_page_is_that_of_the_catalogue(slug: str) -> None:
    page = (PAGES / f"{slug}.md").read_text(encoding="utf-8")

    assert page == load_problem_texts().problems[slug].markdown(Language.ENGLISH), (
        "run python -m tests.support.problem_pages"
    )


def test_there_is_no_page_without_a_problem() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == ALL.keys()
