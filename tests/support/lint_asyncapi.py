"""Check openapi/asyncapi.yaml: its structure, its references and schemas, and that it names the events of the code.

Run it with `python -m tests.support.lint_asyncapi`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from arcbeat.api.contract.asyncapi import QUERY, load_asyncapi
from arcbeat.realtime.socketio.packets import NAMESPACE
from arcbeat.realtime.websocket.server import PATH

CODE = Path(__file__).parents[2] / "arcbeat" / "realtime"
TOP = {"asyncapi", "info", "defaultContentType", "servers", "channels", "operations", "components"}
ADDRESSES = {"realtime": NAMESPACE, "webSocket": PATH}
KEYWORDS = {
    "$ref",
    "additionalProperties",
    "const",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
}
LIBRARY_EVENTS = {"connect_error"}
"""Sent by python-socketio, not as a frame of arcbeat."""

Json = dict[str, Any]


def findings(document: Json) -> Iterator[str]:
    """Yield a line per error."""
    yield from _structure(document)
    yield from _references(document)
    yield from (f"unused: {pointer}" for pointer in sorted(_defined(document) - set(_used(document))))
    for name, schema in document["components"]["schemas"].items():
        yield from (f"{name}: {finding}" for finding in _schema(schema))
    yield from (f"query: {finding}" for finding in _schema(at(document, QUERY)))
    yield from _code(document)


def _structure(document: Json) -> Iterator[str]:
    if document["asyncapi"] != "3.0.0" or set(document) != TOP:
        difference = sorted(set(document) ^ TOP)
        yield f"is not AsyncAPI 3.0.0 with exactly the expected top-level keys; the difference is {difference}"
    for name, channel in document["channels"].items():
        if channel.get("address") != ADDRESSES.get(name):
            yield f"{name}: the code serves another address, {ADDRESSES.get(name)}"
    for name, operation in document["operations"].items():
        yield from (f"{name}: {finding}" for finding in _operation(operation))
    for name, message in document["components"]["messages"].items():
        if set(message) - {"name", "summary", "payload"} or not message.get("name"):
            yield f"{name}: a message has a name, a payload and possibly a summary, and nothing else"


def _operation(operation: Json) -> Iterator[str]:
    yield from (
        f"has no {wanted}" for wanted in ("summary", "description", "tags", "messages") if not operation.get(wanted)
    )
    if operation["action"] not in {"send", "receive"}:
        yield "the action is neither send nor receive"
    for message in (*operation["messages"], *operation.get("reply", {}).get("messages", ())):
        if not message["$ref"].startswith(f"{operation['channel']['$ref']}/messages/"):
            yield f"{message['$ref']} belongs to another channel"


def _references(document: Json) -> Iterator[str]:
    for reference in _used(document):
        if not reference.startswith("#/") or at(document, reference) is None:
            yield f"reference to nothing: {reference}"


def _used(node: Any) -> Iterator[str]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _used(child)
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]


def _defined(document: Json) -> set[str]:
    kinds, channels = document["components"].items(), document["channels"].items()
    components = {f"#/components/{kind}/{name}" for kind, members in kinds for name in members}
    return components | {f"#/channels/{name}/messages/{each}" for name, it in channels for each in it["messages"]}


def at(document: Json, pointer: str) -> Any:
    """Return what a JSON pointer refers to; None if there is nothing."""
    node: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _schema(schema: Json) -> Iterator[str]:
    if not jsonschema_rs.meta.is_valid({"$schema": "http://json-schema.org/draft-07/schema#", **schema}):
        yield "is not a JSON Schema"
    for each in _schemas(schema):
        yield from (f"{keyword} is not a supported keyword" for keyword in sorted(set(each) - KEYWORDS))
        if "properties" in each and each.get("additionalProperties") is not False:
            yield "an object lacks additionalProperties: false"
        yield from (f"requires the property {name}, which it does not define" for name in _required_but_missing(each))


def _required_but_missing(schema: Json) -> set[str]:
    return set(schema.get("required", ())) - set(schema.get("properties", ()))


def _schemas(schema: Any) -> Iterator[Json]:
    """Yield the schema and all schemas inside it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", ())]
    inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    for each in inner:
        yield from _schemas(each)


def _code(document: Json) -> Iterator[str]:
    messages = document["components"]["messages"]
    published = {
        messages[at(document, message["$ref"])["$ref"].rpartition("/")[2]]["name"]
        for operation in document["operations"].values()
        if operation["action"] == "send"
        for message in operation["messages"]
    }
    frames = {name for file in CODE.rglob("*.py") for name in _frames(ast.parse(file.read_text(encoding="utf-8")))}
    yield from (f"published by the code but not in the contract: {name}" for name in sorted(frames - published))
    yield from (
        f"in the contract but not published by the code: {name}" for name in sorted(published - frames - LIBRARY_EVENTS)
    )


def _frames(tree: ast.AST) -> Iterator[str]:
    """Yield the event names in calls of ``Frame("name", …)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Frame":
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value


def main() -> int:
    found = list(findings(load_asyncapi()))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
