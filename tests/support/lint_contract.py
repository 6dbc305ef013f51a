"""Check the contract for what a valid OpenAPI document may still lack: `python -m tests.support.lint_contract`.

Texts and examples are checked because Swagger UI shows them: without an example it fills a string that has a pattern
with random characters, and "Try it out" would send them.
"""

import sys
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import validate

from arcbeat.api.contract.bundle import load_contract, published
from arcbeat.api.functions.unavailable import NOT_IN_FUNCTIONS
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.identity.identity import Scope
from tests.support.lint_compatibility import compatibility_findings
from tests.support.lint_generation import generation_findings

Json = dict[str, Any]

OPEN = {"issue_token", "refresh_token", "get_liveness", "get_readiness"}
# An API key has neither a session nor a password.
USERS_ONLY = {"log_out", "change_password"}
THROTTLED = {"issue_token", "refresh_token", "change_password"}
METRICS = {"get_metrics"}
# A workbook is a ZIP file, and an example in YAML is text.
WITHOUT_EXAMPLE = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def findings(contract: Json) -> Iterator[str]:
    """Yield one line per finding."""
    seen: set[str] = set()
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            name = operation["operationId"]
            if name in seen:
                yield f"{name}: two operations have this operationId"
            seen.add(name)
            yield from (f"{method.upper()} {path}: {finding}" for finding in _operation(name, operation))
            if operation.get(NOT_IN_FUNCTIONS) and "{" in path:
                yield f"{name}: has `x-not-in-functions` and a parameter in its path, which functions do not look for"
    for name, schema in contract["components"]["schemas"].items():
        if not schema.get("description"):
            yield f"{name}: has no description"
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            yield f"{name}: does not set additionalProperties"
    yield from _TextsAndExamples(contract).findings()
    yield from generation_findings(contract)


def _operation(name: str, operation: Json) -> Iterator[str]:
    yield from (f"has no {wanted}" for wanted in ("summary", "description", "tags") if not operation.get(wanted))
    for text in ("summary", "description"):
        if not operation.get(text, "").rstrip().endswith("."):
            yield f"has a {text} that does not end with a full stop"
    if not operation["x-openapi-router-controller"].startswith("handlers."):
        yield "is not bound to a handler"
    scopes = [scope for requirement in operation["security"] for scope in requirement.get("token", ())]
    if operation["security"] != _security(name, scopes):
        yield "does not have the security that its kind of operation must have"
    if operation.get("x-download-link", False) != name.startswith("export_"):
        yield "is an export without `x-download-link`, or has it and is none"
    if unknown := set(scopes) - {scope.value for scope in Scope}:
        yield f"requires unknown scopes {unknown}"
    if missing := _statuses(name, operation, scopes) - operation["responses"].keys():
        yield f"does not document {sorted(missing)}"


def _security(name: str, scopes: list[str]) -> list[dict[str, list[str]]]:
    if name in OPEN:
        return []
    if name in METRICS:
        return [{"metrics": []}]
    if name in USERS_ONLY:
        return [{"token": []}]
    return [{"token": scopes}, {"api_key": []}]


def _statuses(name: str, operation: Json, scopes: list[str]) -> set[str]:
    return (
        {"400"}
        | (set() if name in OPEN else {"401"})
        # 503, because revocations are read from the database
        | (set() if name in OPEN | METRICS else {"503"})
        | ({"403"} if scopes else set())
        | ({"429"} if name in THROTTLED else set())
        | ({"413", "415"} if "requestBody" in operation else set())
        # A function refuses the one, and has a limit for the other.
        | ({"501"} if operation.get(NOT_IN_FUNCTIONS) or name.startswith("export_") else set())
    )


class _TextsAndExamples:
    """Every property and parameter is described, and every example is there and valid."""

    def __init__(self, contract: Json) -> None:
        self._contract = contract
        self._components = contract["components"]

    def findings(self) -> Iterator[str]:
        for name, schema in self._components["schemas"].items():
            yield from self._schema(name, schema)
        for name, parameter in self._components["parameters"].items():
            yield from self._parameter(f"parameter {name}", parameter)
        for path, item in self._contract["paths"].items():
            for method, operation in item.items():
                where = f"{method.upper()} {path}"
                for parameter in operation.get("parameters", ()):
                    if "$ref" not in parameter:
                        yield from self._parameter(f"{where}: parameter {parameter['name']}", parameter)
                for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
                    yield from self._body(f"{where}: body {media_type}", media_type, body)

    def _schema(self, where: str, schema: Json, *, has_example: bool = False) -> Iterator[str]:
        """Check a schema and everything in it.

        Args:
            has_example: whether the array or parameter around it has one, so that the schema needs none of its own.
        """
        has_example = has_example or "example" in schema or "default" in schema
        if "pattern" in schema and not has_example:
            yield f"{where}: has a pattern and no example"
        if "example" in schema:
            yield from self._example(where, schema, schema["example"])
        for name, member in schema.get("properties", {}).items():
            if not self._resolve(member).get("description"):
                yield f"{where}/{name}: has no description"
            yield from self._schema(f"{where}/{name}", member)
        if "items" in schema:
            yield from self._schema(f"{where}/items", schema["items"], has_example=has_example)
        for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            yield from self._schema(where, each, has_example=has_example)

    def _parameter(self, where: str, parameter: Json) -> Iterator[str]:
        if not parameter.get("description"):
            yield f"{where}: has no description"
        if "example" in parameter:
            yield from self._example(where, parameter["schema"], parameter["example"])
        # An optional parameter needs no example: Swagger UI leaves it empty, and would filter by an example.
        optional = not parameter.get("required", False)
        yield from self._schema(where, parameter["schema"], has_example=optional or "example" in parameter)

    def _body(self, where: str, media_type: str, body: Json) -> Iterator[str]:
        yield from self._schema(where, body["schema"])
        if "example" in body:
            yield from self._example(where, body["schema"], body["example"])
        elif media_type not in WITHOUT_EXAMPLE:
            yield f"{where}: has no example"

    def _example(self, where: str, schema: Json, example: Any) -> Iterator[str]:
        validator = BoundedValidator(schema, {"components": self._components})
        for error in validator.errors(example):
            yield f"{where}: the example is not valid: {error.detail}"
        if example is None and None not in schema.get("enum", [None]):
            yield f"{where}: the example is null, which other tools accept only if the enum lists it"

    def _resolve(self, schema: Json) -> Json:
        if "$ref" not in schema:
            return schema
        resolved: Json = self._components["schemas"][schema["$ref"].rpartition("/")[2]]
        return resolved


def main() -> int:
    contract = load_contract()
    validate(published(contract))
    found = [*findings(contract), *compatibility_findings(contract)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
