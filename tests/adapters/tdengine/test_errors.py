"""The mapping of TDengine's error codes."""

import pytest

from adapters.tdengine.errors import ERRORS_BY_CODE, OutOfRetention, SubtableTaken, to_error
from arcbeat.domain.errors import (
    StoreBadValue,
    StoreError,
    StoreObjectMissing,
    StoreProtocolError,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0x0357, StoreUnauthorised),
        (0x2644, StoreUnauthorised),
        (0x0388, StoreObjectMissing),
        (0x2603, StoreObjectMissing),
        (0x0216, StoreBadValue),
        (0x060B, OutOfRetention),
        (0x061D, SubtableTaken),
        (0x0102, StoreUnavailable),
        (0x090C, StoreUnavailable),
        (0x0020, StoreUnavailable),
        (0x022D, StoreTimeout),
        (0x2600, StoreProtocolError),
        (0x7FFF, StoreProtocolError),
    ],
)
def test_each_code_has_its_error(code: int, expected: type[StoreError]) -> None:
    assert type(to_error(code, "", 200)) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, StoreUnauthorised),
        (403, StoreUnauthorised),
        (404, StoreProtocolError),
        (429, StoreUnavailable),
        (500, StoreUnavailable),
        (502, StoreUnavailable),
        (503, StoreUnavailable),
        (302, StoreProtocolError),
    ],
)
def test_without_a_code_the_http_status_decides(status: int, expected: type[StoreError]) -> None:
    assert type(to_error(0, "", status)) is expected


def test_with_an_unknown_code_the_http_status_decides() -> None:
    assert type(to_error(0x7FFF, "", 503)) is StoreUnavailable


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Fail to get table info, error: Table does not exist", StoreObjectMissing),
        ("Fail to get table info, error: Database not exist", StoreObjectMissing),
        ("Fail to get table info, error: Unable to establish connection", StoreUnavailable),
    ],
)
def test_a_failed_table_lookup_means_missing_only_if_the_text_says_so(
    description: str, expected: type[StoreError]
) -> None:
    assert type(to_error(0x2662, description, 200)) is expected


def test_no_message_contains_the_servers_text_about_the_statement() -> None:
    for code in ERRORS_BY_CODE:
        error = to_error(code, "syntax error near 'secret reading'", 200)

        assert "secret" not in error.detail
        assert f"TDengine code {code}, 0x{code:04X}" in error.detail


def test_only_temporary_errors_are_retryable() -> None:
    retryable = {error for error in ERRORS_BY_CODE.values() if error.retryable}

    assert retryable == {StoreUnavailable, StoreTimeout}
