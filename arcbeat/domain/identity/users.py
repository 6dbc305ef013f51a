"""Users, and the rules for their passwords."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.identity.identity import Role

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 256
DISTINCT_CHARACTERS_MIN = 5
GUESSABLE = (
    "must not be easy to guess, as common passwords, names, dates, repetitions and rows of keys are; for example, "
    "choose four words that have nothing in common"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or a program that logs in with a password.

    Attributes:
        password_hash: In the PHC string format of argon2.
        enabled: A user that is not enabled cannot log in.
        created_at: None before the user is stored.
    """

    username: str
    role: Role
    password_hash: str = field(repr=False)
    enabled: bool = True
    created_at: datetime | None = None

    @property
    def is_acting_admin(self) -> bool:
        """Whether the user can administer: an enabled admin."""
        return self.enabled and self.role is Role.ADMIN


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """A change of a user; an attribute that is None keeps its value."""

    role: Role | None = None
    enabled: bool | None = None
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of users; ``total`` counts the matching ones on all pages."""

    users: Sequence[User]
    total: int


def check_password(username: str, password: str, *, is_guessable: bool) -> None:
    """Check a user's new password.

    The rules are length, variety, and that it is not easy to guess; there are no classes of characters, as NIST SP
    800-63B recommends.

    Args:
        is_guessable: what a PasswordHasher returns about the password.

    Raises:
        InvalidValue: The password breaks a rule; every violation is listed.
    """
    broken = _broken_rules(username, password, is_guessable)
    if broken:
        summary = f"The password {' and '.join(broken)}."
        raise InvalidValue([Violation("password", rule) for rule in broken], summary)


def _broken_rules(username: str, password: str, is_guessable: bool) -> Sequence[str]:
    folded = password.casefold()
    rules = (
        (
            PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX,
            f"must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters",
        ),
        (
            len(set(folded)) >= DISTINCT_CHARACTERS_MIN,
            f"must have at least {DISTINCT_CHARACTERS_MIN} different characters",
        ),
        (folded != username.casefold(), "must differ from the user name"),
    )
    broken = [rule for obeyed, rule in rules if not obeyed]
    return broken or ([GUESSABLE] if is_guessable else [])  # a password that is too short is guessable anyway
