"""Disks that are full, and files that may not grow."""

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
"""PostgreSQL makes files of 16 MiB for its log at once; only a table's file grows further."""
CHUNK = b"\0" * MIB


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own at a folder; the test does not run where it cannot be made."""
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
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607 -- where it is differs


def fill(folder: Path) -> Path:
    """Use up what is left; answers the file to delete."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):  # no space left: what is wanted
        while True:
            file.write(CHUNK)
    assert os.statvfs(folder).f_bavail == 0
    return ballast
