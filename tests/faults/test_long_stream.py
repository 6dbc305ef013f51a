"""A stream of readings is processed without holding it in memory, whatever its length."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.faults import bounds
from tests.faults.conftest import fill
from tests.faults.requests import DEVICES, INGEST
from tests.support.postgres import Server
from tests.support.serving import Serving

LINES = 200_000
STORED_EVERY = 10
"""The other lines name a device that is not registered: validating them takes as much memory, and less time."""
LINES_PER_CHUNK = 100
WARM_UP_LINES = 2_000
MEMORY_GROWTH_MAX = 16 * bounds.MIB
"""A third of the size of the lines, a thirtieth of their size as Python objects."""
TIMEOUT_SECONDS = 120
NOW = datetime.now(UTC)
VALUES = {"weld_current": 150.5, "device_status": "焊接", "material": "Q235" * 12, "staff_id": "W123456" * 7}


def test_a_long_stream_takes_no_more_memory_than_a_short_one(postgres_server: Server, folder: Path) -> None:
    url = postgres_server.create_database()
    fill(url)
    with Serving.running(folder, url) as serving:
        _send(serving, _lines(WARM_UP_LINES))

        with bounds.watched(serving.process) as usage:
            result = _send(serving, _lines(LINES))

    stored = LINES // STORED_EVERY
    assert usage.memory_growth <= MEMORY_GROWTH_MAX
    assert (result["accepted"], result["rejected"]) == (stored, LINES - stored)
    assert len(result["results"]) + result["results_omitted"] == LINES - stored


def _lines(count: int) -> Iterator[bytes]:
    """Generate lines of about 250 bytes as they are sent."""
    for start in range(0, count, LINES_PER_CHUNK):
        yield b"".join(_line(number) for number in range(start, start + LINES_PER_CHUNK))


def _line(number: int) -> bytes:
    code = "unregistered" if number % STORED_EVERY else DEVICES[0]
    reading = {"device_code": code, "ts": NOW - timedelta(milliseconds=number), "values": VALUES}
    return orjson.dumps(reading, option=orjson.OPT_APPEND_NEWLINE)


def _send(serving: Serving, lines: Iterator[bytes]) -> Any:
    headers = {"Content-Type": "application/x-ndjson"}
    answer = serving.service.operator.post(INGEST, content=lines, headers=headers, timeout=TIMEOUT_SECONDS)
    return answer.raise_for_status().json()
