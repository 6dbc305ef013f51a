"""XLSX from strangers: the first sheet that can be seen, read in a process of its own, which may fail as it likes."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import structlog

from adapters.files.table_rows import NumberedRow
from arcbeat.domain.files.formula_escaping import unescape_formula
from arcbeat.domain.files.tables import COLUMNS_MAX, FILE_BYTES_MAX, ROWS_MAX, table_error

logger = structlog.get_logger(__name__)

PROGRAM = Path(__file__).with_name("xlsx_program.py")
MEMORY_BYTES_MAX = 512 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
PARTS_MAX = 256
READ_SECONDS_MAX = 20
SAID_CHARACTERS = 300
ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")
WORKBOOK = "xl/workbook.xml"
MACROS = "vbaProject.bin"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an old XLS file begins, and any file that has a password."""


def read(body: bytes) -> Iterator[NumberedRow]:
    """The rows as text: 12.0 is 12, dates and times are those of ISO 8601, errors are empty.

    Raises:
        InvalidInput: it is no XLSX file, or takes more than MEMORY_BYTES_MAX or READ_SECONDS_MAX to read.
    """
    _check_archive(body)
    for line in _ask(body).splitlines():
        told = orjson.loads(line)
        if isinstance(told, dict):
            raise table_error(**told)
        number, cells = told
        yield number, [unescape_formula(cell) for cell in cells]


def _check_archive(body: bytes) -> None:
    """What the directory of the archive tells already; that it may lie is why the process has limits of its own."""
    if body.startswith(OLE):
        raise table_error("is an old XLS file or has a password; save it as XLSX without one")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise table_error("is not an XLSX file") from error
    names = {part.filename for part in parts}
    if WORKBOOK not in names:
        raise table_error("is not an XLSX file")
    if any(name.endswith(MACROS) for name in names):
        raise table_error("holds macros; save it without them")
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise table_error(f"has more than {PARTS_MAX} parts or {UNPACKED_BYTES_MAX} bytes when unpacked")


def _ask(body: bytes) -> bytes:
    # -I: nothing from the folder that the service was started in; and none of its secrets
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    limits = (MEMORY_BYTES_MAX, ROWS_MAX, COLUMNS_MAX, FILE_BYTES_MAX)
    command = [sys.executable, "-I", str(PROGRAM), *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 -- nothing of a client's is in the command
            command, input=body, capture_output=True, env=environment, timeout=READ_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise table_error(f"takes longer than {READ_SECONDS_MAX} seconds to read") from error
    if done.returncode != 0:
        logger.warning(
            "xlsx_program_failed",
            returncode=done.returncode,
            said=done.stderr[-SAID_CHARACTERS:].decode(errors="replace"),
        )
        raise table_error("is damaged, or takes more memory to read than a table may")
    return done.stdout
