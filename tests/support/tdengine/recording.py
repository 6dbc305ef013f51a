"""Loads the requests and responses recorded from a real TDengine 3.3.0.1 (exchanges.json)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

CREDENTIALS = {
    "none": None,
    "basic root": ("root", "taosdata"),
    "basic wrong": ("root", "not the password"),
    "basic reader (sysinfo 0)": ("reader_sysinfo_0", "Reader#123"),
    "basic reader_probe (no grants)": ("reader_probe", "Reader#123456"),
}
_SHORTENED = re.compile(r"<([\d,]+) times (.)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response.

    Attributes:
        params: query parameters except tz.
        status: None if there was no response.
        body: None if it was not JSON.
    """

    name: str
    method: str
    path: str
    params: dict[str, str]
    credentials: tuple[str, str] | None
    sql: str | None
    status: int | None
    body: Any

    @property
    def code(self) -> int | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def rows(self) -> list[list[Any]]:
        rows: list[list[Any]] = self.body["data"]
        return rows


def _read() -> dict[str, Exchange]:
    recording = orjson.loads(Path(__file__).with_name("exchanges.json").read_bytes())
    return {each["name"]: _exchange(each) for each in recording["exchanges"]}


def _exchange(recorded: dict[str, Any]) -> Exchange:
    request, response = recorded["request"], recorded["response"]
    body = response.get("body")
    return Exchange(
        name=recorded["name"],
        method=request["method"],
        path=request["path"],
        params={name: value for name, value in request["params"].items() if name != "tz"},
        credentials=CREDENTIALS[request["auth"]],
        sql=None if request["sql"] is None else _SHORTENED.sub(_at_length, request["sql"]),
        status=response.get("status"),
        body=None if isinstance(body, dict) and "__text__" in body else body,
    )


def _at_length(shortened: re.Match[str]) -> str:
    return shortened[2] * int(shortened[1].replace(",", ""))


EXCHANGES = _read()
