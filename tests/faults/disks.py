"""Full disks, and limits of the size of files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

MIB = 2**20
DISK_BYTES = 192 * MIB
FILE_BYTES_MAX = 24 * MIB
"""Above the 16 MiB of a WAL segment of PostgreSQL, so that only the file of a table reaches the limit."""
CHUNK = b"\0" * MIB


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a small file system at the folder; the test is skipped where that is not possible."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root on Linux")
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607 -- its path differs between systems


def fill(folder: Path) -> Path:
    """Fill the disk; return the file to delete later."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):  # no space left, as intended
        while True:
            file.write(CHUNK)
    assert os.statvfs(folder).f_bavail == 0
    return ballast
