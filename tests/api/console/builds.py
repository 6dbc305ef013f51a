"""Small builds of a console, as web/build leaves them in web/dist."""

import gzip
from pathlib import Path

import brotli

INDEX = '<!doctype html><html lang="zh-CN"><title>arcbeat</title><script src="/assets/index-B1.js"></script></html>\n'
SCRIPT = "export const answer = 42;\n" * 200
STYLE = "body { color: var(--text); }\n" * 200
ICON = b"\x89PNG\r\n"


def write_build(folder: Path, *, script: str = SCRIPT, name: str = "index-B1.js") -> None:
    """Write a build with an index, a script, a style and an icon; the stamp comes last."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    write_compressed(folder / "index.html", INDEX.replace("index-B1.js", name))
    write_compressed(folder / "assets" / name, script)
    write_compressed(folder / "assets" / "index-C2.css", STYLE)
    (folder / "favicon.png").write_bytes(ICON)
    _replace(folder / ".stamp", name.encode())


def write_compressed(file: Path, text: str) -> None:
    """Write a file and its compressed forms beside it."""
    content = text.encode()
    _replace(file, content)
    _replace(file.with_name(f"{file.name}.br"), brotli.compress(content))
    _replace(file.with_name(f"{file.name}.gz"), gzip.compress(content))


def _replace(file: Path, content: bytes) -> None:
    """Write a new file in the place of the old one, so that its identity changes even within a tick of the clock."""
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(content)
    new.replace(file)
