"""What the contract must have besides being valid: `python -m tests.support.lint_contract`."""

import sys
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import validate

from arcbeat.api.contract.bundle import load_contract, published
from arcbeat.domain.identity.identity import Scope

OPEN = {"issue_token", "refresh_token", "get_liveness", "get_readiness"}
# An API key has no session and no password.
USERS_ONLY = {"log_out", "change_password"}
THROTTLED = {"issue_token", "refresh_token", "change_password"}
METRICS = {"get_metrics"}


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
    scopes = [scope for requirement in operation["security"] for scope in requirement.get("token", ())]
    if operation["security"] != _security(name, scopes):
        yield "says wrongly who may call it"
    if unknown := set(scopes) - {scope.value for scope in Scope}:
        yield f"asks for unknown scopes {unknown}"
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


def _statuses(name: str, operation: dict[str, Any], scopes: list[str]) -> set[str]:
    return (
        {"400"}
        | (set() if name in OPEN else {"401"})
        # whether credentials are revoked is asked of the database
        | (set() if name in OPEN | METRICS else {"503"})
        | ({"403"} if scopes else set())
        | ({"429"} if name in THROTTLED else set())
        | ({"413", "415"} if "requestBody" in operation else set())
    )


def main() -> int:
    contract = load_contract()
    validate(published(contract))
    found = list(findings(contract))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
