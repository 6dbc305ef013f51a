"""Tests of what an invalid value costs: the number of errors, the size of the answer, and the work to find them."""

import sys
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message

from arcbeat.api import validation
from arcbeat.api.arguments import BODY, Arguments
from arcbeat.api.body.json_values import CONTAINERS_MAX, VALUES_MAX, decode_json
from arcbeat.api.contract.asyncapi import compile_pointer, load_asyncapi, messages_of, payload_of
from arcbeat.api.contract.bundle import load_contract, operations_of, resolved
from arcbeat.api.contract.schemas import ContractSchema
from arcbeat.api.problems import respond
from arcbeat.api.validation import ERRORS_MAX, BoundedValidator
from arcbeat.domain.errors import ArcbeatError, InputError, InvalidInput, PayloadTooLarge
from arcbeat.domain.unparsed_body import UnparsedBody

CONTRACT = load_contract()
ASYNCAPI = load_asyncapi()
ANSWER_BYTES_MAX = 64 * 1024
BATCH_BYTES_MAX = 8 * 2**20
FALLBACK = "does not match the contract"


def inlined(node: Any) -> Any:
    """Return a schema without references, as Connexion passes it on."""
    if isinstance(node, list):
        return [inlined(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return inlined(resolved(CONTRACT, node))
    return {key: inlined(value) for key, value in node.items()}


JSON_BODIES = {
    operation["operationId"]: inlined(operation["requestBody"])
    for operation in operations_of(CONTRACT)
    if "application/json" in operation.get("requestBody", {}).get("content", {})
}
BODY_SCHEMAS = {name: body["content"]["application/json"]["schema"] for name, body in JSON_BODIES.items()}
VALIDATORS = {name: BoundedValidator(schema) for name, schema in BODY_SCHEMAS.items()} | {
    name: compile_pointer(ASYNCAPI, payload_of(name)) for name in sorted(messages_of(ASYNCAPI, "receive"))
}


def names_of(node: Any) -> set[str]:
    """Return the names of all properties in a schema."""
    if isinstance(node, list):
        return {name for each in node for name in names_of(each)}
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own | {name for each in node.values() for name in names_of(each)}


NAMES = sorted({name for schema in BODY_SCHEMAS.values() for name in names_of(schema)} | {"token", "device_codes"})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=70)
    | st.sampled_from(["welding", "W1", "2026-03-02", "2026-03-02T08:00:00Z", "\x00", "a" * 5000])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=10), inner, max_size=8)
    ),
    max_leaves=30,
)


# All validators get the same values, because to generate a value takes far longer than to validate it.
@settings(max_examples=500, database=None, derandomize=True)
@given(value=VALUES)
def test_the_errors_explain_why_a_value_is_invalid(value: Any) -> None:
    for name, validator in VALIDATORS.items():
        errors = validator.errors(value)

        assert validator.is_valid(value) == (not errors), name
        assert len(errors) <= ERRORS_MAX, name
        assert FALLBACK not in {each.detail for each in errors}, name


# Texts that are repeated until the body is as long as it may be: what is invalid, and what a parser expands.
PIECES = st.sampled_from(
    [
        b"1",
        b"[]",
        b"{}",
        b'"\\u0000"',
        b'""',
        b"1e308",
        b"null",
        b'{"device_code":1,"ts":"x","values":[]}',
        b'{"device_code":"W1","ts":0,"values":{"a":[],"b":{},"c":[1]}}',
        b'{"name":"","label":{},"unit":1}',
    ]
)
LARGEST = [b'"' + b"x" * 10**6 + b'"', b"[" * 200 + b"]" * 200, b"1" * 10**5, b'{"' + b"y" * 10**6 + b'":1}']


@st.composite
def large_bodies(draw: st.DrawFn) -> bytes:
    """Return an object whose properties have very many values, or very long ones, up to the limits of a body."""
    bytes_max = draw(st.sampled_from([1_000, 2**20, BATCH_BYTES_MAX]))
    members = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)):
        piece = draw(PIECES | st.sampled_from(LARGEST))
        count = bytes_max // 3 // (len(piece) + 1) or 1
        if draw(st.booleans()):
            value = b"[" + b",".join([piece] * count) + b"]"
        else:
            value = b"{" + b",".join(b'"%d":%s' % (number, piece) for number in range(min(count, 50_000))) + b"}"
        members.append(orjson.dumps(name) + b":" + value)
    return b"{" + b",".join(members) + b"}"


async def read(body: bytes, definition: Any, media_type: bytes = b"application/json") -> Any:
    """Read a request with a body as the operation of ``definition`` does, and parse what it leaves to its handler."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "query_string": b"", "headers": [(b"content-type", media_type)], "path_params": {}}
    arguments = await Arguments([], definition).read(scope, receive)
    unparsed = arguments[BODY]
    return {BODY: unparsed.parse()} if isinstance(unparsed, UnparsedBody) else arguments


@pytest.mark.parametrize("name", JSON_BODIES)
@settings(max_examples=8, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(body=large_bodies())
async def test_any_body_has_few_errors_and_a_small_answer(name: str, body: bytes) -> None:
    with pytest.raises((InvalidInput, PayloadTooLarge)) as caught:
        await read(body, JSON_BODIES[name])

    assert len(caught.value.errors) <= ERRORS_MAX
    assert len(respond(caught.value, "id").body) <= ANSWER_BYTES_MAX


@settings(max_examples=300, database=None, derandomize=True)
@given(
    st.lists(st.tuples(st.text(), st.text(), st.integers(1, 10_000)), max_size=200), st.text(), st.integers(1, 10_000)
)
def test_a_problem_has_at_most_64_kib(parts: list[tuple[str, str, int]], detail: str, times: int) -> None:
    errors = [InputError("body", name * length, text * length) for name, text, length in parts]

    answer = respond(InvalidInput(errors, detail * times), "id" * 64)

    assert len(answer.body) <= ANSWER_BYTES_MAX
    listed = orjson.loads(answer.body).get("errors", [])
    assert [each["name"][:10] for each in listed] == [each.name[:10] for each in errors[: len(listed)]]


def calls_within(module: Any, function: Callable[[], object]) -> int:
    """Return the number of calls of functions of a module."""
    calls = 0

    def count(frame: Any, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename == module.__file__

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


BATCH = VALIDATORS["append_readings"]
READING = {"device_code": "W1", "ts": 0, "values": {}}


@pytest.mark.parametrize(
    "make_body",
    [
        lambda number: {"type_code": "welding", "readings": [1] * number},
        lambda number: {"type_code": "welding", "readings": [{**READING, "ts": []}] * number},
        lambda number: {
            "type_code": "welding",
            "readings": [{**READING, "values": {str(n): [] for n in range(number)}}],
        },
        lambda number: {str(each): 1 for each in range(number)},
        lambda number: {"type_code": "x" * number, "readings": [READING]},
    ],
    ids=["no objects", "bad ts", "bad values", "unknown properties", "long text"],
)
def test_the_work_does_not_grow_with_the_number_of_mistakes(make_body: Callable[[int], Any]) -> None:
    few, many = make_body(100), make_body(4_000)

    assert calls_within(validation, lambda: BATCH.errors(few)) == calls_within(validation, lambda: BATCH.errors(many))


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"readings": [1] * 5_001}, [("/readings", "an array of 5001 items has more than 5000 items")]),
        ({"readings": "x" * 10**6}, [("/readings", f'"{"x" * 60}…" is not of type "array"')]),
        ({"type_code": "x" * 10**6}, [("/type_code", f'"{"x" * 60}…" is longer than 50 characters')]),
        (
            {"readings": [{**READING, "values": {str(number): [] for number in range(4097)}}]},
            [("/readings/0/values", "an object of 4097 properties has more than 4096 properties")],
        ),
        (
            {str(number): 1 for number in range(1000)},
            [("", 'Additional properties are not allowed: "0", "1", "2", "3", "4" and 995 more')],
        ),
        (
            {"readings": [{**READING, "values": {"a/b~c" * 20: []}}]},
            [
                (
                    f"/readings/0/values/{'a~1b~0c' * 12}…",
                    "an array of 0 items matches none of the schemas that the contract allows",
                )
            ],
        ),
    ],
    ids=["many items", "text for an array", "long text", "many properties", "unknown properties", "long name"],
)
def test_sizes_are_checked_before_contents_and_texts_are_cut_off(
    change: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    found = BATCH.errors({"type_code": "welding", "readings": [READING], **change})

    assert [(each.pointer, each.detail) for each in found] == errors


@pytest.mark.parametrize("depth", [250, 260, 1_000])
def test_a_deep_value_is_invalid_wherever_it_is(depth: int) -> None:
    deep = decode_json(b"[" * depth + b"]" * depth)
    reading = {**READING, "values": {"a": deep}}

    assert BATCH.errors(deep)
    assert BATCH.errors({"type_code": deep, "readings": deep})
    assert BATCH.errors({"type_code": "welding", "readings": [reading]})
    lines = ContractSchema(CONTRACT, "Reading")
    assert not lines.are_all_valid([reading, READING])
    assert (lines.error_of(reading) or "").startswith("/values/a: ")
    assert lines.error_of(READING) is None


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (b"[" + b"[]," * CONTAINERS_MAX + b"1]", f"has more than {CONTAINERS_MAX} arrays and objects"),
        (b"[" + b"1," * VALUES_MAX + b"1]", f"has more than {VALUES_MAX} values"),
        (b"[" * 1025 + b"]" * 1025, "is not JSON: depth limit exceeded"),
        (b'"\\ud800"', "is not JSON: no low surrogate"),
        (b"1e999", "is not JSON: number is infinity"),
        (b'{"a":1', "is not JSON: "),
        (b"\xff", "is not JSON: "),
    ],
    ids=["arrays", "values", "deep", "surrogate", "infinity", "cut off", "not UTF-8"],
)
def test_json_beyond_the_limits_is_not_decoded(text: bytes, detail: str) -> None:
    with pytest.raises(ValueError, match="^" + detail.replace("(", r"\(")):
        decode_json(text)


def test_the_last_of_equal_names_counts() -> None:
    assert decode_json(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize(
    ("schema", "detail"),
    [
        ({"type": "string", "pattern": "^(?=a)a*$"}, 'is not a "regex"'),
        ({"type": "string", "pattern": r"^(a)\1$"}, 'is not a "regex"'),
        ({"type": "array", "contains": {}}, "unknown keyword: contains"),
    ],
)
def test_a_schema_whose_validation_is_not_bounded_is_rejected(schema: dict[str, Any], detail: str) -> None:
    with pytest.raises(ValueError, match=detail):
        BoundedValidator(schema)


@pytest.mark.parametrize(
    ("schema", "value", "detail"),
    [
        ({"type": "integer"}, 1.5, '1.5 is not of type "integer"'),
        ({"type": "string", "nullable": True}, 1, '1 is not of types "string", "null"'),
        ({"type": "integer"}, True, 'true is not of type "integer"'),
        ({"enum": ["a", "b", "c"]}, "d", '"d" is not one of "a", "b" or "c"'),
        ({"enum": ["a"]}, "d", '"d" is not "a"'),
        ({"minimum": 5}, 3, "3 is less than the minimum of 5"),
        ({"minimum": 0, "exclusiveMinimum": True}, 0, "0 is less than or equal to the minimum of 0"),
        ({"maximum": 5}, 7.5, "7.5 is greater than the maximum of 5"),
        ({"maximum": 5}, 10**400, "this value is greater than the maximum of 5"),
        ({"minLength": 1}, "", '"" is shorter than 1 character'),
        ({"maxLength": 3}, "abcd", '"abcd" is longer than 3 characters'),
        ({"pattern": "^a$"}, "b", '"b" does not match "^a$"'),
        ({"format": "date"}, "2026-02-30", '"2026-02-30" is not a "date", for example 2026-03-02'),
        ({"type": "string"}, "\ud800", "'\\ud800' is not of type \"string\""),
        ({"minItems": 1}, [], "an array of 0 items has less than 1 item"),
        ({"uniqueItems": True}, [1, 1], "an array of 2 items contains an item twice"),
        ({"minProperties": 1}, {}, "an object of 0 properties has less than 1 property"),
        ({"required": ["a"]}, {}, '"a" is a required property'),
        ({"anyOf": [{"type": "string"}]}, 1, "1 matches none of the schemas that the contract allows"),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 0}]},
            1,
            "1 does not match exactly one of the schemas that the contract allows",
        ),
    ],
)
def test_an_error_says_what_is_wrong(schema: dict[str, Any], value: Any, detail: str) -> None:
    assert [each.detail for each in BoundedValidator(schema).errors(value)] == [detail]


def test_a_schema_may_accept_a_further_type_that_it_does_not_publish() -> None:
    validator = BoundedValidator({"type": "string", "format": "date-time", "x-accepted-type": "integer"})

    assert validator.is_valid("2026-03-02T08:00:00+08:00")
    assert validator.is_valid(1772409600000)
    assert [error.detail for error in validator.errors("yesterday")] == [
        '"yesterday" is not a "date-time", for example 2026-03-02T08:00:00+08:00'
    ]
    assert [error.detail for error in validator.errors(1.5)] == ['1.5 is not of types "string", "integer"']


def test_a_constant_of_draft_7_is_named() -> None:
    validator = BoundedValidator({"const": "a"}, draft=jsonschema_rs.Draft7Validator)

    assert [each.detail for each in validator.errors("b")] == ['"b" is not "a"']


@pytest.mark.parametrize(
    "form",
    [
        b"&".join(b"a%d=1" % number for number in range(5_000)),
        b"&".join(b"a%d=1&a%d=1" % (number, number) for number in range(50)),
        b"x" * 60_000 + b"=1&" + b"x" * 60_000 + b"=2",
        b"%00=%00&username=%ED%A0%80",
        b"grant_type=" + b"y" * 10**6,
    ],
    ids=["many fields", "repeated fields", "long repeated field", "surrogate", "long value"],
)
async def test_a_form_has_few_errors(form: bytes) -> None:
    [definition] = [
        inlined(each["requestBody"]) for each in operations_of(CONTRACT) if each["operationId"] == "issue_token"
    ]
    with pytest.raises(ArcbeatError) as caught:
        await read(form, definition, b"application/x-www-form-urlencoded")

    assert 1 <= len(caught.value.errors) <= ERRORS_MAX
    assert len(respond(caught.value, "id").body) <= ANSWER_BYTES_MAX


@pytest.mark.parametrize(
    "query",
    [
        b"&".join(b"number=x" for _ in range(5_000)),
        b"&".join(b"unknown%d=x" % number for number in range(100)),
        b"&".join(b"codes=" for _ in range(99)),
        b"fields=" + b"," * 60_000,
        b"number=" + b"9" * 60_000,
        b"%00=1&" + b"u" * 60_000 + b"=1",
    ],
    ids=["many", "unknown", "bad items", "commas", "digits", "names"],
)
async def test_a_query_string_has_few_errors(query: bytes) -> None:
    parameters: list[dict[str, Any]] = [
        {"name": "codes", "in": "query", "schema": {"type": "array", "items": {"type": "string", "minLength": 1}}},
        {
            "name": "fields",
            "in": "query",
            "schema": {"type": "array", "items": {"type": "string", "minLength": 1, "pattern": "^[^,]*$"}},
        },
        {"name": "number", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 5}},
        {"name": "If-Match", "in": "header", "schema": {"type": "string", "maxLength": 5}},
    ]
    scope = {
        "type": "http",
        "query_string": query,
        "headers": [(b"if-match", b"x" * 60_000)],
        "path_params": {"name": "p" * 60_000},
    }

    async def receive() -> Message:
        raise AssertionError("the body of a request without a body is read")

    with pytest.raises(InvalidInput) as caught:
        await Arguments(parameters, None).read(scope, receive)

    assert 1 <= len(caught.value.errors) <= ERRORS_MAX
    assert len(respond(caught.value, "id").body) <= ANSWER_BYTES_MAX


def test_a_schema_may_refer_to_itself() -> None:
    node = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"id": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/node"}}},
    }
    validator = BoundedValidator({"$ref": "#/node"}, {"node": node})

    assert validator.errors({"id": 1, "children": [{"id": 2, "children": []}]}) == []
    (error,) = validator.errors({"children": [{"id": 1}, {"children": [{"id": "x"}]}]})
    assert error.pointer == "/children/1/children/0/id"
