"""Handlers are checked against the ports and the contract before any request."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

import handlers.readings.realtime
from arcbeat import app
from arcbeat.api.operations import Handler
from arcbeat.api.signatures import HandlerMismatch, check_signatures
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.readings.ports import HistorySource, LatestPages, TelemetryStore
from arcbeat.domain.time.clock import Clock
from arcbeat.settings import Settings
from tests.support.service import SECRET_KEY

CONTRACT: dict[str, Any] = {
    "paths": {
        "/things/{from}": {
            "post": {
                "x-openapi-router-controller": "module",
                "operationId": "handler",
                "parameters": [
                    {"name": "from", "in": "path"},
                    {"$ref": "#/components/parameters/IfMatch"},
                ],
                "requestBody": {},
            }
        }
    },
    "components": {"parameters": {"IfMatch": {"name": "If-Match", "in": "header"}}},
}
SETTINGS = Settings.from_environment(
    {
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": "postgresql:///nowhere",
    }
)


class Ports:
    clock: Clock
    telemetry: TelemetryStore


def check(handler: Callable[..., Any]) -> None:
    check_signatures(CONTRACT, {"module.handler": handler}, Ports)


async def handler(clock: Clock, *, from_: str, if_match: str | None, body: Any, caller: Caller) -> None: ...


async def takes_a_smaller_protocol(
    telemetry: HistorySource, *, from_: str, if_match: str | None, body: Any
) -> None: ...


async def takes_the_rest(clock: Clock, **rest: Any) -> None: ...


@pytest.mark.parametrize("fitting", [handler, takes_a_smaller_protocol, takes_the_rest])
def test_a_handler_that_fits_passes(fitting: Handler) -> None:
    check(fitting)


async def renamed_port(watch: Clock, *, from_: str, if_match: str | None, body: Any) -> None: ...


async def other_type(clock: TelemetryStore, **rest: Any) -> None: ...


async def no_type(clock, **rest: Any) -> None: ...  # type: ignore[no-untyped-def] # what the test is about


async def any_object(clock: object, **rest: Any) -> None: ...


async def caller_of_another_type(*, caller: str, **rest: Any) -> None: ...


async def lacks_arguments(clock: Clock, *, from_: str) -> None: ...


async def unresolvable(clock: "Watch", **rest: Any) -> None: ...  # type: ignore[name-defined] # noqa: F821


@pytest.mark.parametrize(
    ("mistaken", "message"),
    [
        (
            renamed_port,
            (
                r"module\.handler: the parameter `watch` is neither a port, nor `caller`, nor an argument of its "
                r"operation; ports: clock, telemetry; arguments: body, from_, if_match"
            ),
        ),
        (other_type, "the parameter `clock` must be annotated with Clock, not with TelemetryStore"),
        (no_type, "the parameter `clock` must be annotated with Clock, not with nothing"),
        (any_object, "the parameter `clock` must be annotated with Clock, not with object"),
        (caller_of_another_type, "the parameter `caller` must be annotated with Caller, not with str"),
        (lacks_arguments, "it lacks the parameter `body`.*\n.*it lacks the parameter `if_match`"),
        (unresolvable, "its annotations cannot be resolved: name 'Watch' is not defined"),
    ],
)
def test_a_mistake_names_the_handler_the_parameter_and_what_would_be_right(mistaken: Handler, message: str) -> None:
    with pytest.raises(HandlerMismatch, match=message):
        check(mistaken)


def test_an_argument_with_the_name_of_a_port_is_a_mistake() -> None:
    async def both(clock: Clock, **rest: Any) -> None: ...

    operation = {**CONTRACT["paths"]["/things/{from}"]["post"], "parameters": [{"name": "clock", "in": "query"}]}
    contract = {"paths": {"/things": {"post": operation}}}

    with pytest.raises(HandlerMismatch, match="`clock` is a port and an argument"):
        check_signatures(contract, {"module.handler": both}, Ports)


async def list_latest(renamed_pages: LatestPages, **rest: Any) -> None: ...


def test_a_handler_with_an_unknown_port_keeps_the_application_from_being_built() -> None:
    with (
        patch.object(handlers.readings.realtime, "list_latest", list_latest),
        pytest.raises(HandlerMismatch, match=r"handlers\.readings\.realtime\.list_latest: .*`renamed_pages`"),
    ):
        app.build(SETTINGS)


def test_an_operation_without_a_handler_keeps_the_application_from_being_built() -> None:
    with (
        patch.object(handlers.readings.realtime, "list_latest", None),
        pytest.raises(LookupError, match=r"There is no handler handlers\.readings\.realtime\.list_latest"),
    ):
        app.build(SETTINGS)
