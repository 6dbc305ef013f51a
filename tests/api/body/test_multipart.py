"""Uploads of forms: the one file, and what is wrong with other forms."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.api.body.multipart import read_file_part
from arcbeat.domain.errors import InvalidInput, UnsupportedMediaType

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = ("text/csv", XLSX)
CONTENT_TYPE = "multipart/form-data; boundary=frontier"
FILE = 'form-data; name="file"; filename="devices.csv"'


def form(*parts: tuple[str, str, bytes], end: bytes = b"--frontier--\r\n") -> bytes:
    """Return a form; a part has a Content-Disposition, a Content-Type (or none), and a content."""
    written = b""
    for disposition, media_type, content in parts:
        lines = [f"Content-Disposition: {disposition}", *([f"Content-Type: {media_type}"] if media_type else [])]
        written += b"--frontier\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"
    return written + end


async def read(body: bytes, size: int = 7, content_type: str = CONTENT_TYPE) -> tuple[str, bytes]:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    found = await read_file_part(content_type, chunks(), MEDIA_TYPES)
    return found.content_type, b"".join([chunk async for chunk in found.chunks])


@given(st.binary(max_size=300).filter(lambda content: b"\r\n--frontier" not in content), st.integers(1, 400))
async def test_the_file_is_read_as_if_it_were_the_body(content: bytes, size: int) -> None:
    assert await read(form((FILE, "text/csv; charset=gb18030", content)), size) == (
        "text/csv; charset=gb18030",
        content,
    )


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("devices.csv", "application/vnd.ms-excel", "text/csv"),
        ("设备.CSV", "", "text/csv"),
        ("devices.xlsx", "application/octet-stream", XLSX),
        ("devices.csv", XLSX, XLSX),
        ("devices", "", "text/csv"),
        ("devices.xlsx", "text/plain; charset=utf-8", XLSX),
        ("C:\\files\\devices.csv", "application/octet-stream", "text/csv"),
    ],
)
async def test_the_suffix_counts_if_the_type_says_nothing(name: str, media_type: str, expected: str) -> None:
    found = await read(form((f'form-data; name="file"; filename="{name}"', media_type, b"a")))

    assert found == (expected, b"a")


@pytest.mark.parametrize("name", ["devices", "devices.pdf", ""])
async def test_another_kind_of_file_is_rejected(name: str) -> None:
    with pytest.raises(UnsupportedMediaType, match="text/csv"):
        await read(form((f'form-data; name="file"; filename="{name}"', "application/pdf", b"a")))


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (form(), "no part"),
        (b"", "no part"),
        (b"not a form", "is not multipart/form-data"),
        (form((FILE, "text/csv", b"a"), (FILE, "text/csv", b"b")), "several parts"),
        (form(('form-data; name="other"; filename="a.csv"', "text/csv", b"a")), "name 'file'"),
        (form(('form-data; name="file"', "", b"a")), "name 'file'"),
        (form(("attachment; filename=a.csv", "text/csv", b"a")), "name 'file'"),
        (form((FILE, "text/csv", b"a"), end=b""), "ends before"),
        (form((FILE, "text/csv" + "x" * 5000, b"a")), "is not multipart/form-data"),
        (b"--frontier\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(20)), "is not multipart/form-data"),
    ],
)
async def test_another_form_is_rejected_with_the_reason(body: bytes, detail: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        await read(body)

    assert detail in rejected.value.errors[0].detail


@pytest.mark.parametrize("content_type", ["multipart/form-data", f"multipart/form-data; boundary={'x' * 300}"])
async def test_a_missing_or_invalid_boundary_is_rejected(content_type: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        await read(form((FILE, "text/csv", b"a")), content_type=content_type)

    assert "boundary" in rejected.value.errors[0].detail
