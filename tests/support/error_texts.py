"""Finds the texts of errors in the source, as templates with ``{}`` per value, so that none is left untranslated."""

import ast
from collections.abc import Iterator
from pathlib import Path

from arcbeat.domain import errors

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "arcbeat/api",
    "arcbeat/domain",
    "arcbeat/services",
    "arcbeat/pages",
    "arcbeat/realtime",
    "handlers",
    "adapters",
)
NOT_SENT = (
    "adapters/alerts",
    "adapters/embedded_postgres",
    "adapters/postgres/jobs/archive",
    "adapters/postgres/schema",
)
"""Their errors end commands and jobs, and reach no client of the API."""
ERRORS = {
    name
    for name, each in vars(errors).items()
    if isinstance(each, type) and issubclass(each, errors.ArcbeatError | errors.InputError | errors.Violation)
}
HELPERS = {
    "Cell",
    "CellError",
    "InvalidCell",
    "InvalidFile",
    "ValueRejected",
    "Unreadable",
    "table_error",
    "_error",
    "_invalid",
    "_invalid_cursor",
}


def texts() -> Iterator[tuple[str, str]]:
    """Yield where each text is, and its template."""
    for name in sorted(ERRORS):
        each = getattr(errors, name)
        if issubclass(each, errors.ArcbeatError):
            yield f"errors.{name}", (each.__doc__ or "").strip().partition("\n")[0]
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            path = str(file.relative_to(ROOT))
            if not path.startswith(NOT_SENT):
                yield from _texts_of(path, ast.parse(file.read_text(encoding="utf-8")))


def _texts_of(path: str, module: ast.Module) -> Iterator[tuple[str, str]]:
    named = {
        target.id: template
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and (template := _template(node.value, {})) is not None
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _is_error(node.func):
            for argument in node.args:
                text = _template(argument, named)
                if text is not None and " " in text.replace("{}", ""):
                    yield f"{path}:{node.lineno}", text


def _is_error(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in ERRORS | HELPERS
    if isinstance(function, ast.Attribute):
        owner = function.value.id if isinstance(function.value, ast.Name) else ""
        return owner in ERRORS or function.attr in ERRORS | HELPERS
    return False


def _template(node: ast.expr, named: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.Constant) else "{}" for each in node.values]
        return "".join(map(str, parts))
    return named.get(node.id) if isinstance(node, ast.Name) else None
