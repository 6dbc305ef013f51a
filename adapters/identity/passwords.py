"""Hashes passwords with argon2id and the library's default parameters (RFC 9106, low memory), and assesses new ones.

zxcvbn estimates the guesses that a password resists: it knows common passwords, names, words, dates, repetitions,
sequences and rows of keys, also with replaced letters.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn_rs_py import zxcvbn

from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.identity.users import User

HASHES_AT_ONCE_MAX = 2
WAIT_SECONDS_MAX = 5.0
"""One hash takes 64 MiB and tens of milliseconds of a core, so only a few run at a time, and waiting is limited."""

GUESSES_LOG10_MIN = 9.0
"""The guesses that a password must resist: those that are allowed per minute and address make 10^9 impossible."""
ASSESSED_CHARACTERS_MAX = 100
"""The estimate of a long text takes long; a password does not become weaker by more characters."""
PRODUCT = "arcbeat"
HASH_OF_NO_USER = "$argon2id$v=19$m=65536,t=3,p=4$XkATAooCxgjFuHUq7+MB2Q$ryENhZoRUR0TtYPBtDOts6rIjILzufPBvEv/3HE+CfQ"
"""Verified for unknown users, so that the response time does not reveal which users exist. It is a constant because
hashing takes a fifth of a second at each start; its parameters are those of the library, which a test checks."""

T = TypeVar("T")


class Argon2Passwords:
    """Implements PasswordHasher."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._at_once = asyncio.Semaphore(HASHES_AT_ONCE_MAX)

    def is_guessable(self, username: str, password: str) -> bool:
        """Return whether a password resists fewer guesses than GUESSES_LOG10_MIN."""
        assessed = password[:ASSESSED_CHARACTERS_MAX].encode(errors="replace").decode()  # no lone surrogates
        estimate = zxcvbn(assessed, [username, PRODUCT])
        return estimate.guesses_log10 < GUESSES_LOG10_MIN

    async def hash(self, password: str) -> str:
        """Return the hash in the PHC string format."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, user: User | None, password: str) -> bool:
        """Return whether this is the user's password; it takes the same time for None, an unknown user."""
        password_hash = user.password_hash if user else HASH_OF_NO_USER
        return await self._run(lambda: self._matches(password_hash, password)) and user is not None

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                await self._at_once.acquire()
        except TimeoutError as error:
            raise StoreUnavailable("Too many logins at the same time; try again in a few seconds.") from error
        try:
            return await asyncio.to_thread(work)
        finally:
            self._at_once.release()

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
