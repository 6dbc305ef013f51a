"""Results: one JSON file per benchmark, with the machine and the package versions of the measurement."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = (
    "aiohttp",
    "arcbeat",
    "connexion",
    "fastapi",
    "httpx",
    "orjson",
    "psycopg",
    "pydantic",
    "python-engineio",
    "python-socketio",
    "starlette",
    "uvicorn",
    "uvloop",
    "xlsxwriter",
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """The bound that a figure must meet.

    Attributes:
        bound: a lower bound, or an upper bound if ``at_most``.
    """

    what: str
    figure: float
    bound: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        return self.figure <= self.bound if self.at_most else self.figure >= self.bound

    def as_row(self) -> Row:
        return {
            "target": self.what,
            "wanted": f"{'≤' if self.at_most else '≥'} {self.bound:g}",
            "measured": round(self.figure, 2),
            "met": self.is_met,
        }


def machine() -> Row:
    """Describe the machine."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "python": platform.python_version(),
        "system": _system(),
    }


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def save(name: str, rows: Sequence[Row], targets: Sequence[Target] = ()) -> None:
    """Replace the saved results of one benchmark."""
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {package: version(package) for package in PACKAGES},
        "rows": rows,
        "targets": [target.as_row() for target in targets],
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(name: str) -> Mapping[str, Any] | None:
    """Return the saved results of a benchmark; None if there are none."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
