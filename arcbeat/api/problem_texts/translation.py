"""Translates the details of problems: each English text that the code makes has a template in the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from werkzeug.http import parse_accept_header

from arcbeat.api.problem_texts.catalogue import load_problem_texts
from arcbeat.domain.catalogue.device_types import Language

VALUE = "{}"
DEPTH_MAX = 3
"""A value of a text may be a text itself, for example that of another error."""
CACHED_HEADERS_MAX = 256
CACHED_HEADER_CHARACTERS_MAX = 200


def problem_language(accept_language: str | None) -> Language:
    """Return the language of a problem: the one of English and Chinese that the client prefers; defaults to English."""
    header = accept_language or ""
    return _cached_language(header) if len(header) <= CACHED_HEADER_CHARACTERS_MAX else _language(header)


def _language(header: str) -> Language:
    wanted = (tag for tag, quality in parse_accept_header(header) if quality > 0)
    return Language.preferred(wanted, default=Language.ENGLISH)


_cached_language = lru_cache(CACHED_HEADERS_MAX)(_language)


class CatalogueTranslator:
    """Implements DetailTranslator with the catalogue."""

    def translate(self, detail: str, accept_language: str | None) -> str:
        return translate(detail, problem_language(accept_language))


def translate(text: str, language: Language) -> str:
    """Return the text in a language; a text that the catalogue lacks stays English."""
    return text if language is Language.ENGLISH else _translated(text, DEPTH_MAX)


def _translated(text: str, depth: int) -> str:
    exact = load_problem_texts().details.get(text)
    if exact is not None:
        return exact
    for parts, translation in _templates() if depth else ():
        values = _values(text, parts)
        if values is not None:
            return _filled(translation, [_translated(value, depth - 1) for value in values])
    return text


@cache
def _templates() -> Sequence[tuple[Sequence[str], str]]:
    """Return the templates as the texts between their values; those with the most text come first."""
    details: Mapping[str, str] = load_problem_texts().details
    split = [(template.split(VALUE), translation) for template, translation in details.items() if VALUE in template]
    return sorted(split, key=lambda each: -sum(map(len, each[0])))


def _values(text: str, parts: Sequence[str]) -> list[str] | None:
    """Return what stands between the parts of a template, or None if the text does not have them. Takes linear time."""
    first, *_, last = parts
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return None
    return _between(text[len(first) : len(text) - len(last)], parts[1:-1])


def _between(text: str, separators: Sequence[str]) -> list[str] | None:
    values = []
    for separator in separators:
        value, found, text = text.partition(separator)
        if not found:
            return None
        values.append(value)
    return [*values, text]


def _filled(translation: str, values: Sequence[str]) -> str:
    return "".join(_pieces(translation, values))


def _pieces(translation: str, values: Sequence[str]) -> Iterator[str]:
    """Yield the text with its values. `str.format` would fail at braces of JSON."""
    rest = translation
    while rest:
        before, brace, after = rest.partition("{")
        yield before
        if brace and after[:1].isdigit() and after[1:2] == "}":
            yield values[int(after[0])]
            rest = after[2:]
        else:
            yield brace
            rest = after
