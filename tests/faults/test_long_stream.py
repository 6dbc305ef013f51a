"""A stream of readings is never held as a whole, however long it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.faults import bounds
from tests.faults.conftest import fill
from tests.faults.requests import DEVICES, INGEST
from tests.faults.serving import Serving
from tests.support.postgres import Server

LINES = 200_000
STORED_EVERY = 10
"""The others are of a device that is not registered: judging them takes as much memory, and less time."""
PIECE_LINES = 100
WARM_UP_LINES = 2_000
MEMORY_GROWTH_MAX = 16 * bounds.MIB
"""A third of what the lines take, a thirtieth of what they take as objects of Python."""
PATIENCE_SECONDS = 120
NOW = datetime.now(UTC)
VALUES = {"weld_current": 150.5, "device_status": "焊接", "material": "Q235" * 12, "staff_id": "W123456" * 7}


def test_a_long_stream_takes_no_more_memory_than_a_short_one(postgres_server: Server, folder: Path) -> None:
    url = postgres_server.create_database()
    fill(url)
    with Serving.running(folder, url) as serving:
        _send(serving, _lines(WARM_UP_LINES))

        with bounds.watched(serving.process) as taken:
            result = _send(serving, _lines(LINES))

    stored = LINES // STORED_EVERY
    assert taken.memory_growth <= MEMORY_GROWTH_MAX
    assert (result["accepted"], result["rejected"]) == (stored, LINES - stored)
    assert len(result["results"]) + result["results_omitted"] == LINES - stored


def _lines(count: int) -> Iterator[bytes]:
    """A quarter of a KB each, made as they are sent."""
    for start in range(0, count, PIECE_LINES):
        yield b"".join(_line(number) for number in range(start, start + PIECE_LINES))


def _line(number: int) -> bytes:
    code = "nobody" if number % STORED_EVERY else DEVICES[0]
    reading = {"device_code": code, "ts": NOW - timedelta(milliseconds=number), "values": VALUES}
    return orjson.dumps(reading, option=orjson.OPT_APPEND_NEWLINE)


def _send(serving: Serving, lines: Iterator[bytes]) -> Any:
    headers = {"Content-Type": "application/x-ndjson"}
    answer = serving.service.operator.post(INGEST, content=lines, headers=headers, timeout=PATIENCE_SECONDS)
    return answer.raise_for_status().json()
