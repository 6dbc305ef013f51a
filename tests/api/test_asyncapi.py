"""The contract of the sockets."""

import copy
from typing import Any

import pytest

from arcbeat.api.contract.asyncapi import Messages, load_asyncapi, messages_of
from arcbeat.domain.errors import InvalidInput
from tests.support.lint_asyncapi import findings

CLIENT_MESSAGES = {"connect", "subscribe", "unsubscribe", "resync", "watch", "unwatch", "credentials"}


def test_nothing_is_wrong_with_it() -> None:
    assert list(findings(load_asyncapi())) == []


def test_it_names_all_that_clients_may_send() -> None:
    assert messages_of(load_asyncapi(), "receive") == CLIENT_MESSAGES


def test_every_wrong_place_of_a_message_is_named() -> None:
    messages = Messages(load_asyncapi())

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
        (("components", "schemas", "Delta"), "leads nowhere: #/components/schemas/Delta"),
        (("components", "schemas", "View", "additionalProperties"), "View: does not close an object"),
        (("components", "schemas", "View", "properties", "seq"), "View: requires seq, which it does not have"),
        (("operations", "push"), "unused: #/channels/webSocket/messages/deltaMessage"),
        (("operations", "push"), "told by the code and not by the contract: snapshot"),
        (("operations", "subscribe", "summary"), "subscribe: has no summary"),
        (("channels", "realtime", "address"), "realtime: served elsewhere"),
    ],
)
def test_the_lint_finds_what_is_missing(path: tuple[str, ...], finding: str) -> None:
    document = copy.deepcopy(load_asyncapi())
    without(document, *path)

    assert finding in list(findings(document))


def test_the_lint_finds_words_that_are_no_keywords() -> None:
    document = copy.deepcopy(load_asyncapi())
    document["components"]["schemas"]["Row"]["properties"]["ts"]["also where nobody asked"] = None

    assert "Row: also where nobody asked is no keyword" in list(findings(document))
