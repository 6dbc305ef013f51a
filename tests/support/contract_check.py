"""Every answer that a test gets is checked against the contract."""

import re
from functools import cache
from typing import Any

import httpx

from arcbeat.api.arguments import compile_schema
from arcbeat.api.contract.bundle import load_contract

PATH_PARAMETER = re.compile(r"\\\{(\w+)\\\}")
# What any path may answer, an operation or none.
ANYWHERE = {404, 405}


@cache
def _operations() -> list[tuple[re.Pattern[str], str, dict[str, Any]]]:
    """Fixed paths first, then those of more parts: a parameter may hold a slash."""
    paths = sorted(load_contract()["paths"].items(), key=lambda each: ("{" in each[0], -each[0].count("/"), each[0]))
    return [
        (re.compile(PATH_PARAMETER.sub("(.+)", re.escape(path))), method.upper(), operation)
        for path, item in paths
        for method, operation in item.items()
    ]


@cache
def _validator(reference: str) -> Any:
    return compile_schema({"$ref": reference, "components": load_contract()["components"]})


def check(response: httpx.Response) -> None:
    """Fails when an operation answers what the contract does not say of it."""
    response.read()
    for pattern, method, operation in _operations():
        if method == response.request.method and pattern.fullmatch(response.request.url.path):
            _check(operation, response)
            return
    assert response.status_code in ANYWHERE | {200, 304, 307, 400}, response.text


def _check(operation: dict[str, Any], response: httpx.Response) -> None:
    documented = operation["responses"].get(str(response.status_code))
    assert documented is not None, f"{operation['operationId']} does not document {response.status_code}"
    if "$ref" in documented:
        documented = load_contract()["components"]["responses"][documented["$ref"].rpartition("/")[2]]
    media_type = response.headers.get("content-type", "").partition(";")[0]
    content = documented.get("content", {})
    assert media_type in content or not content, f"{operation['operationId']} answers {media_type}"
    schema = content.get(media_type, {}).get("schema", {})
    if "$ref" in schema:
        _validator(schema["$ref"]).validate(response.json())
