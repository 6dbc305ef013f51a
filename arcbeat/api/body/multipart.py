"""Reads an upload of a form (multipart/form-data, RFC 7578) as the stream of its one file."""

from collections.abc import AsyncIterator, Collection
from pathlib import PurePath

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from werkzeug.http import parse_options_header

from arcbeat.domain.errors import InvalidInput, UnsupportedMediaType
from arcbeat.domain.files.streams import StreamedBody
from arcbeat.domain.files.tables import TableFormat

MULTIPART = "multipart/form-data"
FILE_PART = "file"
"""The name of the part; the form of a page calls it the name of the input."""
EXAMPLE = f"for example: curl -F {FILE_PART}=@devices.csv"
HEADER_LINES_MAX = 8
HEADER_BYTES_MAX = 4096
"""Of one line of the headers of a part."""
PLAIN = "text/plain"
"""The media type of a part without one (RFC 7578, 4.4); a table in plain text is read as CSV."""
CSV = TableFormat.CSV.media_type
_BY_SUFFIX = {table_format.suffix: table_format.media_type for table_format in TableFormat}


async def read_file_part(content_type: str, chunks: AsyncIterator[bytes], media_types: Collection[str]) -> StreamedBody:
    """Return the file as if it had been sent as the body.

    Its media type is the one of the part, or if that is none of ``media_types``, the one of the file's suffix: browsers
    on Windows send CSV as ``application/vnd.ms-excel``. Plain text without a known suffix is CSV.

    Raises:
        InvalidInput: the body is not a form, or the form has other parts than one file.
        UnsupportedMediaType: the file has another media type.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise InvalidInput.of_body(f"has no boundary in its Content-Type; let your program set the header, {EXAMPLE}")
    parts = _FileParts(boundary)
    async for chunk in chunks:
        first = parts.feed(chunk)
        if parts.has_headers:
            return StreamedBody(parts.media_type(media_types), _content(parts, first, chunks))
    raise InvalidInput.of_body(f"has no part with a file, {EXAMPLE}")


async def _content(parts: "_FileParts", first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield parts.feed(chunk)
    parts.finish()


class _FileParts:
    """Parses the parts of a form, of which there may be one."""

    def __init__(self, boundary: str) -> None:
        self.has_headers = False
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._content: list[bytes] = []
        self._is_complete = False
        self._parts = 0
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._add_name,
                    "on_header_value": self._add_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._add_content,
                    "on_end": self._end,
                },
                max_header_count=HEADER_LINES_MAX,
                max_header_size=HEADER_BYTES_MAX,
            )
        except FormParserError as error:
            raise InvalidInput.of_body(f"has an invalid boundary: {error}") from error

    def feed(self, chunk: bytes) -> bytes:
        """Parse a chunk and return what it holds of the file."""
        self._content.clear()
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidInput.of_body(f"is not {MULTIPART}: {error}") from error
        return b"".join(self._content)

    def finish(self) -> None:
        if not self._is_complete:
            raise InvalidInput.of_body(f"ends before the last boundary of its {MULTIPART}")

    def media_type(self, media_types: Collection[str]) -> str:
        given = self._headers.get("content-type", PLAIN)
        media_type = parse_options_header(given)[0].lower()
        if media_type in media_types:
            return given
        file_name = parse_options_header(self._headers.get("content-disposition"))[1].get("filename", "")
        by_suffix = _BY_SUFFIX.get(PurePath(file_name).suffix.lower(), CSV if media_type == PLAIN else None)
        if by_suffix is None or by_suffix not in media_types:
            raise UnsupportedMediaType(
                f"The Content-Type of the file must be {' or '.join(media_types)}, or its name must end accordingly, "
                f"for example devices{next(iter(_BY_SUFFIX))}."
            )
        return by_suffix

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > 1:
            raise InvalidInput.of_body(f"has several parts; send one file, {EXAMPLE}")

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("utf-8", errors="replace")
        self._name = self._value = b""

    def _end_headers(self) -> None:
        disposition, parameters = parse_options_header(self._headers.get("content-disposition"))
        if disposition != "form-data" or parameters.get("name") != FILE_PART or "filename" not in parameters:
            raise InvalidInput.of_body(f"must have one part, a file with the name {FILE_PART!r}, {EXAMPLE}")
        self.has_headers = True

    def _add_content(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def _end(self) -> None:
        self._is_complete = True
