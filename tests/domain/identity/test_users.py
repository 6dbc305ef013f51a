"""What a user may be called, and what a password must be."""

import pytest

from arcbeat.domain.errors import InvalidInput
from arcbeat.domain.identity.names import check_name
from arcbeat.domain.identity.users import check_password


@pytest.mark.parametrize(
    "password", ["correct horse battery", "密码密码很长很长的一个句子吧", "a1b2c3d4e5f6", "x" * 252 + "abcd"]
)
def test_a_long_password_with_some_variety_is_good(password: str) -> None:
    check_password("vera", password)


@pytest.mark.parametrize(
    ("username", "password", "faults"),
    [
        ("vera", "short", ["must have 12 to 256 characters"]),
        ("vera", "abcd" * 65, ["must have 12 to 256 characters", "must have 5 different characters"]),
        ("vera", "aAbBcCdDaAbB", ["must have 5 different characters"]),
        ("a-long-username", "A-Long-Username", ["must not be the user name"]),
        (
            "vera",
            "vera",
            ["must have 12 to 256 characters", "must have 5 different characters", "must not be the user name"],
        ),
    ],
)
def test_everything_that_is_wrong_with_a_password_is_named(username: str, password: str, faults: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_password(username, password, name="new_password")

    assert [(each.name, each.detail) for each in caught.value.errors] == [("/new_password", each) for each in faults]
    assert all(each in caught.value.detail for each in faults)


@pytest.mark.parametrize("name", ["vera", "v", "王伟", "vera.w@example.com", "_x-1", "0" * 64])
def test_a_name_may_be_this(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "@x", "a/b", "x\n", "x" * 65, "вера", "a\u202eb", "é"])
def test_a_name_may_not_be_that(name: str) -> None:
    with pytest.raises(InvalidInput):
        check_name(name)
