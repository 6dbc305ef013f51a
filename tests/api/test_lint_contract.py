"""The lint of the contract finds what it is there to find."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from arcbeat.api.contract.bundle import load_contract
from tests.support.lint_contract import findings

Json = dict[str, Any]

READING = "Reading/device_code"
UPDATE_DEVICE = "PATCH /api/v1/device/info/{device_code}"
NOT_IN_FUNCTIONS = {"$ref": "#/components/responses/NotAvailableInFunctions"}


def _reading_code(contract: Json) -> Json:
    code: Json = contract["components"]["schemas"]["Reading"]["properties"]["device_code"]
    return code


def _update_device(contract: Json) -> Json:
    operation: Json = contract["paths"]["/api/v1/device/info/{device_code}"]["patch"]
    return operation


def _body(contract: Json) -> Json:
    body: Json = _update_device(contract)["requestBody"]["content"]["application/json"]
    return body


MUTATIONS: dict[str, tuple[Callable[[Json], Any], str]] = {
    "a property without a description": (
        lambda contract: _reading_code(contract).pop("description"),
        f"{READING}: has no description",
    ),
    "a parameter without a description": (
        lambda contract: contract["components"]["parameters"]["From"].pop("description"),
        "parameter From: has no description",
    ),
    "a download link to something that is no export": (
        lambda contract: _update_device(contract).update({"x-download-link": True}),
        f"{UPDATE_DEVICE}: is an export without `x-download-link`, or has it and is none",
    ),
    "an operation that functions refuse, whose path has a parameter": (
        lambda contract: _update_device(contract).update(
            {
                "x-not-in-functions": True,
                "responses": {**_update_device(contract)["responses"], "501": NOT_IN_FUNCTIONS},
            }
        ),
        "update_device: has `x-not-in-functions` and a parameter in its path, which functions do not look for",
    ),
    "an operation that functions refuse without saying so": (
        lambda contract: contract["paths"]["/healthz"]["get"].update({"x-not-in-functions": True}),
        "GET /healthz: does not document ['501']",
    ),
    "a summary without a full stop": (
        lambda contract: _update_device(contract).update(summary="Update a device"),
        f"{UPDATE_DEVICE}: has a summary that does not end with a full stop",
    ),
    "a pattern without an example": (
        lambda contract: _reading_code(contract).pop("example"),
        f"{READING}: has a pattern and no example",
    ),
    "a body without an example": (
        lambda contract: _body(contract).pop("example"),
        f"{UPDATE_DEVICE}: body application/json: has no example",
    ),
    "a null as the example of a choice": (
        lambda contract: _reading_code(contract).update(example=None, nullable=True, enum=["14412T0006"]),
        f"{READING}: the example is null, which other tools accept only if the enum lists it",
    ),
    "an example that is not valid": (
        lambda contract: _reading_code(contract).update(example=6),
        f'{READING}: the example is not valid: 6 is not of type "string"',
    ),
}


@pytest.mark.parametrize(("mutate", "finding"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_mistake_is_found(mutate: Callable[[Json], Any], finding: str) -> None:
    contract = copy.deepcopy(load_contract())
    mutate(contract)

    assert list(findings(contract)) == [finding]
