"""Schemas of the contract, for bodies that are validated line by line."""

from collections.abc import Sequence
from typing import Any

from arcbeat.api.body.json_values import decode_json
from arcbeat.api.contract.bundle import Json
from arcbeat.api.validation import BoundedValidator


class ContractSchema:
    """One component schema of the contract; implements the port SchemaValidator."""

    def __init__(self, contract: Json, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}"}
        components = {"components": contract["components"]}
        self._one = BoundedValidator(schema, components)
        self._all = BoundedValidator({"type": "array", "items": schema}, components)

    def decode(self, text: bytes) -> Any:
        """Return the value of a JSON text; raise ValueError as `decode_json` does."""
        return decode_json(text)

    def are_all_valid(self, values: Sequence[Any]) -> bool:
        """Return whether all values match the schema, in one pass."""
        return self._all.is_valid(values)

    def error_of(self, value: Any) -> str | None:
        """Return the first error in a value, or None if it matches the schema."""
        for error in self._one.errors(value, errors_max=1):
            return f"{error.pointer}: {error.detail}" if error.pointer else error.detail
        return None
