"""Options that several commands have, and how their values are parsed."""

import json
from collections.abc import Mapping, Sequence

import click

from arcbeat.domain.jobs.jobs import Parameter

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object per line.")


def parse_parameters(_: click.Context, __: click.Parameter, given: Sequence[str]) -> Mapping[str, Parameter]:
    """Return the values of ``--param name=value`` by name.

    Raises:
        BadParameter: A value has no equals sign.
    """
    parameters = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not of the form name=value, for example devices_per_type=50")
        parameters[name] = _value(value)
    return parameters


def _value(text: str) -> Parameter:
    """Return a JSON number, true, false or null as such, and anything else as text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (int, float)) or value is None else text
