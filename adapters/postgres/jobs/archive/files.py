"""The files of archived months: a compressed CSV with a manifest per archive, in one folder.

A published file is never replaced. A month that is archived again with other rows gets a file of its own, with a
number in its name: ``sync_job_log_2025_01.csv.gz``, then ``sync_job_log_2025_01.2.csv.gz``.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from adapters.postgres.jobs.archive.contents import Content, read_content
from arcbeat.domain.errors import ArchiveDamaged, NotFound, OutOfSpace
from arcbeat.domain.jobs.ports import ArchivedMonth

TABLE = "sync_job_log"
NUMBERED = re.compile(r"\.(?:(\d+)\.)?csv\.gz(?:\.json)?")
"""The end of the name of a file or a manifest."""
FORMAT = "csv, gzip; sha256 of the csv"


class _Manifest(BaseModel, frozen=True):
    table: str = TABLE
    month: str
    rows: int
    file: str
    sha256: str
    size_bytes: int
    format: str = FORMAT


def partial_path(folder: Path, month: date) -> Path:
    """Return where a file is written until it is published. One that an earlier attempt left is replaced."""
    return folder / f"{_stem(month)}.csv.gz.partial"


def publish(folder: Path, month: date, content: Content) -> ArchivedMonth:
    """Give the partial file its name and write its manifest; both are on disk afterwards.

    If an undamaged archive with the same content exists already, or any for a month without rows, it is returned and
    the partial file is deleted.
    """
    partial = partial_path(folder, month)
    for archived in published_archives(folder, month):
        # A month without rows is left by a restoration that failed.
        if (archived.sha256 == content.sha256 or not content.rows) and _is_undamaged(folder, archived):
            partial.unlink()
            return archived
    path = _path(folder, month, max(_numbers(folder, month), default=0) + 1)
    archived = ArchivedMonth(month, content.rows, path.name, content.sha256, partial.stat().st_size)
    draft = partial.with_name(f"{path.name}.json.partial")
    manifest = _Manifest(**{**asdict(archived), "month": f"{month:%Y-%m}"})
    draft.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    for source, target in ((partial, path), (draft, _manifest_path(path))):
        _sync(source)
        source.replace(target)
    _sync(folder)
    return archived


def verified_archives(folder: Path, month: date) -> Sequence[ArchivedMonth]:
    """Return the archives of a month, the newest first, after comparing each file with its manifest.

    Raises:
        NotFound: The folder has no archive of this month.
        ArchiveDamaged: A manifest is invalid or is that of another table or month, or a file differs from it.
    """
    archives = published_archives(folder, month)
    if not archives:
        there = sorted({_month_of(path) for path in folder.glob(f"{TABLE}_*.csv.gz.json")})
        raise NotFound(f"The archive folder has no archive of {month:%Y-%m}; it has: {', '.join(there) or 'none'}.")
    for archived in archives:
        check(folder, archived)
    return archives


def check(folder: Path, archived: ArchivedMonth) -> None:
    """Compare a file with its manifest.

    Raises:
        ArchiveDamaged: They differ.
    """
    found = read_content(folder / archived.file)
    if found != Content(archived.rows, archived.sha256):
        raise ArchiveDamaged(
            f"The archive file {archived.file} differs from its manifest: it has {found.rows} rows and the SHA-256 "
            f"{found.sha256} instead of {archived.rows} rows and {archived.sha256}. Restore it from a backup."
        )


def _is_undamaged(folder: Path, archived: ArchivedMonth) -> bool:
    try:
        check(folder, archived)
    except ArchiveDamaged:
        return False
    return True


def published_archives(folder: Path, month: date) -> Sequence[ArchivedMonth]:
    """Return the archives of a month as their manifests describe them, the newest first.

    Raises:
        ArchiveDamaged: A manifest is invalid or is that of another table or month.
    """
    numbered = sorted(_numbers(folder, month), reverse=True)
    paths = [_path(folder, month, number) for number in numbered]
    return [_read_manifest(path, month) for path in paths if _manifest_path(path).exists()]


def _read_manifest(path: Path, month: date) -> ArchivedMonth:
    manifest_path = _manifest_path(path)
    try:
        manifest = _Manifest.model_validate_json(manifest_path.read_bytes())
    except ValidationError as error:
        raise ArchiveDamaged(f"The manifest {manifest_path.name} is invalid: {error}") from error
    found = (manifest.table, manifest.month, manifest.file)
    expected = (TABLE, f"{month:%Y-%m}", path.name)
    if found != expected:
        raise ArchiveDamaged(
            f"The manifest {manifest_path.name} is that of table, month and file {', '.join(found)}; "
            f"it must be that of {', '.join(expected)}."
        )
    return ArchivedMonth(month, manifest.rows, manifest.file, manifest.sha256, manifest.size_bytes)


def _numbers(folder: Path, month: date) -> set[int]:
    """Return the numbers of the names that are in use, be it by a file without a manifest or the other way round."""
    names = [path.name.removeprefix(_stem(month)) for path in folder.glob(f"{_stem(month)}.*")]
    return {int(found[1] or 1) for name in names if (found := NUMBERED.fullmatch(name))}


def _path(folder: Path, month: date, number: int) -> Path:
    return folder / f"{_stem(month)}{'' if number == 1 else f'.{number}'}.csv.gz"


def _stem(month: date) -> str:
    return f"{TABLE}_{month:%Y_%m}"


def _manifest_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _month_of(path: Path) -> str:
    return path.name.removeprefix(f"{TABLE}_")[:7].replace("_", "-")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Translate errors of the file system.

    Raises:
        OutOfSpace: The folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutOfSpace(
            f"The archive folder {folder} cannot be written: {reason}. The month was not dropped."
        ) from error
