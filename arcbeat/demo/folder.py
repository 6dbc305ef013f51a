"""The demo's own folder: what must survive a restart."""

import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.ingest import Login

USERNAME = "operator"
PASSWORD_BYTES = 12
SECRET_KEY_BYTES = 32
SECRET_KEY = re.compile(rf"[0-9a-f]{{{2 * SECRET_KEY_BYTES}}}")


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Holds secrets: only its owner can read them."""

    path: Path

    @classmethod
    @contextmanager
    def claimed(cls, path: Path) -> Iterator["DemoFolder"]:
        """The folder, made if it is not there, for one demo at a time; a killed one lets go.

        Raises:
            DemoFailed: another demo has it.
        """
        path.mkdir(mode=0o700, exist_ok=True)
        folder = cls(path)
        with (path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                url = folder._noted().get("url", "an address of its own")
                raise DemoFailed(f"a demo is already running in this folder, at {url}") from error
            yield folder

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def note(self) -> Path:
        """Where programs find the address and the login."""
        return self.path / "demo.json"

    def secret_key(self) -> str:
        """Made once, so that tokens outlive a restart."""
        file = self.path / "secret-key"
        found = file.read_text(encoding="ascii", errors="replace").strip() if file.exists() else ""
        if SECRET_KEY.fullmatch(found):
            return found
        made = secrets.token_hex(SECRET_KEY_BYTES)
        _write_private(file, made + "\n")
        return made

    def login(self, url: str) -> Login:
        """The user of this folder; noted together with the address of this run."""
        noted = self._noted().get("password")
        login = Login(USERNAME, noted or secrets.token_urlsafe(PASSWORD_BYTES))
        note = {"url": url, "username": login.username, "password": login.password}
        _write_private(self.note, json.dumps(note, indent=2) + "\n")
        return login

    def _noted(self) -> dict[str, str]:
        """What an earlier run noted; nothing where that is not there or damaged, a new password is as good."""
        try:
            noted = json.loads(self.note.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return {name: text for name, text in noted.items() if isinstance(text, str)} if isinstance(noted, dict) else {}


def _write_private(file: Path, text: str) -> None:
    """All of it or nothing, whatever happens meanwhile."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(handle)
    new.replace(file)
