"""The lint of the contract finds what does not compile or work in generated clients."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from arcbeat.api.contract.bundle import load_contract
from tests.support.lint_generation import generation_findings

Json = dict[str, Any]

DATE_OR_NUMBER = {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "integer", "format": "int64"}]}


def _put_form_last(contract: Json) -> None:
    content = contract["paths"]["/api/v1/device/info-import"]["post"]["requestBody"]["content"]
    content["multipart/form-data"] = content.pop("multipart/form-data")


def _schemas(contract: Json) -> Json:
    schemas: Json = contract["components"]["schemas"]
    return schemas


def _parameters(contract: Json) -> Json:
    parameters: Json = contract["components"]["parameters"]
    return parameters


MUTATIONS: dict[str, tuple[Callable[[Json], Any], str]] = {
    "a schema with the name of a constructor in Go": (
        lambda contract: _schemas(contract).update(NewUser={"type": "object"}),
        "NewUser: a client in Go has a constructor of this name",
    ),
    "two enumerations with a constant in common": (
        lambda contract: _schemas(contract)["Scope"].pop("x-enum-varnames"),
        "Role and Scope: share the constant ADMIN; prefix it with x-enum-varnames",
    ),
    "an alternative without a discriminator": (
        lambda contract: _schemas(contract)["Reading"]["properties"].update(ts=DATE_OR_NUMBER),
        "Reading: properties: ts: oneOf without a discriminator; use anyOf with the most special schema first",
    ),
    "nullable beside anyOf": (
        lambda contract: _schemas(contract)["Value"].update(nullable=True),
        "Value: nullable needs a type",
    ),
    "the default of a list": (
        lambda contract: _parameters(contract)["Aggregates"]["schema"].update(default=["avg"]),
        "Aggregates: schema: the default of an array does not compile in Go",
    ),
    "a list in another style": (
        lambda contract: _parameters(contract)["FieldNames"].update(explode=False),
        "FieldNames: array parameters have one style: repeated",
    ),
    "a large integer": (
        lambda contract: _parameters(contract)["RunIdInPath"]["schema"].pop("format"),
        "RunIdInPath: schema: an integer of more than 32 bits needs the format int64",
    ),
    "a number": (
        lambda contract: _parameters(contract)["MaxAge"]["schema"].pop("format"),
        "MaxAge: schema: a number without the format double has 32 bits in Go",
    ),
    "an id": (
        lambda contract: _schemas(contract)["JobRun"]["properties"]["root_log_id"].pop("format"),
        "JobRun: root_log_id: an id needs the format int64",
    ),
    "a form that is not the first body": (
        _put_form_last,
        "POST /api/v1/device/info-import: a form must come first in its body, or it does not compile in Java",
    ),
    "a text that is binary": (
        lambda contract: contract["components"]["responses"]["TableFile"]["content"]["text/csv"].update(
            schema={"type": "string", "format": "binary"}
        ),
        "TableFile: text/csv is binary; the client in Python fails on it",
    ),
    "a conflict without the type of its problem": (
        lambda contract: contract["components"]["responses"]["UserExists"].update(description="The user exists."),
        "POST /api/v1/users: its 409 must name types of problems, not []",
    ),
    "a conflict with an unknown type": (
        lambda contract: contract["components"]["responses"]["UserExists"].update(description="`exists`: It does."),
        "POST /api/v1/users: its 409 must name types of problems, not ['exists']",
    ),
}


def test_the_contract_has_no_finding() -> None:
    assert list(generation_findings(load_contract())) == []


@pytest.mark.parametrize(("mutate", "finding"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_mistake_is_found(mutate: Callable[[Json], Any], finding: str) -> None:
    contract = copy.deepcopy(load_contract())
    mutate(contract)

    assert list(generation_findings(contract)) == [finding]
