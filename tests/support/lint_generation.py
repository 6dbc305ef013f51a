"""Check the contract for what is valid, but does not compile or work in generated clients."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from arcbeat.api.problems import PROBLEMS

Json = dict[str, Any]

INT32_MAX = 2**31 - 1
CONFLICTS = frozenset(problem.slug for problem in PROBLEMS.values() if problem.status == 409)
_ID = re.compile(r"(\A|_)id\Z")


def generation_findings(contract: Json) -> Iterator[str]:
    """Yield one line per finding."""
    components = contract["components"]
    for name in components["schemas"]:
        if name.removeprefix("New") in components["schemas"].keys() - {name}:
            yield f"{name}: a client in Go has a constructor of this name"
    yield from _shared_constants(components["schemas"])
    for section in ("schemas", "parameters"):
        for name, component in components[section].items():
            yield from (f"{name}: {finding}" for finding in _findings(component))
    for name, response in components["responses"].items():
        yield from (f"{name}: {finding}" for finding in _of_response(response))
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            yield from (f"{method.upper()} {path}: {finding}" for finding in _of_operation(operation, components))


def _shared_constants(schemas: Json) -> Iterator[str]:
    """In Go, the values of all named enumerations are constants of one package."""
    enumerations = defaultdict(list)
    for name, schema in schemas.items():
        for value in schema.get("x-enum-varnames", schema.get("enum", ())):
            enumerations[re.sub("[^0-9A-Za-z]", "_", str(value)).upper()].append(name)
    for constant, names in enumerations.items():
        if len(names) > 1:
            yield f"{' and '.join(sorted(names))}: share the constant {constant}; prefix it with x-enum-varnames"


def _of_operation(operation: Json, components: Json) -> Iterator[str]:
    yield from _findings(operation)
    if "multipart/form-data" in list(operation.get("requestBody", {}).get("content", {}))[1:]:
        yield "a form must come first in its body, or it does not compile in Java"
    for response in operation["responses"].values():
        yield from _of_response(response)
    conflict = operation["responses"].get("409", {})
    conflict = components["responses"].get(conflict.get("$ref", "").rpartition("/")[2], conflict)
    named = set(re.findall(r"`([a-z-]+)`:", conflict.get("description", "")))
    if conflict and (not named or named - CONFLICTS):
        yield f"its 409 must name types of problems, not {sorted(named)}"


def _of_response(response: Json) -> Iterator[str]:
    for media_type, content in response.get("content", {}).items():
        if media_type.startswith("text/") and content["schema"].get("format") == "binary":
            yield f"{media_type} is binary; the client in Python fails on it"


def _findings(node: Any) -> Iterator[str]:
    """Yield the findings of a schema, a parameter, a response or an operation, and of everything in it."""
    if isinstance(node, list):
        for each in node:
            yield from _findings(each)
    if isinstance(node, dict):
        yield from _of_schema(node)
        for name, child in node.items():
            yield from (f"{name}: {finding}" for finding in _findings(child))


def _of_schema(node: Json) -> Iterator[str]:
    yield from (finding for is_found, finding in _RULES if is_found(node))
    for name, member in node.get("properties", {}).items():
        if _ID.search(name) and isinstance(member, dict) and member.get("type") == "integer" and "format" not in member:
            yield f"{name}: an id needs the format int64"


_RULES: Sequence[tuple[Callable[[Json], bool], str]] = (
    (
        lambda node: "oneOf" in node and "discriminator" not in node,
        "oneOf without a discriminator; use anyOf with the most special schema first",
    ),
    (lambda node: "nullable" in node and "type" not in node, "nullable needs a type"),
    (
        lambda node: node.get("type") == "array" and "default" in node,
        "the default of an array does not compile in Go",
    ),
    (lambda node: "explode" in node or "style" in node, "array parameters have one style: repeated"),
    (
        lambda node: (
            node.get("type") == "integer" and node.get("maximum", 0) > INT32_MAX and node.get("format") != "int64"
        ),
        "an integer of more than 32 bits needs the format int64",
    ),
    (
        lambda node: node.get("type") == "number" and node.get("format") != "double",
        "a number without the format double has 32 bits in Go",
    ),
)
