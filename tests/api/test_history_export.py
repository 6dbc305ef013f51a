"""The history of one device as a file."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from python_calamine import CalamineWorkbook

from tests.support.service import Service

PATH = "/api/v1/device/data/history/export"
T0 = datetime(2024, 5, 1, 8, tzinfo=UTC)
HOURS = {"from": "2024-05-01T08:00:00Z", "to": "2024-05-01T20:00:00Z"}
MANY = 6000


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", 'B-7/炉 "1"\r\n..', "SILENT")
    service.register("C1", device_type="cutting")
    send(service, "W1", range(MANY))
    send(service, 'B-7/炉 "1"\r\n..', range(3))
    service.append("C1", type_code="cutting", ts=T0, power_kw=3.5, pulses=9007199254740993, device_status="=1+1")


def send(service: Service, device_code: str, numbers: range) -> None:
    readings = [
        {
            "device_code": device_code,
            "ts": (T0 + timedelta(seconds=5 * number)).isoformat(),
            "values": {"device_status": "焊接", "ip_quality": number},
        }
        for number in numbers
    ]
    for first in range(0, len(readings), 5000):
        batch = {"type_code": "welding", "readings": readings[first : first + 5000]}
        assert service.operator.post("/api/v1/device/data", json=batch).json()["rejected"] == 0


def ask(service: Service, device_code: str = "W1", **parameters: Any) -> httpx.Response:
    return service.operator.get(PATH, params={"device_code": device_code, **HOURS, **parameters})


def cells(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def sheet(answer: httpx.Response) -> Sequence[Sequence[Any]]:
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_a_csv_file_has_all_readings_under_the_labels_of_their_fields(service: Service) -> None:
    answer = ask(service, fields="ip_quality,device_status")

    header, *rows = cells(answer)
    assert header == ["设备生产编码", "时间戳 (UTC)", "数据质量", "设备状态"]
    assert rows[0] == ["W1", "2024-05-01T08:00:00Z", "0", "焊接"]
    assert [row[2] for row in rows] == [str(number) for number in range(MANY)]
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.content.startswith("\ufeff".encode())


def test_descending_order_writes_the_newest_reading_first(service: Service) -> None:
    _, *rows = cells(ask(service, fields="ip_quality", order="desc"))

    assert [row[2] for row in rows] == [str(number) for number in reversed(range(MANY))]


def test_timestamps_are_in_the_requested_time_zone(service: Service) -> None:
    parameters = {"fields": "ip_quality", "time_zone": "Asia/Shanghai", "to": "2024-05-01T08:00:05Z"}

    header, row = cells(ask(service, **parameters))
    title, excel = sheet(ask(service, **parameters, format="xlsx"))

    assert (header[1], row[1]) == ("时间戳 (Asia/Shanghai)", "2024-05-01T16:00:00+08:00")
    assert (title[1], excel[1]) == ("时间戳 (Asia/Shanghai)", datetime(2024, 5, 1, 16))  # noqa: DTZ001 -- Excel has no time zones


def test_an_ndjson_file_has_the_names_of_the_fields_and_keeps_the_digits_of_a_bigint(service: Service) -> None:
    answer = ask(service, "C1", format="ndjson", fields="pulses,power_kw,device_status")

    assert [orjson.loads(line) for line in answer.content.splitlines()] == [
        {
            "device_code": "C1",
            "ts": "2024-05-01T08:00:00Z",
            "pulses": "9007199254740993",
            "power_kw": 3.5,
            "device_status": "=1+1",
        }
    ]
    assert answer.headers["Content-Type"] == "application/x-ndjson"


def test_text_that_looks_like_a_formula_is_not_a_formula_in_a_spreadsheet(service: Service) -> None:
    parameters = {"fields": "device_status,pulses,power_kw"}

    _, row = cells(ask(service, "C1", **parameters))
    _, excel = sheet(ask(service, "C1", **parameters, format="xlsx"))

    assert row[2:] == ["'=1+1", "9007199254740993", "3.5"]
    assert excel[2:] == ["=1+1", "9007199254740993", 3.5]


def test_titles_have_units_and_the_requested_language(service: Service) -> None:
    parameters = {"device_code": "W1", **HOURS, "fields": "weld_current"}

    answer = service.operator.get(PATH, params=parameters, headers={"Accept-Language": "en"})

    assert cells(answer)[0] == ["Device code", "Timestamp (UTC)", "Welding current (A)"]


def test_a_file_without_readings_has_a_header(service: Service) -> None:
    assert cells(ask(service, "SILENT", fields="ip_quality")) == [["设备生产编码", "时间戳 (UTC)", "数据质量"]]
    assert ask(service, "SILENT", format="ndjson").content == b""


@pytest.mark.parametrize(
    ("device_code", "names"),
    [
        ("W1", "attachment; filename=\"history_W1.csv\"; filename*=UTF-8''history%20W1.csv"),
        (
            'B-7/炉 "1"\r\n..',
            "attachment; filename=\"history_B-7_1_.csv\"; filename*=UTF-8''history%20B-7_%E7%82%89%20_1_.csv",
        ),
    ],
)
def test_a_file_name_is_never_a_path(service: Service, device_code: str, names: str) -> None:
    assert ask(service, device_code).headers["Content-Disposition"] == names


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"format": "pdf"}, "format"),
        ({"fields": "nope"}, "fields"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"from": "2024-05-02T00:00:00Z"}, "from"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_an_invalid_parameter_is_rejected_before_the_file_begins(
    service: Service, parameters: dict[str, str], name: str
) -> None:
    answer = ask(service, **parameters)

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    assert {each["name"] for each in answer.json()["errors"]} == {name}


def test_a_device_that_is_not_registered_is_not_found(service: Service) -> None:
    assert ask(service, "unregistered").json()["type"] == "urn:arcbeat:problem:unknown-device"
