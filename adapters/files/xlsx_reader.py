"""Reads the first visible sheet of an untrusted XLSX file, in a child process that may crash without harm.

The parsing itself is in the package xlsx_program.
"""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import structlog

from arcbeat.domain.files.formula_escaping import unescape_formula
from arcbeat.domain.files.tables import COLUMNS_MAX, FILE_BYTES_MAX, ROWS_MAX, CellKind, TableRow, table_error

logger = structlog.get_logger(__name__)

PROGRAM = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from adapters.files.xlsx_program.program import main
main(*map(int, sys.argv[1:]))
"""
# The first argument is this folder, which Python does not search because of -I.
CODE_FOLDER = Path(__file__).parents[2]
MEMORY_BYTES_MAX = 512 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
PARTS_MAX = 256
READ_SECONDS_MAX = 20
STDERR_BYTES_MAX = 300
ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")
MACROS_PART = "vbaProject.bin"
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of an old XLS file, and of any Office file with a password."""


ENCRYPTED = 0x1
"""The flag of a part of an archive that has a password."""


def read(body: bytes) -> Iterator[TableRow]:
    """Yield the rows that are not empty; every cell is text.

    12.0 becomes 12, and dates become ISO 8601. An error value, a formula without a result, and a merged cell whose
    meaning is in doubt are errors of their cells.

    Raises:
        InvalidValue: the file is not XLSX, or needs more than MEMORY_BYTES_MAX or READ_SECONDS_MAX to read.
    """
    _check_archive(body)
    for line in _run_program(body).splitlines():
        parsed = orjson.loads(line)
        if isinstance(parsed, dict):  # an error, as the arguments of table_error
            raise table_error(**parsed)
        number, cells, errors, kinds = parsed
        yield TableRow(
            number,
            tuple(map(unescape_formula, cells)),
            dict(errors),
            {index: CellKind(kind) for index, kind in kinds},
        )


def _check_archive(body: bytes) -> None:
    """Reject what the directory of the archive reveals; it may lie, so the child process has its own limits."""
    if body.startswith(OLE_SIGNATURE):
        raise table_error("is an old XLS file or has a password; save it as XLSX without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise table_error("is not an XLSX file") from error
    names = {part.filename.lower() for part in parts}
    if len(names) != len(parts):
        raise table_error("is not an XLSX file: a part occurs twice")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise table_error("has a password; save it as XLSX without a password")
    if any(name.endswith(MACROS_PART.lower()) for name in names):
        raise table_error("contains macros; save it as XLSX without macros")
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise table_error(f"has more than {PARTS_MAX} parts, or more than {UNPACKED_BYTES_MAX} bytes when unpacked")


def _run_program(body: bytes) -> bytes:
    # -I ignores PYTHONPATH and the working folder; the environment is reduced so that no secret reaches the process.
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    limits = (MEMORY_BYTES_MAX, ROWS_MAX, COLUMNS_MAX, FILE_BYTES_MAX)
    command = [sys.executable, "-I", "-c", PROGRAM, str(CODE_FOLDER), *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 -- the command contains no client input
            command, input=body, capture_output=True, env=environment, timeout=READ_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise table_error(f"takes longer than {READ_SECONDS_MAX} seconds to read") from error
    if done.returncode != 0:
        logger.warning(
            "xlsx_reader_failed",
            returncode=done.returncode,
            stderr=done.stderr[-STDERR_BYTES_MAX:].decode(errors="replace"),
        )
        raise table_error("is damaged, or needs too much memory to read")
    return done.stdout
