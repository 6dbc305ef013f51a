"""Checks, when the application starts, that each handler can be called with its ports and its operation's arguments.

A renamed port, a misspelt parameter or a parameter that the contract gained fails here, before any request.
"""

from collections.abc import Iterator, Mapping
from inspect import Parameter, signature
from typing import Any, Generic, Protocol, get_type_hints

from arcbeat.api.arguments import argument_names
from arcbeat.api.contract.bundle import Json, operations_of, resolved
from arcbeat.api.operations import CALLER, Handler, handler_name
from arcbeat.domain.identity.identity import Caller

_VARIADIC = {Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL}


class HandlerMismatch(TypeError):
    """A handler cannot be called as its operation needs; the message has one line per error."""


def check_signatures(contract: Json, handlers: Mapping[str, Handler], ports: type) -> None:
    """Check every handler against the ports and against the arguments of its operation.

    Args:
        handlers: by the names that Connexion gives them, as :func:`arcbeat.api.operations.handler_name` does.
        ports: a class with an annotated attribute per port.

    Raises:
        HandlerMismatch: a parameter is neither a port nor an argument, has another type than the port of its name,
            or is missing although the contract has the argument.
    """
    port_types = get_type_hints(ports)
    errors = [
        f"{name}: {error}"
        for operation in operations_of(contract)
        for name in [handler_name(operation)]
        for error in _errors(handlers[name], _arguments(contract, operation), port_types)
    ]
    if errors:
        raise HandlerMismatch("\n".join(errors))


def _arguments(contract: Json, operation: Json) -> frozenset[str]:
    parameters = [resolved(contract, each) for each in operation.get("parameters", ())]
    return argument_names(parameters, has_body="requestBody" in operation)


def _errors(handler: Handler, arguments: frozenset[str], ports: Mapping[str, Any]) -> Iterator[str]:
    try:
        types = get_type_hints(handler)
    except NameError as error:
        yield f"its annotations cannot be resolved: {error}; import the type at run time"
        return
    parameters = signature(handler).parameters.values()
    named = {each.name for each in parameters if each.kind not in _VARIADIC}
    for name in sorted(named):
        yield from _errors_of_parameter(name, types.get(name), arguments, ports)
    if not any(each.kind is Parameter.VAR_KEYWORD for each in parameters):
        for name in sorted(arguments - named):
            yield f"it lacks the parameter `{name}`, an argument of its operation"


def _errors_of_parameter(
    name: str, annotation: Any, arguments: frozenset[str], ports: Mapping[str, Any]
) -> Iterator[str]:
    if name in ports and name in arguments:
        yield f"`{name}` is a port and an argument of the operation; rename one of them"
    elif name in ports or name == CALLER:
        expected = ports.get(name, Caller)
        if not _accepts(annotation, expected):
            yield f"the parameter `{name}` must be annotated with {_named(expected)}, not with {_named(annotation)}"
    elif name not in arguments:
        yield (
            f"the parameter `{name}` is neither a port, nor `{CALLER}`, nor an argument of its operation; "
            f"ports: {', '.join(sorted(ports))}; arguments: {', '.join(sorted(arguments)) or 'none'}"
        )


def _accepts(annotation: Any, provided: Any) -> bool:
    """Return whether the annotation is the port's Protocol, or a smaller one that this Protocol extends."""
    return annotation in provided.__mro__ and annotation not in {Protocol, Generic, object}


def _named(annotation: Any) -> str:
    return "nothing" if annotation is None else getattr(annotation, "__qualname__", str(annotation))
