"""Reads the body of an operation by its media types in the contract: parsed and validated, or as a stream."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from arcbeat.api.body.decompression import decompress, decompressed, is_gzip
from arcbeat.api.body.json_values import check_limits, decode_json
from arcbeat.api.body.multipart import MULTIPART, read_file_part
from arcbeat.api.body.reading import BODY_BYTES_MAX, read_body, stream_body
from arcbeat.api.parameter_texts import parse_pairs
from arcbeat.api.validation import ERRORS_MAX, BoundedValidator
from arcbeat.domain.errors import InputError, InvalidInput, UnsupportedMediaType
from arcbeat.domain.files.streams import StreamedBody
from arcbeat.domain.unparsed_body import UnparsedBody

FORM = "application/x-www-form-urlencoded"
FORM_FIELDS_MAX = 100


class TypedBody:
    """The body of an operation, by media type. A body that the contract calls binary is passed on as a stream.

    A body that is optional may be empty, with any Content-Type; it counts as an empty object. Any body may be
    compressed with gzip; the size limits apply to what it is decompressed to. With `x-unparsed-body`, JSON is passed on
    as an `UnparsedBody`.
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        schemas = {media: content["schema"] for media, content in definition["content"].items()}
        self._media_types = tuple(schemas)
        self._takes_upload = schemas.pop(MULTIPART, None) is not None
        self._streamed = tuple(media for media, schema in schemas.items() if schema.get("format") == "binary")
        self._required: bool = definition.get("required", False)
        self._bytes_max: int = definition.get("x-body-bytes-max", BODY_BYTES_MAX)
        self._is_unparsed: bool = definition.get("x-unparsed-body", False)
        self._validators = {media: BoundedValidator(schema) for media, schema in schemas.items()}

    async def read(self, scope: Scope, receive: Receive) -> Any:
        """Return the value of the body, an `UnparsedBody` or a `StreamedBody`.

        Raises:
            InvalidInput: the body is invalid.
            UnsupportedMediaType: the operation does not accept this media type or content coding.
            PayloadTooLarge: the body exceeds the size limit.
        """
        headers = Headers(scope=scope)
        content_type, gzipped = headers.get("content-type", ""), is_gzip(headers.get("content-encoding", ""))
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type in self._streamed:
            return StreamedBody(content_type, _chunks(receive, gzipped=gzipped))
        if media_type == MULTIPART and self._takes_upload:
            return await read_file_part(content_type, _chunks(receive, gzipped=gzipped), self._streamed)
        if media_type not in self._validators and self._required:
            raise self._unsupported()
        raw = await read_body(scope, receive, self._bytes_max)
        return self._value(media_type, decompress(raw, self._bytes_max) if raw and gzipped else raw)

    def _value(self, media_type: str, raw: bytes) -> Any:
        if not raw and not self._required:
            return {}
        validator = self._validators.get(media_type)
        if validator is None:
            raise self._unsupported()
        if media_type == FORM:
            return _validated(_parse_form(raw), validator)
        if self._is_unparsed:
            _check_text(raw)
            return UnparsedBody(raw, lambda: _validated(_parse_json(raw), validator))
        return _validated(_parse_json(raw), validator)

    def _unsupported(self) -> UnsupportedMediaType:
        return UnsupportedMediaType(f"The Content-Type of the body must be {' or '.join(self._media_types)}.")


def _validated(value: Any, validator: BoundedValidator) -> Any:
    if errors := validator.errors(value):
        raise InvalidInput([InputError("body", each.pointer, each.detail) for each in errors])
    return value


def _chunks(receive: Receive, *, gzipped: bool) -> AsyncIterator[bytes]:
    chunks = stream_body(receive)
    return decompressed(chunks) if gzipped else chunks


def _check_text(raw: bytes) -> None:
    """Check what is known of a JSON text before it is decoded."""
    if not raw:
        raise InvalidInput.of_body("is required")
    try:
        check_limits(raw)
    except ValueError as error:
        raise InvalidInput.of_body(str(error)) from error


def _parse_json(raw: bytes) -> Any:
    if not raw:
        raise InvalidInput.of_body("is required")
    try:
        return decode_json(raw)
    except ValueError as error:
        raise InvalidInput.of_body(str(error)) from error


def _parse_form(raw: bytes) -> dict[str, str]:
    detail = "is not a form in UTF-8, for example username=vera&password=secret"
    pairs = parse_pairs(raw, "body", "utf-8", detail, FORM_FIELDS_MAX)
    given = Counter(name for name, _ in pairs)
    repeated = [name for name, count in given.items() if count > 1]
    if repeated:
        raise InvalidInput([InputError("body", f"/{name}", "must be given once") for name in repeated[:ERRORS_MAX]])
    return dict(pairs)
