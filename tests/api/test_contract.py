"""Tests every operation of the contract with generated requests (schemathesis) against the real application."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from arcbeat.api.contract.bundle import load_contract, published
from arcbeat.domain.identity.identity import Role
from tests.support.service import Service

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "20"))
"""Random requests per operation, besides the deterministic ones; .ci/run sends more."""
URL_BYTES_MAX = 65_000
"""The HTTP parser rejects longer URLs before the application sees them."""
HEADER = "device_code,device_name,device_type"

# Rules that a schema cannot express, so that a request that matches the schema may be rejected:
# passwords must be hard to guess,
PASSWORD_RULES = {
    "include-operation-id": ["create_user", "update_user"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}},
}
# limits, states and names of a type must fit each other, and If-Match must be a list of entity tags,
TYPE_RULES = {
    "include-operation-id": ["create_type", "update_type", "replace_fields", "import_fields"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "412"]}},
}
# a download link leads to no other one,
LINK_RULES = {
    "include-operation-id": ["create_download_link"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "429"]}},
}
# a time range must begin before it ends, cursors, time zones and the fields of rows, orders and filters must exist, and
# so must the super table and the state field of a type, which requests to other operations may have changed,
QUERY_RULES = {
    "include-operation-id": [
        "list_latest",
        "list_latest_by_earlier_name",
        "get_snapshot",
        "list_history",
        "list_history_by_value",
        "export_history",
        "list_windows",
        "list_group_windows",
        "export_windows",
        "list_states",
        "list_state_spans",
        "export_state_spans",
        "list_alarms",
        "acknowledge_alarm",
        "withdraw_acknowledgement",
    ],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}},
}
# device types must exist,
DEVICE_RULES = {
    "include-operation-id": ["create_device", "update_device", "delete_device", "import_devices"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "412"]}},
}
# thresholds must fit each other, and labels consist of visible characters,
DICTIONARY_RULES = {
    "include-operation-id": [
        "create_dict_type",
        "create_dict_data",
        "update_dict_data",
        "delete_dict_data",
        "update_dict_type",
        "delete_dict_type",
    ],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "412"]}},
}
# schedules, time zones and parameters must be valid, text searches small, and cursors real,
JOB_RULES = {
    "include-operation-id": [
        "update_job",
        "start_run",
        "list_job_logs",
        "get_job_log",
        "get_job_log_tree",
        "get_job_log_timeline",
    ],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "412"]}},
}
# time zones must exist,
TIME_ZONE_RULES = {
    "include-operation-id": ["get_board_statistics"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}},
}

# Bodies that the schema only calls binary: random bytes, and files of devices with random cells.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
cells = st.sampled_from(["W1", "w1", "welding", ""]) | st.text(max_size=60)
rows = st.lists(st.tuples(cells, cells, cells).map(",".join)).map("\n".join)
schemathesis.openapi.media_type(XLSX, st.binary())
schemathesis.openapi.media_type("text/csv", st.binary() | rows.map(lambda each: f"{HEADER}\n{each}".encode()))
# and the type in the query and in the body must be the same.
READING_RULES = {
    "include-operation-id": ["append_readings"],
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]}},
}

_READINGS = st.fixed_dictionaries(
    {
        "device_code": st.sampled_from(["W1", "W2", "unknown"]) | st.integers(),
        "ts": st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.integers(-(2**63), 2**63),
        "values": st.dictionaries(
            st.sampled_from(["weld_current", "device_status", "no_such_field"]),
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60),
        ),
    }
)
_LINES = st.lists(_READINGS.map(lambda reading: json.dumps(reading).encode()) | st.binary(max_size=60), max_size=10)
schemathesis.openapi.media_type("application/x-ndjson", _LINES.map(b"\r\n".join))

RULES = [
    PASSWORD_RULES,
    TYPE_RULES,
    DEVICE_RULES,
    QUERY_RULES,
    LINK_RULES,
    DICTIONARY_RULES,
    JOB_RULES,
    TIME_ZONE_RULES,
    READING_RULES,
]

PATTERN_CHARACTERS_MAX = 100
VISIBLE_TEXT = r"^[^ \x00-\x1f]+( [^ \x00-\x1f]+)*$"


def with_accepted_types(node: Any) -> Any:
    """Turn each `x-accepted-type` into an alternative, so that its values count as valid."""
    if isinstance(node, list):
        return [with_accepted_types(each) for each in node]
    if not isinstance(node, dict):
        return node
    converted = {key: with_accepted_types(value) for key, value in node.items()}
    if (accepted := converted.pop("x-accepted-type", None)) is None:
        return converted
    return {"anyOf": [converted, {"type": accepted}]}


def with_short_patterns(node: Any) -> Any:
    """Replace the long patterns, which list all invisible characters and are too large for schemathesis.

    The replacement matches more, so requests may be rejected although they match it: the rules above allow that.
    """
    if isinstance(node, list):
        return [with_short_patterns(each) for each in node]
    if not isinstance(node, dict):
        return node
    shortened = {key: with_short_patterns(value) for key, value in node.items()}
    if isinstance(node.get("pattern"), str) and len(node["pattern"]) > PATTERN_CHARACTERS_MAX:
        shortened["pattern"] = VISIBLE_TEXT
    return shortened


schema = schemathesis.openapi.from_dict(
    with_accepted_types(with_short_patterns(published(load_contract()))),
    config=SchemathesisConfig.from_dict({"operations": RULES}),
)


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*(f"W{number}" for number in range(30)))
    service.register("C1", device_type="cutting")
    service.append("W1", weld_current=1, lock_status=True, device_status="焊接")
    service.append("C1", type_code="cutting", pulses=9007199254740993)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Keeps connections open, which a new session per request would not."""
    with requests.Session() as session:
        session.headers.clear()
        session.trust_env = False
        yield session


@pytest.fixture(autouse=True)
def _without_coverage() -> Iterator[None]:
    """Stop measuring coverage in this thread, where it doubles the time to generate requests.

    It continues in the thread of the service.
    """
    trace = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(trace)


# The service runs in a thread of this process, and its jitter uses the random generator that Hypothesis watches.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_response_matches_the_contract(
    case: schemathesis.Case[Any], service: Service, session: requests.Session
) -> None:
    headers = {"Authorization": f"Bearer {service.token(*Role.ADMIN.scopes)}"}

    response = case.call(base_url=service.url, headers=headers, session=session)

    if len(response.request.url or "") < URL_BYTES_MAX:
        case.validate_response(response)
