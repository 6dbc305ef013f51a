"""Reads the OpenAPI contract from its files into one document, and keeps the names of its components."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from arcbeat.domain.identity.download_links import LINK_PARAMETER

CONTRACT_FOLDER = Path(__file__).parents[3] / "openapi"

Json = dict[str, Any]


@cache
def load_contract(folder: Path = CONTRACT_FOLDER) -> Json:
    """Return the whole contract as one document, which is read once per process and must not be changed.

    Path items replace their references. Every other reference to a file becomes one to ``#/components/…`` of the same
    name: Connexion would resolve it, and the names of components are what clients are generated from.

    Raises:
        ValueError: two files define different components of the same name.
    """
    return _Bundle(folder).document


class _Bundle:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[PurePosixPath, Json] = {}
        self._origins: dict[tuple[str, str], PurePosixPath] = {}
        root = PurePosixPath("openapi.yaml")
        self.document = dict(self._read(root))
        self._components: Json = dict(self.document.get("components", {}))
        self.document["paths"] = {path: self._path_item(item) for path, item in self.document["paths"].items()}
        self.document["components"] = self._components

    def _read(self, file: PurePosixPath) -> Json:
        if file not in self._files:
            self._files[file] = yaml.load((self._folder / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
        return self._files[file]

    def _path_item(self, item: Json) -> Any:
        file, name = self._split(PurePosixPath("openapi.yaml"), item["$ref"])
        return self._inlined(file, self._read(file)[name])

    def _inlined(self, file: PurePosixPath, node: Any) -> Any:
        if isinstance(node, list):
            return [self._inlined(file, each) for each in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return {"$ref": self._component(*self._split(file, node["$ref"]))}
        return {key: self._inlined(file, value) for key, value in node.items()}

    def _component(self, file: PurePosixPath, name: str) -> str:
        section = file.parts[0].removesuffix(".yaml")
        known = self._origins.setdefault((section, name), file)
        if known != file:
            raise ValueError(f"the component {name} is defined in {known} and in {file}; rename one of them")
        members = self._components.setdefault(section, {})
        if name not in members:
            members[name] = None  # reserved before it is filled, so that a schema may refer to itself
            members[name] = self._inlined(file, self._read(file)[name])
        return f"#/components/{section}/{name}"

    @staticmethod
    def _split(file: PurePosixPath, reference: str) -> tuple[PurePosixPath, str]:
        path, _, name = reference.partition("#/")
        if not path:
            return file, name
        parts: list[str] = []
        for part in (file.parent / path).parts:
            if part == "..":
                parts.pop()
            else:
                parts.append(part)
        return PurePosixPath(*parts), name


def operations_of(contract: Json) -> Iterator[Json]:
    """Yield the operations of the contract, in its order."""
    for item in contract["paths"].values():
        yield from item.values()


def resolved(contract: Json, node: Json) -> Json:
    """Return the component that a node refers to, or the node itself if it refers to none."""
    if "$ref" not in node:
        return node
    _, _, section, name = node["$ref"].split("/")
    component: Json = contract["components"][section][name]
    return component


def published(contract: Json) -> Json:
    """Return the contract for clients, without the names of handlers."""
    return {
        **contract,
        "paths": {
            path: {method: _without_bindings(operation) for method, operation in item.items()}
            for path, item in contract["paths"].items()
        },
    }


def _without_bindings(operation: Json) -> Json:
    return {key: value for key, value in operation.items() if key != "x-openapi-router-controller"}


DOWNLOAD_LINK = "download_link"
"""The security scheme of operations to which download links lead."""
_LINK_SCHEME: Json = {"type": "apiKey", "in": "query", "name": LINK_PARAMETER}
"""The published contract lacks this scheme, and marks operations with ``x-download-link`` instead: generated clients
would send a token in the URL of each request if they found a scheme with a query parameter."""


def for_connexion(contract: Json) -> Json:
    """Return the contract with what OpenAPI 3.0, or a generated client, must not find in the published one.

    An API key and a download link need the same scopes as a token; only OAuth 2 requirements may name scopes.
    """
    components = contract["components"]
    schemes = {**components["securitySchemes"], DOWNLOAD_LINK: _LINK_SCHEME}
    return {
        **contract,
        "components": {**components, "securitySchemes": schemes},
        "paths": {
            path: {method: {**operation, "security": _security(operation)} for method, operation in item.items()}
            for path, item in contract["paths"].items()
        },
    }


def _security(operation: Json) -> list[Json]:
    links: list[Json] = [{DOWNLOAD_LINK: []}] if operation.get("x-download-link") else []
    scopes = [scope for requirement in operation["security"] for scope in requirement.get("token", ())]
    return [
        dict.fromkeys(requirement, scopes) if requirement.keys() <= {"api_key", DOWNLOAD_LINK} else requirement
        for requirement in (*operation["security"], *links)
    ]
