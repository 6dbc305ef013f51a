"""What logs and traces contain of a request's path: a client may put a key or a password into it by accident."""

from collections.abc import Iterable, Mapping

from starlette.types import Scope

from arcbeat.api.contract.bundle import Json

HIDDEN = "…"
SEGMENTS_MAX = 8
"""The segments of an unknown path that are logged."""
NAME_CHARACTERS_MAX = 64
"""Codes and names are not longer; API keys and tokens are."""
OPERATION = "operation"
"""The key of the scope's state under which a layer names what it serves beside the operations of the contract."""
DOCS_SEGMENTS = ("docs", "assets", "start.js", "openapi.json")


def operation_name(scope: Scope) -> str:
    """Return the operationId of a request, or what a layer has named it; `none` if nothing serves the path."""
    operation_id = scope["extensions"].get("connexion_routing", {}).get("operation_id")
    named: str = operation_id.rpartition(".")[2] if operation_id else scope.get("state", {}).get(OPERATION, "none")
    return named


class LoggedPaths:
    """The paths of the contract, as logs and traces show them.

    Args:
        templates: the path of each operation, for example ``/api/v1/users/{username}``, by its operationId.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        fixed = (segment for template in templates.values() for segment in template.split("/"))
        self._known = frozenset(fixed) | {*DOCS_SEGMENTS}

    @classmethod
    def of(cls, contract: Json) -> "LoggedPaths":
        """Return the paths of a contract."""
        operations = ((path, each) for path, item in contract["paths"].items() for each in item.values())
        return cls({operation["operationId"]: path for path, operation in operations})

    def template(self, scope: Scope, operation: str | None = None) -> str:
        """Return the path of the operation with its parameters' names; of an unknown path only segments that are known.

        Each segment of an unknown path that does not occur in the contract is replaced by HIDDEN.

        Args:
            operation: the name of the operation, if the caller knows it.
        """
        template = self._templates.get(operation or operation_name(scope))
        return template or _join(each if each in self._known else HIDDEN for each in _segments(scope["path"]))

    def target(self, scope: Scope) -> str:
        """Return the path with the values of its parameters, without those that are too long for a code or a name."""
        if operation_name(scope) not in self._templates:
            return self.template(scope)
        return _join(each if len(each) <= NAME_CHARACTERS_MAX else HIDDEN for each in scope["path"].split("/"))


def _segments(path: str) -> Iterable[str]:
    segments = path.split("/", SEGMENTS_MAX + 1)
    return [*segments[: SEGMENTS_MAX + 1], *([HIDDEN] if len(segments) > SEGMENTS_MAX + 1 else ())]


def _join(segments: Iterable[str]) -> str:
    return "/".join(segments)
