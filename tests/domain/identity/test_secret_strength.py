"""Tests of which secrets are recognised as not random."""

import hashlib
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.identity.secret_strength import is_random_key, is_random_token


def test_keys_of_a_random_generator_pass() -> None:
    assert all(is_random_key(secrets.token_hex(size)) for size in (32, 33, 48, 64) for _ in range(5000))


def test_tokens_of_a_random_generator_pass() -> None:
    assert all(is_random_token(make(24)) for make in (secrets.token_hex, secrets.token_urlsafe) for _ in range(5000))


@given(st.binary(min_size=1, max_size=16), st.integers(2, 64))
def test_a_repetition_is_rejected(part: bytes, times: int) -> None:
    assert not is_random_key((part * times).hex())


@given(st.integers(0, 255), st.integers(-255, 255))
def test_a_sequence_is_rejected(first: int, step: int) -> None:
    assert not is_random_key(bytes((first + index * step) % 256 for index in range(32)).hex())


@given(st.text(st.characters(codec="ascii", min_codepoint=0x20, max_codepoint=0x7E), min_size=1))
def test_a_text_in_hexadecimal_is_rejected(text: str) -> None:
    assert not is_random_key(text.encode().hex())


@pytest.mark.parametrize("word", ["", "secret", "changeme", "arcbeat", "secret\n"])
@pytest.mark.parametrize("algorithm", [hashlib.sha256, hashlib.sha512])
def test_the_hash_of_a_placeholder_is_rejected(word: str, algorithm: type) -> None:
    assert not is_random_key(algorithm(word.encode()).hexdigest())


@pytest.mark.parametrize(
    "key", ["0123456789abcdef" * 4, "f" * 64, "deadbeef" * 8, "00112233445566778899aabbccddeeff" * 2]
)
def test_a_key_that_is_typed_by_hand_is_rejected(key: str) -> None:
    assert not is_random_key(key)


@pytest.mark.parametrize(
    "token",
    [
        "short-Ab1Cd2",
        "aaaaaaaaaaaaaaaa",
        "changeme-changeme",
        "my-metrics-token-secret",
        "arcbeat-metrics-token",
        "k3J9xQp2k3J9xQp2",
    ],
)
def test_a_weak_token_is_rejected(token: str) -> None:
    assert not is_random_token(token)
