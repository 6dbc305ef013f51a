"""Every operation of the contract against the real application, by schemathesis."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from arcbeat.api.contract import load_contract, published
from arcbeat.domain.identity import Role
from tests.service import Service

EXAMPLES = 60

# Whether a password is good enough is more than a schema can say.
JUDGES_PASSWORDS = {
    "include-operation-id": ["create_user", "update_user"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}},
}
# So is whether thresholds fit each other, and whether a header is a list of entity tags.
JUDGES_DICTIONARY = {
    "include-operation-id": [
        "create_dict_data",
        "update_dict_data",
        "delete_dict_data",
        "update_dict_type",
        "delete_dict_type",
    ],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "412"]}},
}
# And so is whether a time zone is there.
JUDGES_TIME_ZONES = {
    "include-operation-id": ["get_board_statistics"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}},
}

schema = schemathesis.openapi.from_dict(
    published(load_contract()),
    config=SchemathesisConfig.from_dict({"operations": [JUDGES_PASSWORDS, JUDGES_DICTIONARY, JUDGES_TIME_ZONES]}),
)


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*(f"W{number}" for number in range(30)))
    service.register("C1", device_type="cutting")
    service.append("W1", weld_current=1, lock_status=True, device_status="焊接")
    service.append("C1", type_code="cutting", pulses=9007199254740993)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_is_as_the_contract_says(case: schemathesis.Case[Any], service: Service) -> None:
    headers = {"Authorization": f"Bearer {service.token(*Role.ADMIN.scopes)}"}

    case.call_and_validate(base_url=service.url, headers=headers)
