"""The messages of the console, as its pages show them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).parents[2] / "web" / "src" / "locales"


@cache
def _area(language: str, area: str) -> Any:
    return json.loads((LOCALES / language / f"{area}.json").read_text(encoding="utf-8"))


def text(language: str, key: str, **values: object) -> str:
    """Return the message with this key, for example ``common.pages.jobs``, with its values."""
    area, *path = key.split(".")
    message = _area(language, area)
    for each in path:
        message = message[each]
    for name, value in values.items():
        message = message.replace(f"{{{name}}}", str(value))
    return str(message)
