"""Invalid bodies as large as a body may be, beside valid ones: what they cost, and whether others wait meanwhile."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.faults import requests
from tests.faults.conftest import TEMPLATE
from tests.faults.healthz import Healthz
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.table import Row
from tests.support.catalogue import WELDING_COLUMNS
from tests.support.serving import Serving

BODY_BYTES = 8 * 2**20
ANSWER_BYTES_MAX = 64 * 1024
ERRORS_MAX = 20
READINGS = 5_000
LISTED_MAX = 1_000
DETAIL_CHARACTERS_MAX = 200
ROUNDS = 3
ANSWER_SECONDS_MAX = 120
START = datetime.now(UTC).replace(microsecond=0)
VALUES: dict[str, Any] = {
    column.name: f"{column.name} of the example" if column.length else 12
    for column in WELDING_COLUMNS
    if not column.is_tag and column.name not in {"ts", "lock_status"}
}


# Fields without a column, which are dropped on request, so that a good batch is as large as a body may be.
OTHER_VALUES = {f"other_{number:02}": "x" * 18 for number in range(32)}


def reading(number: int, **changed: Any) -> dict[str, Any]:
    ts = (START - timedelta(milliseconds=number)).isoformat()
    return {"device_code": requests.DEVICES[0], "ts": ts, "values": {**VALUES, **OTHER_VALUES}, **changed}


def batch(readings: list[Any]) -> bytes:
    return orjson.dumps({"type_code": "welding", "readings": readings})


def repeated(piece: bytes, separator: bytes, bytes_max: int = BODY_BYTES - 100) -> bytes:
    return separator.join([piece] * (bytes_max // (len(piece) + len(separator))))


def members(number_max: int) -> bytes:
    """Return as many members of an object as fit into the body, each with a name of its own."""
    return b",".join(b'"%014d":1' % number for number in range(number_max))


GOOD_BATCH = batch([reading(number) for number in range(READINGS)])
GOOD_LINES = b"\n".join(orjson.dumps(reading(number)) for number in range(BODY_BYTES // len(orjson.dumps(reading(0)))))
BAD_BATCHES: dict[str, bytes] = {
    "4 million numbers for readings": b'{"type_code":"welding","readings":[' + repeated(b"1", b",") + b"]}",
    "300 000 texts for readings": b'{"type_code":"welding","readings":['
    + repeated(b'"' + b"x" * 20 + b'"', b",")
    + b"]}",
    "5 000 readings with a bad ts": batch([reading(number, ts="x") for number in range(READINGS)]),
    "5 000 readings, the last one bad": batch([*(reading(number) for number in range(READINGS - 1)), 1]),
    "5 000 readings with bad values": batch(
        [reading(0, values={name: [1] for name in (*VALUES, *OTHER_VALUES)})] * READINGS
    ),
    "a text of 8 MB": b'{"type_code":"' + b"x" * (BODY_BYTES - 100) + b'","readings":[]}',
    "290 000 unknown properties": b"{" + members(290_000) + b"}",
    "290 000 values": b'{"type_code":"welding","readings":[{"device_code":"W","ts":1,"values":{'
    + members(290_000)
    + b"}}]}",
    "nested arrays": b'{"type_code":' + b"[" * 1_000 + repeated(b"[]", b",", 200_000) + b"]" * 1_000 + b"}",
    "2 million empty arrays": b'{"type_code":"welding","readings":[' + repeated(b"[]", b",") + b"]}",
}
BAD_LINES: dict[str, bytes] = {
    "lines of 1 MiB with 250 000 bad values": repeated(
        b'{"device_code":"W","ts":1,"values":[' + repeated(b"[]", b",", 2**20 - 200) + b"]}", b"\n"
    ),
    "lines of 1 MiB with 4 000 bad values": repeated(
        b'{"device_code":"W","ts":1,"values":{' + b",".join(b'"%0250d":[]' % number for number in range(4_000)) + b"}}",
        b"\n",
    ),
    "8 million blank lines, then a number": b"\n" * (BODY_BYTES - 100) + b"1",
    "4 million lines that are numbers": repeated(b"1", b"\n"),
    "8 000 deep lines": repeated(b"[" * 500 + b"]" * 500, b"\n"),
}


@dataclass
class Measured:
    """What a body cost: the shortest time of some rounds, the worst time of /healthz meanwhile, and the answer."""

    seconds: float
    healthz_seconds: float
    answer: httpx.Response


class Sender:
    """Sends bodies of one media type."""

    def __init__(self, serving: Serving, media_type: str) -> None:
        self._client = serving.service.operator
        self._client.timeout = httpx.Timeout(ANSWER_SECONDS_MAX)
        self._headers = {"Content-Type": media_type}
        self._url = serving.service.url

    def send(self, body: bytes) -> Measured:
        healthz = Healthz(self._url)
        times = []
        with healthz.watched():
            for _ in range(ROUNDS):
                started = time.perf_counter()
                answer = self._client.post(
                    requests.INGEST, params={"unknown_fields": "ignore"}, content=body, headers=self._headers
                )
                times.append(time.perf_counter() - started)
        return Measured(min(times), healthz.worst_seconds, answer)

    def compare(self, good: bytes, bad: dict[str, bytes], row: Row) -> None:
        """Send the good body and all bad ones, check the answers, and report times in the row."""
        valid = self.send(good)
        assert (valid.answer.status_code, valid.answer.json()["rejected"]) == (200, 0), valid.answer.text[:500]
        row.saw(
            f"a good body of {len(good) / 2**20:.1f} MiB: {valid.seconds:.2f} s, /healthz {valid.healthz_seconds:.2f} s"
        )
        invalid = {name: self.send(body) for name, body in bad.items()}
        for each in invalid.values():
            check(each.answer)
        name, slowest = max(invalid.items(), key=lambda each: each[1].seconds)
        row.saw(f"the slowest of {len(bad)} bad bodies ({name}): {slowest.seconds / valid.seconds:.1f} times as long")
        name, worst = max(invalid.items(), key=lambda each: each[1].healthz_seconds)
        row.saw(f"/healthz at most {worst.healthz_seconds:.2f} s ({name})")


def check(answer: httpx.Response) -> None:
    """Check the sizes of the answer: a problem with its errors, or a list of rejected lines."""
    if answer.status_code == 200:
        result = answer.json()
        assert result["accepted"] == 0
        assert len(result["results"]) <= LISTED_MAX
        assert {each["reason"] for each in result["results"]} == {"malformed"}
        assert max(len(each["detail"]) for each in result["results"]) <= DETAIL_CHARACTERS_MAX
    else:
        assert answer.status_code == 400, answer.text[:500]
        assert 1 <= len(answer.json()["errors"]) <= ERRORS_MAX
        assert len(answer.content) <= ANSWER_BYTES_MAX


TARGET = "at most 3 times as long as a good body, and /healthz within 0.5 s (reported, not asserted)"


@pytest.mark.slow
@pytest.mark.fault("Invalid JSON bodies of up to 8 MiB", f"at most 20 errors and 64 KiB; {TARGET}")
def test_invalid_bodies_get_small_answers(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        Sender(serving, "application/json").compare(GOOD_BATCH, BAD_BATCHES, row)


@pytest.mark.slow
@pytest.mark.fault("Invalid lines (NDJSON) of 8 MiB", f"at most 1 000 of them are listed; {TARGET}")
def test_invalid_lines_get_small_answers(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        Sender(serving, "application/x-ndjson").compare(GOOD_LINES, BAD_LINES, row)
