"""The lint of the contract finds changes that break programs which were written against an earlier one."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from arcbeat.api.contract.bundle import load_contract
from tests.support.lint_compatibility import compatibility_findings

Json = dict[str, Any]

DEVICES = "/api/v1/device/info"
NEW = {"name": "new", "in": "query", "schema": {"type": "string"}}


def _operation(contract: Json, method: str) -> Json:
    operation: Json = contract["paths"][DEVICES][method]
    return operation


def _schema(contract: Json, name: str) -> Json:
    schema: Json = contract["components"]["schemas"][name]
    return schema


MUTATIONS: dict[str, tuple[Callable[[Json], Any], str]] = {
    "a removed operation": (
        lambda contract: contract["paths"][DEVICES].pop("post"),
        f"POST {DEVICES}: no longer exists",
    ),
    "a required parameter": (
        lambda contract: _operation(contract, "get")["parameters"].append({**NEW, "required": True}),
        f"GET {DEVICES}: new is required",
    ),
    "a required property": (
        lambda contract: _schema(contract, "DeviceCreate")["required"].append("team_name"),
        f"POST {DEVICES}: requires team_name",
    ),
    "a removed property of a body": (
        lambda contract: _schema(contract, "DeviceCreate")["properties"].pop("team_name"),
        f"POST {DEVICES}: does not accept team_name",
    ),
    "a removed value": (
        lambda contract: contract["components"]["parameters"]["DeviceSort"]["schema"]["enum"].remove("team_name"),
        f"GET {DEVICES}: sort: does not accept team_name",
    ),
    "a property that a response may lack": (
        lambda contract: _schema(contract, "DeviceInfoPage")["required"].remove("total"),
        f"GET {DEVICES}: may lack total",
    ),
    "a property of another type": (
        lambda contract: _schema(contract, "DeviceInfoPage")["properties"]["total"].update(type="string"),
        f"GET {DEVICES}: total: is of type string instead of integer",
    ),
}


def test_the_contract_is_compatible() -> None:
    assert list(compatibility_findings(load_contract())) == []


@pytest.mark.parametrize(("mutate", "finding"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_break_is_found(mutate: Callable[[Json], Any], finding: str) -> None:
    contract = copy.deepcopy(load_contract())
    mutate(contract)

    assert list(compatibility_findings(contract)) == [finding]


def test_a_parameter_between_others_is_found() -> None:
    contract = copy.deepcopy(load_contract())
    _operation(contract, "get")["parameters"].insert(0, NEW)

    found = list(compatibility_findings(contract))

    assert any("the parameters do not begin with" in finding for finding in found)
