"""The contract of the sockets, openapi/asyncapi.yaml, and the validation of client messages against it."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from arcbeat.api.contract.bundle import CONTRACT_FOLDER, Json
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.errors import InputError, InvalidInput

ASYNCAPI_FILE = CONTRACT_FOLDER / "asyncapi.yaml"
QUERY = "#/channels/webSocket/bindings/ws/query"


@cache
def load_asyncapi(file: Path = ASYNCAPI_FILE) -> Json:
    """Return the document; its references all point into itself."""
    document: Json = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return document


def compile_pointer(document: Json, pointer: str) -> BoundedValidator:
    """Return a validator of the schema at a JSON pointer, for example ``#/components/schemas/Delta``."""
    return BoundedValidator({"$ref": pointer}, document, jsonschema_rs.Draft7Validator)


def payload_of(message: str) -> str:
    """Return the pointer to the payload schema of a message, by its name in the components."""
    return f"#/components/messages/{message}/payload"


def messages_of(document: Json, action: str) -> frozenset[str]:
    """Return the messages that the server receives or sends, by their names in the components.

    Args:
        action: ``receive`` or ``send``.
    """
    operations = [each for each in document["operations"].values() if each["action"] == action]
    return frozenset(message["$ref"].rpartition("/")[2] for each in operations for message in each["messages"])


def socket_paths() -> frozenset[str]:
    """Return the paths of the sockets without a slash at the end; what is below one of them belongs to it."""
    document = load_asyncapi()
    addresses = [channel["address"] for channel in document["channels"].values()]
    paths = [server["pathname"] for server in document["servers"].values() if "pathname" in server]
    return frozenset(path.rstrip("/") for path in (*addresses, *paths))


class MessageSchemas:
    """Validates what clients send."""

    def __init__(self, document: Json) -> None:
        self._messages = {
            name: compile_pointer(document, payload_of(name)) for name in messages_of(document, "receive")
        }
        self._query = compile_pointer(document, QUERY)

    def check(self, name: str, payload: Any) -> Json:
        """Return the payload of a message if it is valid.

        Raises:
            InvalidInput: it is not; ``errors`` names the first invalid properties.
        """
        return _checked(self._messages[name], payload, "body")

    def check_query(self, query: Json) -> Json:
        """Return the query parameters of the plain WebSocket's URL if they are valid.

        Raises:
            InvalidInput: they are not; ``errors`` names the first invalid parameters.
        """
        return _checked(self._query, query, "query")


def _checked(validator: BoundedValidator, value: Any, location: str) -> Json:
    if errors := validator.errors(value):
        raise InvalidInput([InputError(location, each.pointer, each.detail) for each in errors])
    checked: Json = value
    return checked
