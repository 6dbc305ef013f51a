"""Checks each response that a test receives against the contract."""

import re
from functools import cache
from typing import Any

import httpx

from arcbeat.api.contract.bundle import load_contract, resolved
from arcbeat.api.validation import BoundedValidator

PATH_PARAMETER = re.compile(r"\\\{(\w+)\\\}")
# These need no operation: any path may return them.
ROUTING_STATUSES = {404, 405}
# Pages that are not in the contract, such as /docs and the console; 503 is the page in the place of the console.
OTHER_STATUSES = {200, 304, 307, 400, 503}


@cache
def _operations() -> list[tuple[re.Pattern[str], str, dict[str, Any]]]:
    """Return pattern, method and definition of each operation.

    Fixed paths come first, then those with more segments, because a path parameter may contain a slash.
    """
    paths = sorted(load_contract()["paths"].items(), key=lambda each: ("{" in each[0], -each[0].count("/"), each[0]))
    return [
        (re.compile(PATH_PARAMETER.sub("(.+)", re.escape(path))), method.upper(), operation)
        for path, item in paths
        for method, operation in item.items()
    ]


@cache
def _validator(reference: str) -> BoundedValidator:
    return BoundedValidator({"$ref": reference}, {"components": load_contract()["components"]})


def check(response: httpx.Response) -> None:
    """Raise AssertionError if the response of an operation is not the one that the contract describes."""
    response.read()
    for pattern, method, operation in _operations():
        if method == response.request.method and pattern.fullmatch(response.request.url.path):
            _check(operation, response)
            return
    assert response.status_code in ROUTING_STATUSES | OTHER_STATUSES, response.text


def _check(operation: dict[str, Any], response: httpx.Response) -> None:
    documented = operation["responses"].get(str(response.status_code))
    assert documented is not None, f"{operation['operationId']} does not document {response.status_code}"
    content = resolved(load_contract(), documented).get("content", {})
    media_type = response.headers.get("content-type", "").partition(";")[0]
    assert media_type in content or not content, f"{operation['operationId']} returned {media_type}"
    schema = content.get(media_type, {}).get("schema", {})
    if "$ref" in schema:
        assert _validator(schema["$ref"]).errors(response.json()) == []
