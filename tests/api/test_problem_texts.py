"""The texts of problems: complete in both languages, and served as pages."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.api.problem_texts.catalogue import load_problem_texts
from arcbeat.api.problem_texts.pages import problem_page
from arcbeat.api.problem_texts.translation import problem_language, translate
from arcbeat.api.problems import HTTP_PROBLEMS, INTERNAL, PROBLEMS, problem_body
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.errors import InputError, InvalidInput
from tests.support.error_texts import texts
from tests.support.service import Service

ALL = {problem.slug: problem for problem in (*PROBLEMS.values(), *(each for each, _ in HTTP_PROBLEMS.values()))}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VALUES_ONLY = re.compile(r"(\{\}|row|header|column|[ ,.:;])*\Z")
"""Texts that consist of values, and positions in tables."""
ZH = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


def _templates() -> list[tuple[str, str]]:
    given = [("problems", detail) for _, detail in (*HTTP_PROBLEMS.values(), INTERNAL)]
    return [(where, text) for where, text in [*texts(), *given] if not VALUES_ONLY.match(text)]


@pytest.mark.parametrize(("where", "template"), _templates(), ids=str)
def test_every_text_of_an_error_has_a_translation(where: str, template: str) -> None:
    text = template.replace("{}", "X1")

    assert CHINESE.search(translate(text, Language.CHINESE)), f"openapi/problems.yaml has no translation of {template}"


def test_every_value_of_a_text_is_in_its_translation() -> None:
    for template, translation in load_problem_texts().details.items():
        assert len(re.findall(r"\{\d\}", translation)) == template.count("{}"), template


@pytest.mark.parametrize("slug", ALL)
def test_every_problem_type_has_its_texts_in_both_languages(slug: str) -> None:
    text = load_problem_texts().problems[slug]

    assert (text.title.en, text.status) == (ALL[slug].title, ALL[slug].status)
    assert CHINESE.search(text.title.zh)
    assert CHINESE.search(text.pages[Language.CHINESE])
    assert "## What to do" in text.pages[Language.ENGLISH]
    assert "## 处理方法" in text.pages[Language.CHINESE]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, "5"),
        ({"type": "boolean"}, "True"),
        ({"type": ["integer", "null"]}, "5"),
        ({"enum": ["a", "b"]}, "c"),
        ({"pattern": "^a$"}, "b"),
        ({"format": "date-time"}, "yesterday"),
        ({"minimum": 1}, 0),
        ({"maximum": 1, "exclusiveMaximum": True}, 1),
        ({"minLength": 1}, ""),
        ({"maxLength": 1}, "ab"),
        ({"minItems": 2}, [1]),
        ({"maxItems": 1}, [1, 2]),
        ({"minProperties": 1}, {}),
        ({"maxProperties": 1}, {"a": 1, "b": 2}),
        ({"uniqueItems": True}, [1, 1]),
        ({"required": ["a"]}, {}),
        ({"additionalProperties": False}, {"a": 1}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1),
    ],
)
def test_every_error_of_validation_has_a_translation(schema: dict[str, object], value: object) -> None:
    [error] = BoundedValidator(schema).errors(value)

    assert CHINESE.search(translate(error.detail, Language.CHINESE)), error.detail


def test_values_stay_as_they_are() -> None:
    error = InvalidInput((InputError("query", "sort", '"no {0} such" is not one of "a" or "b"'),))

    problem = problem_body(error, Language.CHINESE)

    assert problem["type"] == "urn:arcbeat:problem:invalid-input"
    assert problem["errors"][0] == {
        "location": "query",
        "name": "sort",
        "detail": '"no {0} such" 不是以下值之一："a" or "b"',
    }


@given(st.text(), st.sampled_from([each.replace("{}", "%s") for each in load_problem_texts().details]))
def test_any_value_in_any_text_can_be_translated(value: str, template: str) -> None:
    count = template.count("%s")
    text = template.replace("%s", value) if count else template

    assert isinstance(translate(text, Language.CHINESE), str)
    assert translate(text, Language.ENGLISH) == text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh", "zh"),
        ("zh-TW", "zh"),
        ("en, zh", "en"),
        ("zh;q=0.5, en;q=0.9", "en"),
        ("fr, zh;q=0.1", "zh"),
        ("*", "en"),
        ("zh;q=0", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_problems_are_english_unless_chinese_is_preferred(header: str | None, language: str) -> None:
    assert problem_language(header) == language


def test_a_problem_is_chinese_if_the_client_prefers_it(service: Service) -> None:
    path = "/api/v1/device/data/realtime?page_size=501&nonsense=1"
    english, chinese = (service.operator.get(path, headers=headers) for headers in ({}, ZH))

    assert (english.headers["Content-Language"], chinese.headers["Content-Language"]) == ("en", "zh")
    assert "Accept-Language" in english.headers["Vary"]
    assert "Accept-Language" in chinese.headers["Vary"]
    assert english.json()["type"] == chinese.json()["type"]
    assert chinese.json()["title"] == "输入无效"
    assert CHINESE.search(chinese.json()["detail"])
    assert all(CHINESE.search(error["detail"]) for error in chinese.json()["errors"])
    assert not CHINESE.search(english.text)


@pytest.mark.parametrize("headers", [{}, ZH])
def test_a_problem_leads_to_a_page_about_it(service: Service, headers: dict[str, str]) -> None:
    problem = service.anonymous.get("/api/v1/device/types", headers=headers).json()
    page = service.anonymous.get(problem["help"], headers=headers)

    assert page.status_code == 200
    assert problem["title"] in page.text
    assert problem["type"] in page.text
    assert page.headers["Content-Language"] == ("zh" if headers else "en")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_index_leads_to_every_page(service: Service) -> None:
    index = service.anonymous.get("/docs/problems").text
    links = set(re.findall(r'href="(/docs/problems/[a-z-]+)"', index))

    assert links == {f"/docs/problems/{slug}" for slug in ALL}
    assert {service.anonymous.get(link).status_code for link in links} == {200}
    assert service.anonymous.get("/docs/problems/no-such-problem").status_code == 404


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("slug", ALL)
def test_a_page_is_well_formed_and_links_to_other_pages_only(slug: str, language: Language) -> None:
    elements = _Elements()
    page = problem_page(load_problem_texts().problems[slug], language)
    elements.feed(page)

    assert elements.open == []
    assert "```" not in page
    paths = {link.removeprefix("/docs/problems").removeprefix("/") for link in elements.links}
    assert paths <= {"", *ALL}
