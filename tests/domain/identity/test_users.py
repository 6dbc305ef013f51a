"""Tests of the rules for names and passwords."""

import pytest

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.identity.names import check_name
from arcbeat.domain.identity.users import GUESSABLE, check_password


@pytest.mark.parametrize(
    "password", ["correct horse battery", "密码密码很长很长的一个句子吧", "a1b2c3d4e5f6", "x" * 252 + "abcd"]
)
def test_a_long_password_with_some_variety_passes(password: str) -> None:
    check_password("vera", password, is_guessable=False)


@pytest.mark.parametrize(
    ("username", "password", "details"),
    [
        ("vera", "short", ["must have 12 to 256 characters"]),
        ("vera", "abcd" * 65, ["must have 12 to 256 characters", "must have at least 5 different characters"]),
        ("vera", "aAbBcCdDaAbB", ["must have at least 5 different characters"]),
        ("a-long-username", "A-Long-Username", ["must differ from the user name"]),
        (
            "vera",
            "vera",
            [
                "must have 12 to 256 characters",
                "must have at least 5 different characters",
                "must differ from the user name",
            ],
        ),
    ],
)
def test_every_violation_of_a_password_is_listed(username: str, password: str, details: list[str]) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_password(username, password, is_guessable=False)

    assert [(each.field, each.detail) for each in caught.value.violations] == [("password", each) for each in details]
    assert all(each in caught.value.detail for each in details)


def test_a_guessable_password_is_rejected_with_an_example_of_a_good_one() -> None:
    with pytest.raises(InvalidValue, match=GUESSABLE):
        check_password("vera", "a long password", is_guessable=True)


@pytest.mark.parametrize("name", ["vera", "v", "王伟", "vera.w@example.com", "_x-1", "0" * 64])
def test_a_valid_name_passes(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "@x", "a/b", "x\n", "x" * 65, "вера", "a\u202eb", "é"])
def test_an_invalid_name_is_rejected(name: str) -> None:
    with pytest.raises(InvalidValue):
        check_name(name)
