"""The demo's own folder: what must survive a restart."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arcbeat.demo.errors import DemoFailed
from arcbeat.domain.identity.identity import Role

OPERATOR = "operator"
"""The user as which the simulated devices send their readings."""
USERS = {"admin": Role.ADMIN, OPERATOR: Role.OPERATOR, "viewer": Role.VIEWER}
PASSWORD_BYTES = 12
SECRET_KEY_BYTES = 32
SECRET_KEY = re.compile(rf"[0-9a-f]{{{2 * SECRET_KEY_BYTES}}}")


class DemoUser(BaseModel):
    """A user of the demo, with the password in plain text."""

    model_config = ConfigDict(frozen=True)

    username: str
    role: Role
    password: str = Field(min_length=1)


class DemoNote(BaseModel):
    """The content of demo.json.

    Attributes:
        username: the operator's.
        password: the operator's.
        users: all users; absent in notes of earlier versions.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    username: str
    password: str = Field(min_length=1)
    users: tuple[DemoUser, ...] = ()

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords by user name."""
        return {**{each.username: each.password for each in self.users}, self.username: self.password}


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Holds secrets, and so only its owner can read it."""

    path: Path

    @classmethod
    @contextmanager
    def claimed(cls, path: Path) -> Iterator["DemoFolder"]:
        """Lock the folder for one demo, and create it if it does not exist; the lock ends with the process.

        Raises:
            DemoFailed: another demo uses the folder.
        """
        path.mkdir(mode=0o700, exist_ok=True)
        folder = cls(path)
        with (path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                note = folder._read_note()
                where = f", at {note.url}" if note else ""
                raise DemoFailed(f"a demo is already running in this folder{where}") from error
            yield folder

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def note_file(self) -> Path:
        """The file from which programs read the address and the logins."""
        return self.path / "demo.json"

    def secret_key(self) -> str:
        """Return the key that signs tokens, the same in every run, so that tokens outlive a restart."""
        file = self.path / "secret-key"
        stored = file.read_text(encoding="ascii", errors="replace").strip() if file.exists() else ""
        if SECRET_KEY.fullmatch(stored):
            return stored
        key = secrets.token_hex(SECRET_KEY_BYTES)
        _write_private(file, key + "\n")
        return key

    def write_note(self, url: str) -> DemoNote:
        """Write demo.json with the address of this run and the passwords of earlier runs; return its content."""
        earlier = self._read_note()
        passwords = earlier.passwords if earlier else {}
        users = tuple(
            DemoUser(username=name, role=role, password=passwords.get(name) or secrets.token_urlsafe(PASSWORD_BYTES))
            for name, role in USERS.items()
        )
        [password] = [user.password for user in users if user.username == OPERATOR]
        note = DemoNote(url=url, username=OPERATOR, password=password, users=users)
        _write_private(self.note_file, note.model_dump_json(indent=2) + "\n")
        return note

    def _read_note(self) -> DemoNote | None:
        """Return the note of an earlier run; None if it is missing or damaged, and new passwords are needed."""
        try:
            return DemoNote.model_validate_json(self.note_file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None


def _write_private(file: Path, text: str) -> None:
    """Replace a file atomically with one that only its owner can read."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(handle)
    new.replace(file)
