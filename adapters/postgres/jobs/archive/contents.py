"""What the compressed CSV of an archived month holds."""

import csv
import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arcbeat.domain.errors import ArchiveDamaged

CHUNK_BYTES = 2**20
FIELD_CHARACTERS_MAX = 2**30
"""The length of a text in PostgreSQL. The csv module counts rows of at most 128 KiB per field by default."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a CSV holds.

    Attributes:
        rows: Without the header.
        sha256: In hexadecimal.
    """

    rows: int
    sha256: str


def read_content(path: Path) -> Content:
    """Decompress a file, hash its content and count its rows.

    Raises:
        ArchiveDamaged: It is missing, truncated, or no compressed CSV.
    """
    digest = hashlib.sha256()
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            rows = max(0, sum(1 for _ in csv.reader(text)) - 1)
    except (FileNotFoundError, EOFError, gzip.BadGzipFile, zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise ArchiveDamaged(f"The archive file {path.name} cannot be read: {error}.") from error
    return Content(rows, digest.hexdigest())


def read_columns(path: Path) -> Sequence[str]:
    """Return the names in the first line of a file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        return next(csv.reader(text), [])
