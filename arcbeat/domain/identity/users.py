"""Those who may log in, and what a password must be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.identity.identity import Role

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 256
MIN_DISTINCT_CHARACTERS = 5


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
                f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters",
                not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH,
            ),
            (f"must have {MIN_DISTINCT_CHARACTERS} different characters", len(set(folded)) < MIN_DISTINCT_CHARACTERS),
            ("must not be the user name", folded == username.casefold()),
        )
        if found
    ]
