"""Tests of which passwords are easy to guess, and of the hash for unknown users."""

import secrets

import pytest
from argon2 import PasswordHasher

from adapters.identity.passwords import HASH_OF_NO_USER, Argon2Passwords

PASSWORDS = Argon2Passwords()


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "Password1234!",
        "123456789012",
        "qwertyuiop123",
        "1qaz2wsx3edc",
        "asdfghjkl;'1",
        "iloveyou1234",
        "woaini1314520",
        "Admin@123456",
        "Welcome2026!!",
        "changeme1234",
        "letmein12345",
        "abcdefghijkl",
        "hunter2hunter2",
        "passwordpassword",
        "a1b2c3d4e5f6",
        "vera.muster1",
        "arcbeatarcbeat1",
        "x" * 252 + "abcd",
    ],
)
def test_a_common_password_is_easy_to_guess(password: str) -> None:
    assert PASSWORDS.is_guessable("vera.muster", password)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "密码密码很长很长的一个句子吧", "a new long password", "k3J9xQp2Lm7z"]
)
def test_several_words_or_random_characters_are_not(password: str) -> None:
    assert not PASSWORDS.is_guessable("vera.muster", password)


def test_passwords_of_a_random_generator_are_not() -> None:
    passwords = [secrets.token_urlsafe(12) for _ in range(300)]

    assert not [password for password in passwords if PASSWORDS.is_guessable("vera", password)]


def test_every_text_can_be_assessed() -> None:
    for text in ("", "\x00", "\ud800x", "焊" * 256, "😀" * 256, "\u202e" * 20):
        PASSWORDS.is_guessable("vera", text)


def test_the_hash_for_unknown_users_takes_as_long_as_those_of_users() -> None:
    assert not PasswordHasher().check_needs_rehash(HASH_OF_NO_USER)  # it has the parameters of new hashes


async def test_no_password_is_that_of_an_unknown_user() -> None:
    assert not await Argon2Passwords().verify(None, "the password of no user")
