"""The export of a device on the realtime page."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Download, Locator, Page, Route, expect
from python_calamine import CalamineWorkbook

from arcbeat.domain.identity.download_links import LINKS_PER_OWNER_MAX
from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import LAN_NAME, TIME_ZONE, Console, Language, assert_accessible

SHOWN_TIME = {"zh-CN": "%Y/%m/%d %H:%M:%S", "en": "%m/%d/%Y, %H:%M:%S"}
CURRENT = {"zh-CN": "焊接电流", "en": "Welding current"}
LINKS = "**/api/v1/downloads"
EXPORT = "/api/v1/device/data/history/export?device_code=W01&from=2026-03-02T00%3A00%3A00Z"


@pytest.fixture(scope="module", autouse=True)
def readings(plant: Serving) -> None:
    """The newest reading of W01, one of some hours ago, and one that is older than a day."""
    # Within a second, because XLSX rounds to milliseconds where the page cuts seconds off.
    now = (datetime.now(UTC) - timedelta(seconds=1)).replace(microsecond=250_000)
    for hours, current in ((25, 110.0), (5, 120.0), (0, 152.34)):
        ts = now - timedelta(hours=hours)
        plant.service.append("W01", ts=ts, device_status="焊接", preset_current=150.0, weld_current=current)


def open_details(console: Console) -> Locator:
    """Open the details of W01 as a viewer and wait for its newest reading."""
    details = console.log_in("viewer", "/realtime?device=W01").get_by_role("dialog", name="W01")
    expect(details.locator("[data-field=weld_current]")).to_contain_text("152.3")
    return details


def export(console: Console, page: Page, details: Locator, file_format: str) -> Download:
    """Export with the keyboard, as a person does who has no mouse."""
    group = details.get_by_role("group", name=console.text("realtime.export.title"))
    with page.expect_download() as saved:
        group.get_by_role("button", name=console.text(f"realtime.export.{file_format}")).press("Enter")
    expect(group).to_contain_text(console.text("realtime.export.started"))
    return saved.value


def rows_of(file: Path) -> Sequence[Sequence[Any]]:
    """Return the rows of a CSV file as texts, those of an XLSX file as values, with the titles first."""
    if file.suffix == ".xlsx":
        return CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def saved_rows(download: Download, folder: Path) -> Sequence[Sequence[Any]]:
    file = folder / download.suggested_filename
    download.save_as(file)
    return rows_of(file)


def time_of(cell: Any) -> datetime:
    """Return the time as the file states it, in the zone of the file."""
    return cell if isinstance(cell, datetime) else datetime.fromisoformat(cell)


def assert_equals_page(rows: Sequence[Sequence[Any]], details: Locator, console: Console) -> None:
    titles, newest = rows[0], rows[-1]
    shown = details.get_by_text(console.text("realtime.details.readingOf")).locator("time").inner_text()
    assert time_of(newest[1]).strftime(SHOWN_TIME[console.language]) == shown
    (current,) = (value for title, value in zip(titles, newest, strict=True) if CURRENT[console.language] in title)
    expect(details.locator("[data-field=weld_current]")).to_contain_text(f"{float(current):.1f}")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_times_and_values_of_the_file_are_those_of_the_page(
    open_console: OpenConsole, language: Language, file_format: str, tmp_path: Path
) -> None:
    console = open_console(language=language)
    details = open_details(console)
    expect(details).to_contain_text(TIME_ZONE)

    rows = saved_rows(export(console, details.page, details, file_format), tmp_path)

    assert_equals_page(rows, details, console)
    if file_format == "csv":
        assert rows[-1][1].endswith("+08:00")
    else:
        assert TIME_ZONE in rows[0][1]


def test_the_file_has_the_last_24_hours(open_console: OpenConsole, tmp_path: Path) -> None:
    console = open_console()
    details = open_details(console)

    rows = saved_rows(export(console, details.page, details, "csv"), tmp_path)

    (column,) = (index for index, title in enumerate(rows[0]) if CURRENT["zh-CN"] in title)
    assert [float(row[column]) for row in rows[1:]] == pytest.approx([120.0, 152.34], abs=0.001)


def test_the_browser_saves_the_file_over_plain_http(open_console: OpenConsole, plant: Serving, tmp_path: Path) -> None:
    console = open_console(f"http://{LAN_NAME}:{urlsplit(plant.service.url).port}")
    details = open_details(console)
    assert details.page.evaluate("window.isSecureContext") is False

    rows = saved_rows(export(console, details.page, details, "csv"), tmp_path)

    assert_equals_page(rows, details, console)


def test_a_code_of_any_characters_is_exported(open_console: OpenConsole, plant: Serving, tmp_path: Path) -> None:
    code = "焊机 '1'&=#%"
    plant.service.register(code)
    plant.service.append(code, device_status="焊接", weld_current=99.0)
    console = open_console()
    page = console.log_in("viewer", "/realtime?device=%E7%84%8A%E6%9C%BA%20%271%27%26%3D%23%25")
    details = page.get_by_role("dialog", name=code)

    rows = saved_rows(export(console, page, details, "csv"), tmp_path)

    assert rows[1][0] == code


def test_a_rejected_export_is_explained_in_its_place_and_can_be_repeated(
    open_console: OpenConsole, language: Language, plant: Serving, tmp_path: Path
) -> None:
    console = open_console(language=language)
    details = open_details(console)
    page, service = details.page, plant.service
    console.expected_errors = "429"
    with_links = service.client_of("viewer", *Role.VIEWER.scopes)
    for _ in range(LINKS_PER_OWNER_MAX):
        assert with_links.post("/api/v1/downloads", json={"url": EXPORT}).status_code == 201
    details.get_by_role("button", name="CSV").click()
    failure = details.get_by_role("alert")
    expect(failure).to_be_visible()
    assert_accessible(page)
    service.execute("update t_download_link set expires_at = now() - interval '1 second'")

    with page.expect_download() as saved:
        failure.get_by_role("button", name=console.text("common.error.retry")).click()

    assert len(saved_rows(saved.value, tmp_path)) == 3
    expect(failure).to_have_count(0)


def test_a_second_press_while_the_link_is_made_is_ignored(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    details = open_details(console)
    page = details.page
    held: list[Route] = []
    page.route(LINKS, lambda route: held.append(route))
    group = details.get_by_role("group", name=console.text("realtime.export.title"))
    group.get_by_role("button", name="CSV").click()
    expect(group).to_contain_text(console.text("realtime.export.preparing"))
    expect(group).to_have_attribute("aria-busy", "true")
    assert_accessible(page)

    group.get_by_role("button", name="XLSX").press("Enter")

    with page.expect_download() as saved:
        held[0].continue_()
    assert saved.value.suggested_filename.endswith(".csv")
    assert len(held) == 1
