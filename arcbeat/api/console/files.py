"""Reads the built console into memory: each file with its media type, its ETag and its compressed forms."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from arcbeat.api.compression.codings import BROTLI, GZIP, Coding

CONSOLE_FILES_MAX = 5000
CONSOLE_BYTES_MAX = 64 * 1024 * 1024
"""The size limit of all files together, with their compressed forms; a build has about 5 MiB."""
SUFFIXES: Mapping[str, Coding] = {".br": BROTLI, ".gz": GZIP}
"""The compressed forms that the build writes beside a file, the smaller one first."""
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""The types are listed here, because browsers run no script of another type, and each system has its own list."""
UNKNOWN_MEDIA_TYPE = "application/octet-stream"
FINGERPRINT_DIGITS = 32


class ConsoleTooLarge(ValueError):
    """The folder of the console has more files or bytes than the limits allow; it is probably another folder."""


@dataclass(frozen=True, slots=True)
class ConsoleFile:
    """One file of the console.

    Attributes:
        etag: of the uncompressed form.
        compressed: the content in each coding for which the build has made a smaller form.
    """

    content: bytes
    media_type: str
    etag: bytes
    compressed: Mapping[Coding, bytes]


Files = Mapping[str, ConsoleFile]
"""The files by the path under which they are served, for example ``/assets/index-Bq3.js``."""


def read_files(folder: Path) -> Files:
    """Return all files of the folder, except links, whose target may be outside, and names that begin with a dot.

    Raises:
        OSError: a file cannot be read.
        ConsoleTooLarge: there are more files or bytes than the limits allow.
    """
    contents = {path: (folder / path).read_bytes() for path in _bounded(folder)}
    return {f"/{path}": _file(path, contents) for path in contents if _base(path) not in contents}


def _bounded(folder: Path) -> Iterator[PurePosixPath]:
    bytes_left = CONSOLE_BYTES_MAX
    for number, path in enumerate(_paths(folder), 1):
        bytes_left -= (folder / path).stat().st_size
        if number > CONSOLE_FILES_MAX or bytes_left < 0:
            raise ConsoleTooLarge(f"the limits are {CONSOLE_FILES_MAX} files and {CONSOLE_BYTES_MAX} bytes")
        yield path


def _paths(folder: Path) -> Iterator[PurePosixPath]:
    for parent, folders, names in os.walk(folder):  # does not follow links to folders
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if not name.startswith(".") and file.is_file() and not file.is_symlink():
                yield PurePosixPath(file.relative_to(folder))


def _base(path: PurePosixPath) -> PurePosixPath | None:
    """Return the file of which this one is a compressed form; None if its name does not say so."""
    return path.with_suffix("") if path.suffix in SUFFIXES else None


def _file(path: PurePosixPath, contents: Mapping[PurePosixPath, bytes]) -> ConsoleFile:
    content = contents[path]
    forms = {coding: contents.get(path.with_name(path.name + suffix)) for suffix, coding in SUFFIXES.items()}
    return ConsoleFile(
        content=content,
        media_type=MEDIA_TYPES.get(path.suffix, UNKNOWN_MEDIA_TYPE),
        etag=b'"%b"' % hashlib.sha256(content).hexdigest()[:FINGERPRINT_DIGITS].encode(),
        compressed={coding: form for coding, form in forms.items() if form is not None and len(form) < len(content)},
    )
