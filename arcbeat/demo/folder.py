"""The demo's own folder: what must survive a restart."""

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
KEY_FILE = "secret-key"
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
        """The passwords by username."""
        return {**{each.username: each.password for each in self.users}, self.username: self.password}


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Holds secrets, and so only its owner can read its files.

    Attributes:
        handle: the open folder; files are opened relative to it and never through links, because a link could lead to a
            file of another program, which the demo would overwrite.
    """

    path: Path
    handle: int

    @classmethod
    @contextmanager
    def claimed(cls, path: Path) -> Iterator["DemoFolder"]:
        """Lock the folder for one demo, and create it if it does not exist; the lock ends with the process.

        Raises:
            DemoFailed: another demo uses the folder, or it is not safe to use.
        """
        path.mkdir(mode=0o700, exist_ok=True)
        with _opened(path) as handle:
            folder = cls(path, handle)
            with folder._locked():
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
        stored = (self._read(KEY_FILE) or b"").decode("ascii", errors="replace").strip()
        if SECRET_KEY.fullmatch(stored):
            return stored
        key = secrets.token_hex(SECRET_KEY_BYTES)
        self._write_private(KEY_FILE, key + "\n")
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
        self._write_private(self.note_file.name, note.model_dump_json(indent=2) + "\n")
        return note

    def _read_note(self) -> DemoNote | None:
        """Return the note of an earlier run; None if it is missing or damaged, and new passwords are needed."""
        content = self._read(self.note_file.name)
        try:
            return None if content is None else DemoNote.model_validate_json(content)
        except ValidationError:
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            handle = self._open("lock", os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise DemoFailed(f"{self.path / 'lock'} cannot be opened ({error.strerror}); remove it") from error
        with os.fdopen(handle) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                note = self._read_note()
                where = f", at {note.url}" if note else ""
                raise DemoFailed(f"a demo is already running in this folder{where}") from error
            yield

    def _open(self, name: str, flags: int) -> int:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=self.handle)

    def _read(self, name: str) -> bytes | None:
        """Return the content of a file; None if it does not exist, or is a link and will be replaced."""
        try:
            handle = self._open(name, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ELOOP}:
                return None
            raise
        with os.fdopen(handle, "rb") as file:
            return file.read()

    def _write_private(self, name: str, text: str) -> None:
        """Replace a file atomically with one that only its owner can read."""
        new = f"{name}.new"
        with suppress(FileNotFoundError):
            os.unlink(new, dir_fd=self.handle)
        handle = self._open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(handle)
        os.replace(new, name, src_dir_fd=self.handle, dst_dir_fd=self.handle)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open the demo's folder.

    Raises:
        DemoFailed: it is a link, belongs to another user, or other users may write to it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (NotADirectoryError, PermissionError) as error:
        raise DemoFailed(
            f"{path} is not a folder that the demo can use; remove it, or run the demo elsewhere"
        ) from error
    try:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid():
            raise DemoFailed(f"{path} belongs to another user; remove it, or run the demo as that user")
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise DemoFailed(f"other users may write to {path}; forbid it, for example: chmod go-w {path}")
        if os.geteuid() == 0:
            # PostgreSQL runs as another user, who has to pass through the folder. The files remain private.
            os.fchmod(handle, 0o711)
        yield handle
    finally:
        os.close(handle)
