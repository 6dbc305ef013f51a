"""Tests of importing and exporting files of devices."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.support.service import Service

DEVICES = "/api/v1/device/info"
IMPORT = "/api/v1/device/info-import"
EXPORT = "/api/v1/device/info-export"
FILES = Path(__file__).parents[1] / "files"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {"csv": "text/csv", "xlsx": XLSX}
HOSTILE: dict[str, dict[str, Any]] = {
    "H-1": {"device_name": "=1+1", "description": "one\ntwo"},
    "H-2": {"device_name": '"quoted", and; parted\tagain', "install_location": "+A区"},
    "=H-3": {"device_name": "'already escaped", "install_location": "  spaces around  "},
    "-H/4": {"device_name": "@SUM(A1)", "description": "\r\n", "device_model": "'=1"},
    "焊机 五": {"device_name": "001", "manufacturer": "1e5", "online_address": "true", "is_locked": True},
    "00012": {"device_name": "<r>a & b</r>", "production_date": "0001-01-01", "install_date": "9999-12-31"},
    "H-7": {"device_name": "null", "device_type": "焊机", "description": "_x000D_ \u2028 \U0001f525"},
}


def send(
    service: Service,
    content: str | bytes,
    *,
    dry_run: bool | None = None,
    empty_cells: str | None = None,
    media_type: str = "text/csv",
) -> httpx.Response:
    given = {"dry_run": dry_run, "empty_cells": empty_cells}
    params = {name: value for name, value in given.items() if value is not None}
    body = content.encode() if isinstance(content, str) else content
    return service.operator.post(IMPORT, params=params, content=body, headers={"Content-Type": media_type})


def get(service: Service, device_code: str) -> httpx.Response:
    return service.operator.get(f"{DEVICES}/{quote(device_code, safe='')}")


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: report[name] for name in ("created", "updated", "unchanged", "rejected") if report[name]}


def total(service: Service) -> int:
    found: int = service.operator.get(DEVICES).json()["total"]
    return found


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_may_be_uploaded_as_a_form(service: Service, *, compressed: bool) -> None:
    content = b"device_code,device_name,device_type\nU-1,x,welding\n"
    form = httpx.Request("POST", IMPORT, files={"file": ("devices.csv", content, "application/vnd.ms-excel")})
    body = gzip.compress(form.read()) if compressed else form.read()
    headers = {"Content-Type": form.headers["Content-Type"], **({"Content-Encoding": "gzip"} if compressed else {})}

    report = service.operator.post(IMPORT, content=body, headers=headers)

    assert (report.status_code, counts(report.json())) == (200, {"created": 1})


def test_a_form_with_another_part_is_rejected(service: Service) -> None:
    rejected = service.operator.post(IMPORT, files={"upload": ("devices.csv", b"device_code\n", "text/csv")})

    assert (rejected.status_code, rejected.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    assert "curl -F file=@devices.csv" in rejected.json()["errors"][0]["detail"]


def test_an_import_is_a_dry_run_by_default(service: Service) -> None:
    report = send(service, "device_code,device_name,device_type\nI-1,焊机,welding\n").json()

    assert report == {
        "dry_run": True,
        "empty_cells": "keep",
        "applied": False,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "rows": [{"row": 2, "device_code": "I-1", "outcome": "created", "erased": [], "changes": [], "errors": []}],
    }
    assert get(service, "I-1").status_code == 404


def test_an_import_creates_updates_and_skips_devices(service: Service) -> None:
    service.register("I-2", "I-3", team_name="班组一")
    untouched = get(service, "I-3").json()

    report = send(
        service,
        "设备编码,Device Name,DEVICE TYPE,班组名称\n"
        "I-2,renamed,welding,\n"
        "I-3,name of I-3,welding,班组一\n"
        "I-4,new,焊机,班组二\n",
        dry_run=False,
        empty_cells="erase",
    ).json()

    assert (report["dry_run"], report["applied"]) == (False, True)
    assert [row["outcome"] for row in report["rows"]] == ["updated", "unchanged", "created"]
    changed, created = get(service, "I-2").json(), get(service, "I-4").json()
    assert (changed["device_name"], changed["team_name"]) == ("renamed", None)
    assert (created["device_type"], created["type_code"], created["team_name"]) == ("焊机", "welding", "班组二")
    assert get(service, "I-3").json() == untouched


def test_columns_that_the_file_lacks_keep_their_values(service: Service) -> None:
    service.register("I-5", team_name="班组五")
    before = get(service, "I-5").json()

    send(service, "is_locked,device_code\n是,I-5\n", dry_run=False)

    after = get(service, "I-5").json()
    assert after == {**before, "is_locked": True, "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]


def test_one_invalid_row_rejects_the_whole_file(service: Service) -> None:
    service.register("I-6")
    before, devices = get(service, "I-6").json(), total(service)
    file = (
        "device_code,device_name,device_type,production_date\n"
        "I-6,x,welding,\n"
        "I-7,x,milling,2020-13-01\n"
        "I-8,x,welding,\n"
    )

    dry_run = send(service, file)
    refused = send(service, file, dry_run=False)

    assert (dry_run.status_code, counts(dry_run.json())) == (200, {"created": 1, "updated": 1, "rejected": 1})
    assert [each["column"] for each in dry_run.json()["rows"][1]["errors"]] == ["device_type", "production_date"]
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "urn:arcbeat:problem:import-rejected")
    assert [each["name"] for each in problem["errors"]] == ["row 3, device_type", "row 3, production_date"]
    assert [each["value"] for each in problem["errors"]] == ["milling", "2020-13-01"]
    assert [each["value"] for each in dry_run.json()["rows"][1]["errors"]] == ["milling", "2020-13-01"]
    assert dry_run.json()["rows"][0]["changes"] == [{"column": "device_name", "before": "name of I-6", "after": "x"}]
    assert (get(service, "I-6").json(), total(service)) == (before, devices)


def test_the_errors_of_a_report_are_in_the_language_of_the_client(service: Service) -> None:
    def detail(language: str) -> str:
        headers = {"Content-Type": "text/csv", "Accept-Language": language}
        report = service.operator.post(IMPORT, content=b"device_code,production_date\nI-6,45161\n", headers=headers)
        text: str = report.json()["rows"][0]["errors"][-1]["detail"]
        return text

    assert detail("en").startswith("is a number; format the cell as a date")
    assert detail("zh-CN,en;q=0.5").startswith("是数字；请把单元格设为日期格式")


def test_the_value_of_a_header_and_of_a_cell_without_one_are_in_their_errors(service: Service) -> None:
    header = send(service, "device_code,colour\nI-9,x\n").json()
    beyond = send(service, "device_code,device_name,device_type\nI-9,x,welding,,班组一\n").json()

    assert [each["value"] for each in header["errors"]] == ["colour"]
    assert [each["value"] for each in beyond["rows"][0]["errors"]] == ["班组一"]


def test_the_first_hundred_errors_are_listed(service: Service) -> None:
    file = "device_code,device_name,device_type\n" + "".join(f"M-{number},x,milling\n" for number in range(300))

    problem = send(service, file, dry_run=False).json()

    assert len(problem["errors"]) == 100
    assert problem["detail"] == "300 of 300 rows cannot be stored, so no row was stored; 100 of 300 errors are listed."


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("device_code,colour", ["header, column 2"]),
        ("device_code,colour,farbe", ["header, column 2", "header, column 3"]),
        ("device_code,Team,班组名称", ["header, column 2", "header, column 3"]),
        ("device_name,device_type", ["header"]),
        ("device_code,id", ["header, column 2"]),
    ],
)
def test_an_invalid_header_is_rejected_with_its_column(service: Service, header: str, names: list[str]) -> None:
    answer = send(service, f"{header}\nI-9,x\n")

    assert answer.status_code == 400
    assert [each["name"] for each in answer.json()["errors"]] == names


def test_a_body_that_is_not_a_table_is_rejected(service: Service) -> None:
    answers = [
        send(service, ""),
        send(service, b"\x00\xff\xfe"),
        send(service, b"PK\x03\x04", media_type=XLSX),
        send(service, "{}", media_type="application/json"),
        send(service, b"x" * (8 * 1024 * 1024 + 1)),
    ]

    assert [each.status_code for each in answers] == [400, 400, 400, 415, 413]


@pytest.fixture(scope="module")
def hostile(service: Service) -> None:
    for code, facts in HOSTILE.items():
        body = {"device_code": code, "device_type": "welding", "team_name": "hostile", **facts}
        answer = service.operator.post(DEVICES, json=body)
        assert answer.status_code == 201, answer.text
    for code in (" ", "h-1"):
        service.execute(
            "insert into t_device_info (device_code, device_name, device_model, device_type, is_locked)"
            " values (%s, '', '', 'unknown-type', null)",
            code,
        )


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
def test_importing_an_export_changes_nothing(service: Service, table_format: str, language: str) -> None:
    devices = service.operator.get(DEVICES, params={"page_size": 500}).json()
    exported = service.operator.get(EXPORT, params={"format": table_format}, headers={"Accept-Language": language})

    media_type = MEDIA_TYPES[table_format]
    report = send(service, exported.content, dry_run=False, media_type=media_type).json()

    assert exported.headers["Content-Type"].partition(";")[0] == media_type
    assert exported.headers["Content-Disposition"] == f'attachment; filename="devices.{table_format}"'
    assert counts(report) == {"unchanged": devices["total"]}
    assert service.operator.get(DEVICES, params={"page_size": 500}).json() == devices


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
def test_importing_an_export_restores_deleted_devices(service: Service, table_format: str) -> None:
    def facts(code: str) -> dict[str, Any]:
        answer = get(service, code).json()
        return {name: value for name, value in answer.items() if name not in {"id", "created_at", "updated_at"}}

    service.execute("delete from t_device_info where device_code = 'h-1'")
    before = {code: facts(code) for code in HOSTILE}
    exported = service.operator.get(EXPORT, params={"format": table_format, "team_name": "hostile"}).content
    service.execute("delete from t_device_info where team_name = 'hostile'")

    report = send(service, exported, dry_run=False, media_type=MEDIA_TYPES[table_format]).json()

    assert counts(report) == {"created": len(HOSTILE)}
    assert {code: facts(code) for code in HOSTILE} == before


def test_an_export_has_the_filters_of_the_list_and_is_ordered_by_code(service: Service) -> None:
    service.register("E-2", "E-10", "E-1", device_type="cutting", team_name="exported")
    service.register("E-3", team_name="exported")
    params = {"format": "ndjson", "type_code": "切割机", "team_name": "exported", "keyword": "e-", "locked": "false"}

    lines = service.operator.get(EXPORT, params=params).text.splitlines()

    assert [json.loads(line)["device_code"] for line in lines] == ["E-1", "E-10", "E-2"]
    assert json.loads(lines[0]) == {
        "device_code": "E-1",
        "device_name": "name of E-1",
        "device_model": None,
        "device_type": "cutting",
        "manufacturer": None,
        "production_date": None,
        "install_date": None,
        "install_location": None,
        "online_address": None,
        "team_name": "exported",
        "is_locked": False,
        "description": None,
    }


def test_the_titles_of_an_export_are_in_the_requested_language(service: Service) -> None:
    def titles(language: str) -> list[str]:
        text = service.operator.get(EXPORT, headers={"Accept-Language": language}).content.decode("utf-8-sig")
        return next(csv.reader(io.StringIO(text)))

    assert titles("en")[:3] == ["Device code", "Device name", "Model"]
    assert titles("zh")[:3] == ["设备编码", "设备名称", "设备型号"]


def test_an_export_of_an_unknown_type_is_not_found(service: Service) -> None:
    answer = service.operator.get(EXPORT, params={"type_code": "milling"})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_many_devices_are_exported_and_imported_unchanged(service: Service) -> None:
    """Enough devices that reading and writing them takes several statements."""
    header = "device_code,device_name,device_type,install_date,team_name\n"
    file = header + "".join(f"B-{number:05},焊机 {number},welding,2020/1/2,many\n" for number in range(2_500))

    created = send(service, file, dry_run=False).json()
    exported = service.operator.get(EXPORT, params={"team_name": "many"}).content
    again = send(service, exported, dry_run=False).json()
    moved = send(service, file.replace("2020/1/2", "2021-03-04"), dry_run=False).json()

    assert [counts(each) for each in (created, again, moved)] == [
        {"created": 2500},
        {"unchanged": 2500},
        {"updated": 2500},
    ]
    assert get(service, "B-02499").json()["install_date"] == "2021-03-04"


def test_an_empty_cell_keeps_the_value_unless_the_request_erases_it(service: Service) -> None:
    service.register("K-1", team_name="班组一")
    file = "device_code,team_name,is_locked\nK-1,,\n"

    kept = send(service, file, dry_run=False).json()
    planned = send(service, file, empty_cells="erase").json()
    team_before = get(service, "K-1").json()["team_name"]
    erased = send(service, file, dry_run=False, empty_cells="erase").json()

    assert (counts(kept), kept["empty_cells"], kept["rows"][0]["erased"]) == ({"unchanged": 1}, "keep", [])
    assert (counts(planned), planned["rows"][0]["erased"], team_before) == ({"updated": 1}, ["team_name"], "班组一")
    assert (erased["empty_cells"], erased["rows"]) == ("erase", planned["rows"])
    assert get(service, "K-1").json()["team_name"] is None


# --- Files as people send them: the small files in tests/files ------------------------------------------------------


def outcomes(report: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    """Return the number, the outcome and the columns in error of each row."""
    return [(row["row"], row["outcome"], [each["column"] for each in row["errors"]]) for row in report["rows"]]


def test_codes_that_differ_only_in_invisible_characters_are_rejected(service: Service) -> None:
    service.register("14412T0001")
    before = total(service)

    report = send(service, (FILES / "invisible_characters.csv").read_bytes()).json()
    stored = send(service, (FILES / "invisible_characters.csv").read_bytes(), dry_run=False)

    assert outcomes(report) == [(2, "rejected", ["device_code"]), (3, "rejected", ["device_code"])]
    assert "U+200B ZERO WIDTH SPACE" in report["rows"][0]["errors"][0]["detail"]
    assert (stored.status_code, total(service)) == (409, before)


def test_merged_cells_give_their_value_to_every_row_and_erase_none(service: Service) -> None:
    service.register("14412T0002", "14412T0003", team_name="班组二")

    report = send(service, (FILES / "merged_cells.xlsx").read_bytes(), dry_run=False, media_type=XLSX).json()

    assert counts(report) == {"updated": 3}
    assert {get(service, f"14412T000{number}").json()["team_name"] for number in (1, 2, 3)} == {"班组一"}


@pytest.mark.parametrize("empty_cells", ["keep", "erase"])
def test_an_error_value_rejects_its_row_and_erases_nothing(service: Service, empty_cells: str) -> None:
    file = (FILES / "error_value.xlsx").read_bytes()
    team = get(service, "14412T0001").json()["team_name"]

    report = send(service, file, media_type=XLSX, empty_cells=empty_cells).json()
    stored = send(service, file, dry_run=False, media_type=XLSX, empty_cells=empty_cells)

    assert outcomes(report) == [(2, "rejected", ["team_name"])]
    assert (stored.status_code, stored.json()["errors"][0]["name"]) == (409, "row 2, team_name")
    assert get(service, "14412T0001").json()["team_name"] == team


def test_a_row_of_spaces_is_skipped(service: Service) -> None:
    assert outcomes(send(service, (FILES / "row_of_spaces.csv").read_bytes()).json()) == [(2, "created", [])]


def test_dates_of_chinese_spreadsheets_are_days_and_a_week_date_is_rejected(service: Service) -> None:
    report = send(service, (FILES / "chinese_dates.csv").read_bytes()).json()

    assert outcomes(report) == [
        (2, "created", []),
        (3, "created", []),
        (4, "created", []),
        (5, "rejected", ["production_date"]),
    ]


@pytest.mark.parametrize("above", ["", "sep=,\r\n"])
def test_the_error_of_a_file_with_a_title_is_about_the_header(service: Service, above: str) -> None:
    problem = send(service, above.encode() + (FILES / "title_above_header.csv").read_bytes()).json()

    assert [each["name"] for each in problem["errors"]] == ["header, column 1", "header"]
    assert "Row 1 was read as the header" in problem["detail"]
    assert "Row 2 looks like the header: delete the rows above it." in problem["detail"]


def test_a_csv_file_of_chinese_excel_is_read_by_its_header_or_its_charset(service: Service) -> None:
    chinese = "设备编码,设备名称,设备类型\r\nG-1,焊机,焊机\r\n".encode("gbk")
    english = "device_code,device_name,device_type\r\nG-1,焊机,焊机\r\n".encode("gbk")

    answers = [
        send(service, chinese),
        send(service, english, media_type="text/csv; charset=gbk"),
        send(service, english),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert [counts(answer.json()) for answer in answers[:2]] == [{"created": 1}] * 2
    assert "save it as CSV UTF-8" in answers[2].json()["detail"]
    assert send(service, english, media_type="text/csv; charset=latin1").status_code == 415


def test_a_code_that_lost_its_leading_zeros_is_rejected(service: Service) -> None:
    service.register("000777")

    report = send(service, "device_code,device_name,device_type\n777,x,welding\n").json()

    assert "registered device 000777 only in leading zeros" in report["rows"][0]["errors"][0]["detail"]


def test_a_cell_without_a_header_rejects_its_row(service: Service) -> None:
    report = send(service, "device_code,device_name,device_type\nX-1,x,welding,班组一\nX-2,x,welding, \n").json()

    assert outcomes(report) == [(2, "rejected", ["column 4"]), (3, "created", [])]
