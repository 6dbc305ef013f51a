"""Write the pages in docs/problems from the catalogue: ``python -m tests.support.problem_pages``."""

from pathlib import Path

from arcbeat.api.problem_texts.catalogue import load_problem_texts
from arcbeat.domain.catalogue.device_types import Language

FOLDER = Path(__file__).parents[2] / "docs" / "problems"


def write_pages() -> None:
    """Write one page per problem type, in English."""
    for slug, text in load_problem_texts().problems.items():
        (FOLDER / f"{slug}.md").write_text(text.markdown(Language.ENGLISH), encoding="utf-8")


if __name__ == "__main__":
    write_pages()
