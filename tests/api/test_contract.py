"""Every operation of the contract against the real application, by schemathesis."""

import json
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
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
# That a type is said twice in two ways is more than a schema can say too.
MAY_CONTRADICT_ITSELF = {
    "include-operation-id": ["append_readings"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]}},
}

_READINGS = st.fixed_dictionaries(
    {
        "device_code": st.sampled_from(["W1", "W2", "nobody"]) | st.integers(),
        "ts": st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.integers(-(2**63), 2**63),
        "values": st.dictionaries(
            st.sampled_from(["weld_current", "device_status", "no_such_field"]),
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60),
        ),
    }
)
_LINES = st.lists(_READINGS.map(lambda reading: json.dumps(reading).encode()) | st.binary(max_size=60), max_size=10)
schemathesis.openapi.media_type("application/x-ndjson", _LINES.map(b"\r\n".join))

schema = schemathesis.openapi.from_dict(
    published(load_contract()),
    config=SchemathesisConfig.from_dict({"operations": [JUDGES_PASSWORDS, MAY_CONTRADICT_ITSELF]}),
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
