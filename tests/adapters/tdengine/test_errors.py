"""The mapping of TDengine's error codes."""

import re
from collections.abc import Sequence
from pathlib import Path

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

CODES = Path(__file__).parents[2] / "support" / "tdengine" / "error_codes.txt"
"""The codes that a statement may be answered with, and their names in TDengine 3.0 to 3.3 and in taosAdapter."""

UNAVAILABLE = (
    # the network and sessions
    "NETWORK|BROKEN_LINK|NOT_CONNECTED|FQDN_ERROR$|MAX_SESSIONS|DISCONNECTED|INVALID_CONN|CONN_KILLED|SOCKET_ERROR",
    "FAILED_TO_CONNECT|TIME_UNSYNCED|EP_MISS",
    # memory, disks, buffers and queues
    r"OUT_OF_(?!RANGE|DATE)\w+|NO_(ENOUGH_)?MEM|(NO|AVAIL|ENOUGH)_DISK(SPACE)?$|NO_VALID_DISK|NO_PRIMARY_DISK",
    "ENOUGH_BUFFER|AVAIL_BUFPOOL|_FULL$|MEM_EXHAUSTED|QMEM_THRESHOLD|OVER_LIMIT|FLOWCTRL|STALL$|BUSY|QRY_SYS_ERROR",
    # what is starting, stopping or moving; two names say that something is not offline
    "NOT_READY|STARTING|STOPPING|STOPPED|QUIT$|EXIT$|EXITING|CLOSING|DROPPING|CREATING|NOT_DEPLOYED",
    "(?<!WHEN_)(?<!NOT_)OFFLINE|NO_EXEC_NODE|BALANC|RECONFIG|HASH_MISMATCH|META_MISMATCH|VGROUP_ID$|^VND_NOT_EXIST",
    # what is not finished, or must be repeated
    "IN_PROGRESS|IN_PROCESS|IN_EXEC|TRANS_CONFLICT|NOT_FINISHED|RETRY|PROCESSED|REJECTED|WRITE_DISABLED",
    # replication
    "RESTORING|SYNCING|NOT_SYNCED|NOT_CATCH_UP|NOT_LEADER|SYN_(WRONG|INTERNAL)",
    # the licence
    "^GRANT_.*(EXPIRED|LIMITED)|UNLICENSED",
)
"""Patterns of names that mean «the server cannot execute the statement now»."""

TIMEOUT = ("TIMEOUT|QUERY_(KILLED|CANCELLED)|TASK_(CANCELL|DROPPED)",)


def has(patterns: Sequence[str], names: Sequence[str]) -> bool:
    return any(re.search(pattern, name) for pattern in patterns for name in names)


def listed_codes() -> dict[int, list[str]]:
    lines = (line.split() for line in CODES.read_text().splitlines())
    return {int(code, 16): names for code, *names in lines}


def test_the_codes_for_unavailable_servers_and_timeouts_follow_from_their_names() -> None:
    timeouts = {code for code, names in listed_codes().items() if has(TIMEOUT, names)}
    unavailable = {code for code, names in listed_codes().items() if has(UNAVAILABLE, names)} - timeouts

    assert {code for code, kind in ERRORS_BY_CODE.items() if kind is StoreTimeout} == timeouts
    assert {code for code, kind in ERRORS_BY_CODE.items() if kind is StoreUnavailable} == unavailable


def test_every_mapped_code_is_a_code_of_tdengine_or_taosadapter() -> None:
    assert set(ERRORS_BY_CODE) <= set(listed_codes())


def test_no_code_for_missing_objects_or_missing_rights_is_retried() -> None:
    names_by_code = listed_codes()
    final = {
        code
        for code, names in names_by_code.items()
        if has(
            ("NOT_EXIST|NO_RIGHTS|AUTH_FAILURE|NO_WRITE_AUTH|PERMISSION_DENIED|SYNTAX_ERROR|INVALID_COLUMN$",), names
        )
    } - VNODE_MOVED

    assert [names_by_code[code] for code in sorted(final) if to_error(code, "not exist", 200).retryable] == []


VNODE_MOVED = {0x0520}
"""VND_NOT_EXIST: the vnode is on another node; before 3.0.1.7 the code was VND_TB_NOT_EXIST."""


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
