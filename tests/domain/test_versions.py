"""Nobody overwrites what they have not seen."""

from dataclasses import replace

import pytest

from arcbeat.domain.errors import InvalidInput, PreconditionFailed
from arcbeat.domain.versions import check_expected, etag, expected_versions, has_seen, version_of
from tests.support.catalogue import CUTTING


def test_a_version_changes_with_anything_of_a_thing() -> None:
    changed = replace(CUTTING, fields=(replace(CUTTING.fields[0], unit="A"), *CUTTING.fields[1:]))

    assert version_of(CUTTING) == version_of(replace(CUTTING))
    assert version_of(changed) != version_of(CUTTING)


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
def test_the_header_names_the_versions_that_may_be_changed(if_match: str | None, expected: set[str] | None) -> None:
    assert expected_versions(if_match) == expected


@pytest.mark.parametrize("if_match", ["a", '"a', '"a" "b"', '"a",', "w/'a'", ""])
def test_what_is_no_list_of_entity_tags_is_refused(if_match: str) -> None:
    with pytest.raises(InvalidInput):
        expected_versions(if_match)


def test_a_change_needs_one_of_the_versions_it_names() -> None:
    version = version_of(CUTTING)

    check_expected(expected_versions(etag(version)["ETag"]), version)
    check_expected(None, version)
    with pytest.raises(PreconditionFailed):
        check_expected(frozenset({"another"}), version)


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
def test_a_client_says_which_versions_it_has_seen(if_none_match: str | None, *, expected: bool) -> None:
    assert has_seen(if_none_match, "a") is expected
