"""The documentation refers only to what exists: links, headings, files of the repository and make targets."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "arcbeat/**/*.md", "adapters/**/*.md", "handlers/**/*.md", "clients/*/*.md")
    for page in ROOT.glob(pattern)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# A code span is a path of the repository if it begins with one of these folders and has no placeholder in it.
PATH = re.compile(
    r"(?:adapters|arcbeat|bench|clients|deploy|docs|handlers|jobs|migrations|openapi|tests)/[\w./-]*[\w/]|\w+\.(?:toml|lock)"
)
MAKE_TARGET = re.compile(r"make ([a-z-]+)")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


@cache
def _anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives to the headings of a page."""
    headings = HEADING.findall(_prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in _anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    assert list(_broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_paths_in_code_spans_exist(page: Path) -> None:
    paths = [span for span in CODE.findall(_prose(page)) if PATH.fullmatch(span)]

    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    spans = [MAKE_TARGET.match(span) for span in CODE.findall(_prose(page))]
    assert {match[1] for match in spans if match} <= targets


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(_prose(index))}

    pages = {page for page in (ROOT / "docs").glob("*/*.md") if page.parent.name != "problems"}
    assert pages - listed == set()
