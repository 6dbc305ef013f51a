"""Storing readings from a stream of JSON lines."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.readings.lines import LINE_BYTES_MAX
from tests.support.service import Service
from tests.support.waiting import eventually

PATH = "/api/v1/device/data"
REALTIME = "/api/v1/device/data/realtime"
HEADERS = {"Content-Type": "application/x-ndjson"}
COUNT = "select count(*) from test_db.welding_real_data where device_code = %s"
NOW = datetime.now(UTC).replace(microsecond=0)
_seconds = count(1)


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*(f"W{number}" for number in range(1, 10)), "炉😀", "GZ")
    service.register("C1", device_type="cutting")


def line(device_code: Any = "W1", *, ts: Any = None, **values: Any) -> bytes:
    """Return a line with a reading; its timestamp defaults to one that no other line has."""
    ts = ts if ts is not None else (NOW - timedelta(seconds=next(_seconds))).isoformat()
    return json.dumps({"device_code": device_code, "ts": ts, "values": values}, ensure_ascii=False).encode()


def send(service: Service, content: bytes | Iterable[bytes], **parameters: str) -> httpx.Response:
    return service.operator.post(PATH, params=parameters, content=content, headers=HEADERS)


def result_of(service: Service, content: bytes | Iterable[bytes], **parameters: str) -> Any:
    answer = send(service, content, **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def newest(service: Service, device_code: str, **parameters: Any) -> Any:
    answer = service.operator.get(f"{REALTIME}/{device_code}", params={"max_age": 0, **parameters})
    return answer.json()["item"]


def test_a_compressed_stream_is_stored(service: Service) -> None:
    content = gzip.compress(b"\n".join(line("GZ", weld_current=number) for number in range(3000)))
    headers = {**HEADERS, "Content-Encoding": "gzip"}

    answer = service.operator.post(PATH, content=iter([content[:1000], content[1000:]]), headers=headers)

    assert (answer.status_code, answer.json()["accepted"]) == (200, 3000)


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_a_compressed_body_is_rejected_if_it_is_too_large_or_compressed_otherwise(
    service: Service, media_type: str
) -> None:
    bomb = gzip.compress(bytes(2**30 + 2**20) if media_type == "application/x-ndjson" else bytes(2**24))
    headers = {"Content-Type": media_type, "Content-Encoding": "gzip"}

    too_large = service.operator.post(PATH, content=bomb, headers=headers)
    unknown = service.operator.post(PATH, content=b"x", headers={**headers, "Content-Encoding": "br"})

    assert too_large.status_code in {400, 413}  # a line may be too long before the stream is
    assert (unknown.status_code, unknown.headers["Accept-Encoding"]) == (415, "gzip")
    assert "gzip" in unknown.json()["detail"]


def test_every_line_is_stored(service: Service) -> None:
    milliseconds = int(NOW.timestamp()) * 1000 - 1
    lines = [
        line("W1", weld_current=1.5, device_status="焊接", ts=NOW.isoformat()),
        line("W2", weld_current=2.5, ts=milliseconds),
        line("炉😀", lock_status=True),
    ]

    result = result_of(service, b"\n".join(lines))

    assert result == {"accepted": 3, "rejected": 0, "results": [], "results_omitted": 0}
    assert (newest(service, "W1")["device_status"], newest(service, "W1")["weld_current"]) == ("焊接", 1.5)
    assert datetime.fromisoformat(newest(service, "W2")["ts"]) == NOW - timedelta(milliseconds=1)
    assert newest(service, "炉😀")["lock_status"] is True


def test_rejected_lines_are_listed_by_number_and_the_others_are_stored(service: Service) -> None:
    future = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    lines = [
        b"",
        line("W3", weld_current=3),
        b"{",
        b'"W3"',
        b"\xff\xfe",
        line("W3", weld_current=[1]),
        line(7, weld_current=1),
        line("x" * 51),
        line("W3", ts=True),
        line("W3", ts=1.5),
        line("W3", ts="yesterday"),
        line("W3", ts="2016-12-31T23:59:60Z"),
        line("W3", ts=1772452800),
        line("W3", ts=future),
        line("unknown"),
        line("C1"),
        line("W3", no_such_field=1),
        line("W3", ip_quality=1.5),
        b'{"device_code": "W3", "values": {}}',
        b" " * 10 + b"\t\r",
        line("W4", weld_current=4) + b"\r",
        b"x" * (LINE_BYTES_MAX + 1),
        line("W5", weld_current=5),
    ]

    result = result_of(service, b"\n".join(lines) + b"\n")

    assert (result["accepted"], result["rejected"], result["results_omitted"]) == (3, 18, 0)
    assert [(each["index"], each["device_code"], each["reason"]) for each in result["results"]] == [
        (2, None, "malformed"),
        (3, None, "malformed"),
        (4, None, "malformed"),
        (5, "W3", "malformed"),
        (6, None, "malformed"),
        (7, None, "malformed"),
        (8, "W3", "malformed"),
        (9, "W3", "malformed"),
        (10, "W3", "malformed"),
        (11, "W3", "bad-value"),
        (12, "W3", "bad-value"),
        (13, "W3", "future-timestamp"),
        (14, "unknown", "unregistered-device"),
        (15, "C1", "unregistered-device"),
        (16, "W3", "unknown-field"),
        (17, "W3", "bad-value"),
        (18, "W3", "malformed"),
        (21, None, "malformed"),
    ]
    assert [newest(service, code)["weld_current"] for code in ("W3", "W4", "W5")] == [3, 4, 5]


def test_the_number_of_listed_lines_is_limited(service: Service) -> None:
    long_name = "x" * 5000
    lines = [line("W1", **{long_name: number}) if number % 2 else b"{" for number in range(2500)]

    result = result_of(service, b"\n".join([*lines, line("W6", weld_current=6)]))

    assert (result["accepted"], result["rejected"], result["results_omitted"]) == (1, 2500, 1500)
    assert [each["index"] for each in result["results"]] == list(range(1000))
    assert max(len(each["detail"]) for each in result["results"]) == 200


@pytest.mark.parametrize(
    "bad",
    [
        b'{"device_code": "W1", "ts": 0, "values": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}",
        b"[" * 1_000 + b"]" * 1_000,
        b"[" * 100_000,
        b'{"device_code": "W1", "ts": 0, "values": [' + b"[]," * 300_000 + b"1]}",
        b'{"device_code": "W1", "ts": 0, "values": {' + b'"a": [],' * 100_000 + b'"b": []}}',
        b'{"device_code": "W\\u0000", "ts": 0, "values": {}}',
        b'{"device_code": "W\\ud800", "ts": 0, "values": {}}',
        b'{"device_code": "W1", "ts": 1e999, "values": {}}',
        b'{"device_code": "W1", "ts": ' + b"1" * 500_000 + b', "values": {}}',
        b'{"device_code": "' + b"x" * 1_000_000 + b'", "ts": 0, "values": {}}',
    ],
    ids=[
        "deep value", "deep", "too deep", "many arrays", "many bad values", "null character", "surrogate",
        "infinity", "long number", "long text",
    ],
)  # fmt: skip
def test_a_hostile_line_rejects_only_itself(service: Service, bad: bytes) -> None:
    result = result_of(service, b"\n".join([line("W1", weld_current=1), bad, line("W2", weld_current=2)]))

    assert (result["accepted"], [each["index"] for each in result["results"]]) == (2, [1])
    assert result["results"][0]["reason"] == "malformed"
    assert len(result["results"][0]["detail"]) <= 200


def test_a_stream_that_is_mostly_malformed_is_not_read_to_its_end(service: Service) -> None:
    service.register("mostly")
    sent = [line("mostly", weld_current=1), *[b"1"] * 1_000_000]

    answer = send(service, b"\n".join(sent))

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    assert problem["errors"][0]["detail"] == (
        "10999 of the first 11000 lines are not readings; the rest of the stream was not read"
    )
    assert "11000 readings were processed before" in problem["detail"]
    assert newest(service, "mostly")["weld_current"] == 1


def test_a_stream_whose_lines_are_half_malformed_is_read_to_its_end(service: Service) -> None:
    service.register("half")
    sent = [each for number in range(12_000) for each in (line("half", weld_current=number), b"1")]

    result = result_of(service, b"\n".join(sent))

    assert (result["accepted"], result["rejected"]) == (12_000, 12_000)


def chunks_of(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_chunks_of_any_size_have_the_same_result(service: Service, size: int) -> None:
    content = b"\r\n".join([line("炉😀", team_name="班组一"), b"{", b"", line("W7", weld_current=7), line("unknown")])

    assert result_of(service, chunks_of(content, size)) == result_of(service, content)


_ROWS = st.sampled_from(
    [
        line("炉😀", team_name="班组一", ts=NOW.isoformat()),
        line("W8", weld_current=-1e3, ts=1772452800123),
        line("W8", no_such_field="长", ts=NOW.isoformat()),
        '{"device_code": "焊'.encode(),
        b"",
        b"\r",
        b"[]",
    ]
)


@settings(max_examples=30, database=None, derandomize=True)
@given(st.lists(_ROWS, max_size=8), st.lists(st.integers(1, 60), max_size=20))
def test_cuts_anywhere_have_the_same_result(service: Service, rows: Sequence[bytes], sizes: Sequence[int]) -> None:
    content = b"\r\n".join(rows)
    rest, cut = content, []
    for size in sizes:
        cut.append(rest[:size])
        rest = rest[size:]

    assert result_of(service, iter([*cut, rest])) == result_of(service, content)


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n \t\n\n"])
def test_a_stream_without_readings_is_accepted(service: Service, content: bytes) -> None:
    assert result_of(service, content) == {"accepted": 0, "rejected": 0, "results": [], "results_omitted": 0}


@pytest.mark.parametrize("type_code", ["cutting", "切割机"])
def test_the_type_is_a_query_parameter(service: Service, type_code: str) -> None:
    result = result_of(service, line("C1", pulses="9007199254740993"), type_code=type_code)

    item = service.operator.get(f"{REALTIME}/C1", params={"use_dynamic_fields": True, "max_age": 0}).json()["item"]
    assert (result["accepted"], item["values"]["pulses"]) == (1, "9007199254740993")


def test_an_unknown_type_is_not_found(service: Service) -> None:
    answer = send(service, line("W1"), type_code="milling")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_unknown_fields_may_be_ignored(service: Service) -> None:
    content = b"\n".join([line("W9", weld_current=9, no_such_field=1), line("W9", weld_current="much", nonsense=1)])

    result = result_of(service, content, unknown_fields="ignore")

    assert (result["accepted"], [each["index"] for each in result["results"]]) == (1, [1])
    assert newest(service, "W9")["weld_current"] == 9


def test_sending_a_stream_again_changes_nothing(service: Service) -> None:
    service.register("again")
    content = b"\n".join(line("again", weld_current=number) for number in range(1500))

    answers = [result_of(service, content) for _ in range(2)]

    assert answers[0] == answers[1] == {"accepted": 1500, "rejected": 0, "results": [], "results_omitted": 0}
    assert service.fetch_value(COUNT, "again") == 1500


def test_complete_batches_are_stored_when_the_sender_disconnects(service: Service) -> None:
    service.register("leaving")

    def leaving() -> Iterator[bytes]:
        yield b"\n".join(line("leaving", weld_current=number) for number in range(1500))
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        send(service, leaving())

    eventually("a batch is stored", lambda: service.fetch_value(COUNT, "leaving") == 1000)
