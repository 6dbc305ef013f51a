"""The pages of problem types as HTML: the Markdown of the catalogue, of which they use a small part."""

import re
from collections.abc import Iterator
from html import escape

from arcbeat.api.problem_texts.catalogue import PAGES_PATH, ProblemText, load_problem_texts
from arcbeat.domain.catalogue.device_types import Language

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""A page has no script, no style, and nothing from anywhere else."""
_PARAGRAPHS = re.compile(r"(^```\n.*?^```$)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_PROBLEM_LINK = re.compile(r"([a-z-]+)\.md\Z")


def problem_page(text: ProblemText, language: Language) -> str:
    """Return the page of one problem type."""
    body = "\n".join(_blocks(text.markdown(language)))
    return _page(text.title.text(language), f'{body}\n<p><a href="{PAGES_PATH}">{_all(language)}</a></p>', language)


def index_page(language: Language) -> str:
    """Return the list of all problem types."""
    items = "\n".join(
        f'<li><a href="{PAGES_PATH}/{each.slug}">{escape(each.title.text(language))}</a> <code>{each.slug}</code> '
        f"{each.status}</li>"
        for each in load_problem_texts().problems.values()
    )
    return _page(_all(language), f"<h1>{_all(language)}</h1>\n<ul>\n{items}\n</ul>", language)


def _all(language: Language) -> str:
    return "All problems" if language is Language.ENGLISH else "全部问题"


def _page(title: str, body: str, language: Language) -> str:
    return (
        f'<!doctype html>\n<html lang="{language.value}">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)} · arcbeat</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _blocks(markdown: str) -> Iterator[str]:
    for part in _PARAGRAPHS.split(markdown):
        if part.startswith("```"):
            yield f"<pre>{escape(part.strip('`').strip())}</pre>"
        else:
            yield from (_paragraph(each) for each in part.strip().split("\n\n") if each)


def _paragraph(text: str) -> str:
    if text.startswith("#"):
        marks, _, heading = text.partition(" ")
        return f"<h{len(marks)}>{_inline(heading)}</h{len(marks)}>"
    if text.startswith("- "):
        items = "".join(f"<li>{_inline(item)}</li>" for item in text.removeprefix("- ").split("\n- "))
        return f"<ul>{items}</ul>"
    if text.startswith("|"):
        rows = [line.strip("| ").split("|") for line in text.split("\n") if not line.startswith("|---")]
        cells = ("".join(f"<td>{_inline(cell.strip())}</td>" for cell in row) for row in rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    return f"<p>{_inline(text)}</p>"


def _inline(text: str) -> str:
    return _LINK.sub(_link, _CODE.sub(r"<code>\1</code>", escape(text, quote=False)))


def _link(match: re.Match[str]) -> str:
    """Return a link to another problem; other pages of docs/ are not served, so of those only the text remains."""
    problem = _PROBLEM_LINK.match(match[2])
    return f'<a href="{PAGES_PATH}/{problem[1]}">{match[1]}</a>' if problem else match[1]
