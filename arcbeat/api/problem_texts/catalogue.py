"""The catalogue of the texts of problems: titles and pages per type, and the Chinese of each detail."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from arcbeat.domain.catalogue.device_types import Label, Language

CATALOGUE_FILE = Path(__file__).parents[3] / "openapi" / "problems.yaml"
PAGES_PATH = "/docs/problems"


@dataclass(frozen=True, slots=True)
class ProblemText:
    """The texts of one problem type.

    Attributes:
        pages: what it means and what to do, in Markdown, by language.
    """

    slug: str
    status: int
    title: Label
    pages: Mapping[Language, str]

    def markdown(self, language: Language) -> str:
        """Return the whole page."""
        status = "status" if language is Language.ENGLISH else "状态码"
        head = f"# {self.title.text(language)}\n\n`urn:arcbeat:problem:{self.slug}`, {status} {self.status}.\n\n"
        return head + self.pages[language]


@dataclass(frozen=True, slots=True)
class ProblemCatalogue:
    """All texts.

    Attributes:
        problems: by the end of their type.
        details: the Chinese text of each English one, with ``{}`` and ``{0}`` for values.
    """

    problems: Mapping[str, ProblemText]
    details: Mapping[str, str]


@cache
def load_problem_texts(file: Path = CATALOGUE_FILE) -> ProblemCatalogue:
    """Return the catalogue."""
    document = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return ProblemCatalogue(
        {slug: _problem_text(slug, texts) for slug, texts in document["problems"].items()}, document["details"]
    )


def _problem_text(slug: str, texts: dict[str, Any]) -> ProblemText:
    title = Label(zh=texts["title"]["zh"], en=texts["title"]["en"])
    return ProblemText(slug, texts["status"], title, {language: texts[language.value] for language in Language})


def help_path(slug: str) -> str:
    """Return the path of a problem type's page."""
    return f"{PAGES_PATH}/{slug}"
