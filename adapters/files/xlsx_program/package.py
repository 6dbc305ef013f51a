"""The parts of an XLSX file: a ZIP archive of XML documents that refer to each other."""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from posixpath import join, normpath
from typing import TypeAlias
from urllib.parse import unquote
from xml.parsers import expat

CHUNK_BYTES = 64 * 1024
ERROR_CHARACTERS_MAX = 200
NOT_XLSX = "is not an XLSX file"
NAMESPACES = {
    "",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
}
"""The namespaces of the elements that are read; all others are extensions."""
NAMES_CACHED_MAX = 256
"""Names of elements whose local name is cached: a sheet has the same few names a million times."""

Attributes: TypeAlias = Mapping[str, str]
StartHandler: TypeAlias = Callable[[str, Attributes], None]
EndHandler: TypeAlias = Callable[[str, str], None]


class InvalidFile(Exception):
    """The file is not a valid table; ``arguments`` are those of :func:`arcbeat.domain.files.tables.table_error`."""

    def __init__(self, detail: str, *, row: int | None = None, column: int | None = None) -> None:
        super().__init__(detail)
        self.arguments = {"detail": detail, "row": row, "column": column}


def to_integer(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvalidFile(f"{NOT_XLSX}: {text[:ERROR_CHARACTERS_MAX]} is not an integer") from error


class Package:
    """The parts of an XLSX file, by path. Paths ignore case, and some programs write backslashes."""

    def __init__(self, body: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(body))
        self._parts = {_path(name): name for name in self._archive.namelist()}

    def __contains__(self, path: str) -> bool:
        return _path(path) in self._parts

    def parse(self, path: str, start: StartHandler, end: EndHandler | None = None) -> None:
        """Parse a part and call the handlers with local names; the end handler also gets the text since a tag."""
        name = self._parts.get(_path(path))
        if name is None:
            raise InvalidFile(f"{NOT_XLSX}: it has no part {path}")
        try:
            with self._archive.open(name) as file:
                _parse(file.read, start, end)
        except expat.ExpatError as error:
            raise InvalidFile(f"{NOT_XLSX}: {path}: {str(error)[:ERROR_CHARACTERS_MAX]}") from error

    def relationships(self, path: str) -> dict[str, tuple[str, str]]:
        """Return the types and the absolute paths of what a part refers to, by the ids of the references."""
        found: dict[str, tuple[str, str]] = {}
        folder, _, name = path.rpartition("/")

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = unquote(attributes.get("Target", ""))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, normpath(join("/", folder, target)))

        rels = join(folder, "_rels", f"{name}.rels")
        if rels in self:
            self.parse(rels, start)
        return found


def _path(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


@lru_cache(NAMES_CACHED_MAX)
def _local(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return local if namespace in NAMESPACES else ""


def _parse(read: Callable[[int], bytes], start: StartHandler, end: EndHandler | None) -> None:
    texts: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        texts.clear()
        start(_local(name), attributes)

    def on_end(name: str) -> None:
        if end is not None:
            end(_local(name), "".join(texts))
        texts.clear()

    def on_doctype(*_: object) -> None:
        raise InvalidFile(f"{NOT_XLSX}: it has a document type declaration")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = on_doctype
    while chunk := read(CHUNK_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
