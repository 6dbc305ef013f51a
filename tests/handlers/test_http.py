"""Tests of input errors, conditional requests and negotiated headers."""

from contextlib import AbstractContextManager

import pytest

from arcbeat.domain.errors import InputError, InvalidInput, InvalidValue, PreconditionFailed, Violation
from arcbeat.domain.versions import check_expected, version_of
from handlers._http import body_errors, etag, expected_versions, file_errors, is_cached, query_errors
from tests.support.catalogue import CUTTING


@pytest.mark.parametrize(
    ("errors", "field", "location", "name"),
    [
        (query_errors(), "interval", "query", "interval"),
        (query_errors(start="from"), "start", "query", "from"),
        (body_errors(), "interval", "body", "/interval"),
        (body_errors(), "fields/3/maximum", "body", "/fields/3/maximum"),
        (body_errors(password="new_password"), "password", "body", "/new_password"),
        (body_errors(columns="fields"), "columns/3/name", "body", "/fields/3/name"),
        (body_errors(), "", "body", ""),
        (file_errors(), "row 3, column 2", "body", "row 3, column 2"),
    ],
)
def test_a_violation_is_reported_where_the_client_sent_the_value(
    errors: AbstractContextManager[None], field: str, location: str, name: str
) -> None:
    with pytest.raises(InvalidInput) as caught, errors:
        raise InvalidValue.of(field, "is too long")

    assert caught.value.errors == (InputError(location, name, "is too long"),)


def test_the_summary_of_violations_becomes_the_detail_of_the_problem() -> None:
    violations = (Violation("a", "is too long"), Violation("b", "is missing"))

    with pytest.raises(InvalidInput) as caught, body_errors():
        raise InvalidValue(violations, "Two are wrong.")

    assert caught.value.detail == "Two are wrong."
    assert [each.name for each in caught.value.errors] == ["/a", "/b"]


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [
        (None, None),
        ("*", None),
        ('"a"', {"a"}),
        ('"a", "b" ,"c"', {"a", "b", "c"}),
        ('W/"a", "b"', {"b"}),
        ('W/"a"', set()),
        ('""', {""}),
    ],
)
def test_if_match_lists_the_versions_that_may_be_changed(if_match: str | None, expected: set[str] | None) -> None:
    assert expected_versions(if_match) == expected


@pytest.mark.parametrize("if_match", ["a", '"a', '"a" "b"', '"a",', "w/'a'", ""])
def test_an_if_match_that_is_not_a_list_of_entity_tags_is_rejected(if_match: str) -> None:
    with pytest.raises(InvalidInput):
        expected_versions(if_match)


def test_the_etag_of_an_answer_is_accepted_in_if_match() -> None:
    version = version_of(CUTTING)

    check_expected(expected_versions(etag(version)["ETag"]), version)
    with pytest.raises(PreconditionFailed):
        check_expected(expected_versions('"another"'), version)


@pytest.mark.parametrize(
    ("if_none_match", "expected"),
    [
        (None, False),
        ("*", True),
        ('"a"', True),
        ('"b", "a"', True),
        ('W/"a"', True),
        ('"b"', False),
        ('"ab"', False),
        ("a", False),
        ("", False),
    ],
)
def test_if_none_match_lists_the_versions_that_a_client_has(if_none_match: str | None, *, expected: bool) -> None:
    assert is_cached("a", if_none_match) is expected
