"""What the contract must have besides being valid: `python -m tests.lint_contract`."""

import sys
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import validate

from arcbeat.api.contract import load_contract, published
from arcbeat.domain.identity import Scope

OPEN = {"issue_token", "get_liveness", "get_readiness"}


def findings(contract: dict[str, Any]) -> Iterator[str]:
    """What is wrong, a line each."""
    seen: set[str] = set()
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            name = operation["operationId"]
            if name in seen:
                yield f"{name}: two operations have this operationId"
            seen.add(name)
            yield from (f"{method.upper()} {path}: {finding}" for finding in _operation(name, operation))
    for name, schema in contract["components"]["schemas"].items():
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            yield f"{name}: says nothing of additionalProperties"


def _operation(name: str, operation: dict[str, Any]) -> Iterator[str]:
    yield from (f"has no {wanted}" for wanted in ("summary", "description", "tags") if not operation.get(wanted))
    if not operation["x-openapi-router-controller"].startswith("handlers."):
        yield "is not bound to a handler"
    if (name in OPEN) != (operation["security"] == []):
        yield "says wrongly who may call it"
    for requirement in operation["security"]:
        if unknown := set(requirement["token"]) - {scope.value for scope in Scope}:
            yield f"asks for unknown scopes {unknown}"
    needed = (
        {"400"}
        | (set() if name in OPEN else {"401", "403"})
        | ({"413", "415"} if "requestBody" in operation else set())
    )
    if missing := needed - operation["responses"].keys():
        yield f"does not document {sorted(missing)}"


def main() -> int:
    contract = load_contract()
    validate(published(contract))
    found = list(findings(contract))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
