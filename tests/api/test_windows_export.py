"""Aggregates of readings as a file."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from python_calamine import CalamineWorkbook

from tests.support.service import Service

PATH = "/api/v1/device/data/windows/export"
T0 = datetime(2024, 4, 30, 16, tzinfo=UTC)
DAY = {"from": "2024-04-30T16:00:00Z", "to": "2024-05-01T16:00:00Z", "time_zone": "Asia/Shanghai"}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2")
    service.register("C1", device_type="cutting")
    for device_code, hours in (("W1", range(24)), ("W2", range(0, 24, 12))):
        for hour in hours:
            service.append(device_code, ts=T0 + timedelta(hours=hour), weld_current=hour + 0.5, device_status="焊接")
    service.append("C1", type_code="cutting", ts=T0, pulses=9007199254740993)


def ask(service: Service, *device_codes: str, **parameters: Any) -> httpx.Response:
    given = {"fields": "weld_current", "interval": "12h", **DAY, **parameters}
    return service.operator.get(PATH, params={"device_code": device_codes or ("W1",), **given})


def test_a_csv_file_has_one_row_per_device_and_window(service: Service) -> None:
    answer = ask(service, "W2", "W1", aggregates="avg,max,count")

    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))) == [
        ["设备生产编码", "开始时间 (Asia/Shanghai)", *(f"焊接电流 (A) {each}" for each in ("avg", "max", "count"))],
        ["W1", "2024-05-01T00:00:00+08:00", "6.0", "11.5", "12"],
        ["W1", "2024-05-01T12:00:00+08:00", "18.0", "23.5", "12"],
        ["W2", "2024-05-01T00:00:00+08:00", "0.5", "0.5", "1"],
        ["W2", "2024-05-01T12:00:00+08:00", "12.5", "12.5", "1"],
    ]
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"windows_welding_12h.csv\"; filename*=UTF-8''windows%20welding%2012h.csv"
    )


def test_an_xlsx_file_has_days_in_the_requested_time_zone(service: Service) -> None:
    answer = ask(service, interval="1d", format="xlsx", aggregates="count")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1:] == [["W1", date(2024, 5, 1), 24]]


def test_an_ndjson_file_has_one_key_per_field_and_aggregate_and_keeps_the_digits_of_a_bigint(service: Service) -> None:
    answer = ask(service, "C1", fields="pulses,device_status", format="ndjson", aggregates="last,count", interval="1d")

    assert [orjson.loads(line) for line in answer.content.splitlines()] == [
        {
            "device_code": "C1",
            "start": "2024-05-01T00:00:00+08:00",
            "pulses_last": "9007199254740993",
            "pulses_count": 1,
            "device_status_last": None,
            "device_status_count": 0,
        }
    ]


def test_filled_windows_are_in_the_file(service: Service) -> None:
    answer = ask(service, "W2", interval="6h", aggregates="last,count", fill="previous", format="ndjson")

    assert [tuple(orjson.loads(line).values())[2:] for line in answer.content.splitlines()] == [
        (0.5, 1),
        (0.5, 0),
        (12.5, 1),
        (12.5, 0),
    ]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [({"interval": "1ms"}, "interval"), ({"fields": "device_status"}, "aggregates"), ({"format": "xls"}, "format")],
)
def test_an_invalid_parameter_is_rejected_before_the_file_begins(
    service: Service, parameters: dict[str, str], name: str
) -> None:
    answer = ask(service, **parameters)

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    assert {each["name"] for each in answer.json()["errors"]} == {name}
