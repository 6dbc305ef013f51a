"""Where a new thing is."""

from urllib.parse import quote


def at(path: str, name: str | int) -> dict[str, str]:
    """The header that says so; the audit log tells it too."""
    return {"Location": f"{path}/{quote(str(name), safe='')}"}
