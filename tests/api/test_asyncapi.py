"""The contract of the sockets."""

import copy
from typing import Any

import pytest

from arcbeat.api.contract.asyncapi import MessageSchemas, load_asyncapi, messages_of
from arcbeat.domain.errors import InvalidInput
from tests.support.lint_asyncapi import findings

CLIENT_MESSAGES = {
    "connect",
    "subscribe",
    "unsubscribe",
    "resync",
    "watch",
    "unwatch",
    "subscribe_jobs",
    "subscribe_alarms",
    "unsubscribe_alarms",
    "unsubscribe_jobs",
    "credentials",
}


def test_the_document_passes_the_lint() -> None:
    assert list(findings(load_asyncapi())) == []


def test_the_document_lists_all_messages_of_clients() -> None:
    assert messages_of(load_asyncapi(), "receive") == CLIENT_MESSAGES


def test_each_invalid_part_of_a_message_is_reported() -> None:
    messages = MessageSchemas(load_asyncapi())

    with pytest.raises(InvalidInput) as wrong:
        messages.check("watch", {"type_code": "", "device_codes": ["a", 1, ""]})

    assert sorted(error.name for error in wrong.value.errors) == ["/device_codes/1", "/device_codes/2", "/type_code"]


def without(document: dict[str, Any], *path: str) -> None:
    for part in path[:-1]:
        document = document[part]
    del document[path[-1]]


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        (("components", "schemas", "Delta"), "reference to nothing: #/components/schemas/Delta"),
        (
            ("components", "schemas", "View", "additionalProperties"),
            "View: an object lacks additionalProperties: false",
        ),
        (
            ("components", "schemas", "View", "properties", "seq"),
            "View: requires the property seq, which it does not define",
        ),
        (("operations", "push"), "unused: #/channels/webSocket/messages/deltaMessage"),
        (("operations", "push"), "published by the code but not in the contract: snapshot"),
        (("operations", "subscribe", "summary"), "subscribe: has no summary"),
        (("channels", "realtime", "address"), "realtime: the code serves another address, /realtime"),
    ],
)
def test_the_lint_reports_what_is_missing(path: tuple[str, ...], finding: str) -> None:
    document = copy.deepcopy(load_asyncapi())
    without(document, *path)

    assert finding in list(findings(document))


def test_the_lint_reports_unsupported_keywords() -> None:
    document = copy.deepcopy(load_asyncapi())
    document["components"]["schemas"]["Row"]["properties"]["ts"]["nullable"] = True

    assert "Row: nullable is not a supported keyword" in list(findings(document))


@pytest.mark.parametrize(
    ("message", "payload"),
    [
        ("connect", {"token": "a"}),
        ("credentials", {"api_key": "a"}),
        ("subscribe", {"type_code": "a"}),
        ("unsubscribe", {"type_code": "a"}),
        ("resync", {"type_code": "a", "stream_id": "a", "since": 1}),
        ("watch", {"type_code": "a", "device_codes": ["a"]}),
        ("unwatch", {"type_code": "a"}),
        ("subscribe_jobs", {"jobs": ["a"]}),
    ],
)
def test_no_text_of_a_client_may_hold_a_nul_character(message: str, payload: dict[str, Any]) -> None:
    """PostgreSQL rejects statements with one."""
    messages = MessageSchemas(load_asyncapi())

    assert messages.check(message, payload) == payload
    for name, value in payload.items():
        if value != 1:
            with pytest.raises(InvalidInput):
                messages.check(message, {**payload, name: "a\x00b" if isinstance(value, str) else ["a\x00b"]})
