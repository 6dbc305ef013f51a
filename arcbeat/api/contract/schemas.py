"""What the contract says things look like, for bodies that are read piece by piece."""

from collections.abc import Sequence
from typing import Any

from arcbeat.api.arguments import compile_schema
from arcbeat.api.contract.bundle import Json


class ContractSchema:
    """The shape of one schema of the contract."""

    def __init__(self, contract: Json, name: str) -> None:
        one = {"$ref": f"#/components/schemas/{name}", "components": contract["components"]}
        self._one = compile_schema(one)
        self._all = compile_schema({"type": "array", "items": {"$ref": one["$ref"]}, "components": one["components"]})

    def are_all_valid(self, things: Sequence[Any]) -> bool:
        """Whether all of these are of this shape, told at once."""
        return self._all.is_valid(things)

    def error_of(self, thing: Any) -> str | None:
        """What is wrong with one; None when it is of this shape."""
        for error in self._one.iter_errors(thing):
            pointer = "".join(f"/{part}" for part in error.instance_path)
            return f"{pointer}: {error.message}" if pointer else error.message
        return None
