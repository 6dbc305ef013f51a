"""Check that programs which were written against an earlier contract keep working: it still holds, with additions.

The fixture is the contract before clients were generated from it in CI. `make test-clients` also runs such a program.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from arcbeat.api.contract.bundle import resolved

Json = dict[str, Any]

FIXTURE = Path(__file__).parents[1] / "clients" / "generated" / "earlier" / "openapi.json"
EARLIER: Json = orjson.loads(FIXTURE.read_bytes())
SENT_BY_HTTP = {"Accept-Encoding"}
"""Headers that libraries of HTTP send by themselves, so that the contract no longer lists them."""


def compatibility_findings(contract: Json) -> Iterator[str]:
    """Yield a line per break of the earlier contract."""
    comparison = _Comparison(contract)
    for path, item in EARLIER["paths"].items():
        for method, earlier in item.items():
            present = contract["paths"].get(path, {}).get(method)
            lost = ["no longer exists"] if present is None else comparison.of_operation(earlier, present)
            yield from (f"{method.upper()} {path}: {finding}" for finding in lost)


class _Comparison:
    """What the operations and schemas of the present contract have lost since the earlier one."""

    def __init__(self, contract: Json) -> None:
        self._present = contract

    def of_operation(self, earlier: Json, present: Json) -> Iterator[str]:
        if present["operationId"] != earlier["operationId"]:
            yield f"has another operationId, {present['operationId']}"
        yield from self._parameters(earlier, present)
        yield from self._bodies(earlier, present)
        yield from self._responses(earlier, present)

    def _parameters(self, earlier: Json, present: Json) -> Iterator[str]:
        """Clients in several languages take parameters by position, so new ones must come last."""
        before, now = _resolved_parameters(EARLIER, earlier), _resolved_parameters(self._present, present)
        names = [each["name"] for each in before]
        if [each["name"] for each in now][: len(names)] != names:
            yield f"the parameters do not begin with {names}"
        yield from (f"{each['name']} is required" for each in now[len(names) :] if each.get("required"))
        for was, has in zip(before, now, strict=False):
            yield from (f"{was['name']}: {lost}" for lost in self._narrowed(was["schema"], has["schema"], set()))

    def _bodies(self, earlier: Json, present: Json) -> Iterator[str]:
        contents = present.get("requestBody", {}).get("content", {})
        for media_type, content in earlier.get("requestBody", {}).get("content", {}).items():
            if media_type not in contents:
                yield f"{media_type} is not accepted"
            else:
                yield from self._narrowed(content["schema"], contents[media_type]["schema"], set())

    def _responses(self, earlier: Json, present: Json) -> Iterator[str]:
        for status, answer in earlier["responses"].items():
            if not status.startswith("2"):
                continue
            contents = resolved(self._present, present["responses"].get(status, {})).get("content", {})
            for media_type, content in resolved(EARLIER, answer).get("content", {}).items():
                if media_type not in contents:
                    yield f"{status} {media_type} is not returned"
                else:
                    yield from self._lost(content["schema"], contents[media_type]["schema"], set())

    def _narrowed(self, was: Json, has: Json, seen: set[str]) -> Iterator[str]:
        """Yield what a schema of requests accepted earlier and does not accept now."""
        if (reference := was.get("$ref", "")) in seen:
            return
        seen = seen | {reference} if reference else seen
        was, has = resolved(EARLIER, was), resolved(self._present, has)
        yield from (f"requires {name}" for name in set(has.get("required", ())) - set(was.get("required", ())))
        yield from (f"does not accept {value}" for value in set(was.get("enum", ())) - set(has.get("enum", ())))
        for name, member in was.get("properties", {}).items():
            if name not in has.get("properties", {}):
                yield f"does not accept {name}"
            else:
                yield from (f"{name}: {lost}" for lost in self._narrowed(member, has["properties"][name], seen))
        if "items" in was:
            yield from self._narrowed(was["items"], has["items"], seen)

    def _lost(self, was: Json, has: Json, seen: set[str]) -> Iterator[str]:
        """Yield the properties that a schema of responses had earlier and does not have now."""
        if (reference := was.get("$ref", "")) in seen:
            return
        seen = seen | {reference} if reference else seen
        was, has = resolved(EARLIER, was), resolved(self._present, has)
        yield from (f"may lack {name}" for name in set(was.get("required", ())) - set(has.get("required", ())))
        for name, member in was.get("properties", {}).items():
            if name in has.get("properties", {}):
                yield from (f"{name}: {lost}" for lost in self._lost(member, has["properties"][name], seen))
        if "items" in was:
            yield from self._lost(was["items"], has.get("items", {}), seen)
        if was.get("type") != has.get("type"):
            yield f"is of type {has.get('type')} instead of {was.get('type')}"


def _resolved_parameters(contract: Json, operation: Json) -> list[Json]:
    parameters = [resolved(contract, each) for each in operation.get("parameters", ())]
    return [each for each in parameters if each["name"] not in SENT_BY_HTTP]
