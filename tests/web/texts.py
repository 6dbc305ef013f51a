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
    """Return the message with this key, for example ``common.pages.jobs``, with its values.

    Of a message with a form for one and a form for more, `count` selects the form.
    """
    area, *path = key.split(".")
    message = _area(language, area)
    for each in path:
        message = message[each]
    one, _, more = str(message).partition(" | ")
    message = one if values.get("count") == 1 or not more else more
    for name, value in values.items():
        message = message.replace(f"{{{name}}}", str(value))
    return str(message)
