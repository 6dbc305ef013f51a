"""Those who may log in, and what a password must be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.identity.identity import Role

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 256
DISTINCT_CHARACTERS_MIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or program with a password.

    Attributes:
        password_hash: in the PHC string format of argon2.
        created_at: None for one that is not stored yet.
    """

    username: str
    role: Role
    password_hash: str = field(repr=False)
    enabled: bool = True
    created_at: datetime | None = None

    @property
    def is_acting_admin(self) -> bool:
        return self.enabled and self.role is Role.ADMIN


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """What is to be different; None leaves it."""

    role: Role | None = None
    enabled: bool | None = None
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UserPage:
    """Some users, and how many there are."""

    users: Sequence[User]
    total: int


def check_password(username: str, password: str, *, name: str = "password") -> None:
    """Whether a password is good enough for this user; ``name`` is that of the field.

    Length and variety, no classes of characters: as NIST SP 800-63B advises.

    Raises:
        InvalidInput: it is not; everything that is wrong with it is named.
    """
    faults = list(_faults(username, password))
    if faults:
        errors = tuple(InputError("body", f"/{name}", fault) for fault in faults)
        raise InvalidInput(errors, f"The password {' and '.join(faults)}.")


def _faults(username: str, password: str) -> Sequence[str]:
    folded = password.casefold()
    return [
        fault
        for fault, found in (
            (
                f"must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters",
                not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX,
            ),
            (f"must have {DISTINCT_CHARACTERS_MIN} different characters", len(set(folded)) < DISTINCT_CHARACTERS_MIN),
            ("must not be the user name", folded == username.casefold()),
        )
        if found
    ]
