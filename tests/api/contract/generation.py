"""The contract as schemathesis gets it: the same requests are valid, but known values are frequent in them."""

import json
import re
from datetime import datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from arcbeat.api.contract.bundle import load_contract, published
from tests.api.contract import known
from tests.api.contract.exceptions import RULES

HEADER = "device_code,device_name,device_type"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATTERN_CHARACTERS_MAX = 100
VISIBLE_TEXT = r"^[^ \x00-\x1f]+( [^ \x00-\x1f]+)*$"

# Bodies that the schema only calls binary: random bytes, and files of devices with random cells.
_CELLS = st.sampled_from(["W1", "w1", "welding", ""]) | st.text(max_size=60)
_ROWS = st.lists(st.tuples(_CELLS, _CELLS, _CELLS).map(",".join)).map("\n".join)
schemathesis.openapi.media_type(XLSX, st.binary())
schemathesis.openapi.media_type("text/csv", st.binary() | _ROWS.map(lambda each: f"{HEADER}\n{each}".encode()))

# Lines that are readings or random bytes.
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


def adapted(node: Any) -> Any:
    """Return a part of the contract with what schemathesis needs; the module describes the three changes."""
    if isinstance(node, list):
        return [adapted(each) for each in node]
    if not isinstance(node, dict):
        return node
    converted = {key: adapted(value) for key, value in node.items()}
    return _with_known_values(_with_accepted_type(_with_short_pattern(converted)))


def _with_accepted_type(schema: dict[str, Any]) -> dict[str, Any]:
    """Turn `x-accepted-type` into an alternative, so that its values count as valid."""
    if (accepted := schema.pop("x-accepted-type", None)) is None:
        return schema
    return {"anyOf": [schema, {"type": accepted}]}


def _with_short_pattern(schema: dict[str, Any]) -> dict[str, Any]:
    """Replace a long pattern, which lists all invisible characters and is too large for schemathesis.

    The replacement matches more, so requests may be rejected although they match it: the exceptions allow that.
    """
    if isinstance(schema.get("pattern"), str) and len(schema["pattern"]) > PATTERN_CHARACTERS_MAX:
        schema["pattern"] = VISIBLE_TEXT
    return schema


def _with_known_values(part: dict[str, Any]) -> dict[str, Any]:
    """Make the values of the prepared database alternatives of a parameter's schema, or of the properties of a body.

    The alternatives are valid anyway, but random texts would nearly never name a device that exists.
    """
    if "in" in part and (values := known.PARAMETERS.get(part.get("name", ""))):
        part["schema"] = _or_known(part["schema"], values)
    if isinstance(properties := part.get("properties"), dict):
        for name in properties.keys() & known.PROPERTIES.keys():
            properties[name] = _or_known(properties[name], known.PROPERTIES[name])
    return part


def _or_known(schema: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    if "enum" in schema:
        return schema
    if schema.get("type") == "array":
        # Not two alternatives of arrays: then one text would count as an invalid array, but it is an array of one.
        return {**schema, "items": _or_known(schema["items"], values)}
    return {"anyOf": [_one_of(values), schema]}


def _one_of(values: list[Any]) -> dict[str, Any]:
    """Return a schema for these values. An enum would be merged into the other alternative, which contains it."""
    if isinstance(values[0], int):
        return {"type": "integer", "minimum": values[0], "maximum": values[-1]}
    return {"type": "string", "pattern": f"^({'|'.join(re.escape(value) for value in values)})$"}


schema = schemathesis.openapi.from_dict(
    adapted(published(load_contract())),
    config=SchemathesisConfig.from_dict(
        # The tests send credentials of their own.
        {"operations": RULES, "generation": {"with-security-parameters": False}}
    ),
)
