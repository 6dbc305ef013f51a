"""Schemas of the contract, for bodies that are validated line by line."""

from collections.abc import Sequence
from typing import Any

from arcbeat.api.arguments import compile_schema
from arcbeat.api.contract.bundle import Json


class ContractSchema:
    """One component schema of the contract; implements the port SchemaValidator."""

    def __init__(self, contract: Json, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}"}
        components = {"components": contract["components"]}
        self._one = compile_schema({**schema, **components})
        self._all = compile_schema({"type": "array", "items": schema, **components})

    def are_all_valid(self, values: Sequence[Any]) -> bool:
        """Return whether all values match the schema, in one pass."""
        return self._all.is_valid(values)

    def error_of(self, value: Any) -> str | None:
        """Return the first mistake of a value, or None if it matches the schema."""
        for error in self._one.iter_errors(value):
            pointer = "".join(f"/{part}" for part in error.instance_path)
            return f"{pointer}: {error.message}" if pointer else error.message
        return None
