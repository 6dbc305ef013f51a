"""The dialog of exports, opened from the details of a device on the realtime page."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Download, Locator, Page, Route, expect
from python_calamine import CalamineWorkbook

from arcbeat.domain.identity.download_links import LINKS_PER_OWNER_MAX
from arcbeat.domain.identity.identity import Role
from tests.faults.proxy import Behaviour, Mode, Proxy, to_tcp
from tests.support.background_loop import BackgroundLoop
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import LAN_NAME, NEXT_FRAMES, PHONE, TIME_ZONE, Console, Language, assert_accessible

SHOWN_TIME = {"zh-CN": "%Y/%m/%d %H:%M:%S", "en": "%m/%d/%Y, %H:%M:%S"}
CURRENT = {"zh-CN": "焊接电流", "en": "Welding current"}
LINKS = "**/api/v1/downloads"
STATES = "**/api/v1/downloads/*"
LONG, LONG_ROWS = "LONG", 500_000
CHUNK_SECONDS = 0.05
"""What the slow network needs for each chunk of at most 64 KiB."""
FILL = """
insert into test_db.welding_real_data (ts, device_code, device_status, weld_current)
select now() - interval '23 hours' + number * interval '23 hours' / %s, %s, '焊接', number
  from generate_series(1, %s::int) as number"""
EXPORT = "/api/v1/device/data/history/export?device_code=W01&from=2026-03-02T00%3A00%3A00Z"


CLOSE_AND_OPEN = """
async (button) => {
  document.querySelector("dialog.export").requestClose();
  await Promise.resolve();
  button.click();
}
"""
"""Closes the dialog as Escape does, and presses the button in another task of the same frame."""


@dataclass(frozen=True)
class SlowNetwork:
    """The address of the server through a network, and what makes that slow."""

    url: str
    slow_down: Callable[[], None]


@pytest.fixture(scope="module", autouse=True)
def readings(plant: Serving) -> None:
    """The newest reading of W01, one of some hours ago, and one that is older than a day."""
    # Within a second, because XLSX rounds to milliseconds where the page cuts seconds off.
    now = (datetime.now(UTC) - timedelta(seconds=1)).replace(microsecond=250_000)
    for hours, current in ((25, 110.0), (5, 120.0), (0, 152.34)):
        ts = now - timedelta(hours=hours)
        plant.service.append("W01", ts=ts, device_status="焊接", preset_current=150.0, weld_current=current)


@pytest.fixture(scope="module")
def long_history(plant: Serving) -> None:
    """A device with so many readings in the last day that their export takes some seconds."""
    plant.service.register(LONG)
    plant.service.execute(FILL, LONG_ROWS, LONG, LONG_ROWS)


def open_details(console: Console) -> Locator:
    """Open the details of W01 as a viewer and wait for its newest reading."""
    details = console.log_in("viewer", "/realtime?device=W01").get_by_role("dialog", name="W01")
    expect(details.locator("[data-field=weld_current]")).to_contain_text("152.3")
    return details


def open_export(console: Console, details: Locator) -> Locator:
    """Open the dialog with the keyboard, as a person does who has no mouse."""
    details.get_by_role("button", name=console.text("realtime.details.export")).press("Enter")
    subject = details.get_by_role("heading").first.inner_text()
    dialog = details.page.get_by_role("dialog", name=console.text("exports.title.history", subject=subject))
    expect(dialog).to_be_visible()
    return dialog


def export(console: Console, page: Page, details: Locator, file_format: str) -> Download:
    """Export with the keyboard."""
    dialog = open_export(console, details)
    dialog.get_by_role("radio", name=file_format.upper()).press(" ")
    with page.expect_download() as saved:
        console.button(dialog, "exports.submit").press("Enter")
    expect(dialog.locator("form")).to_contain_text(console.text("exports.started"))
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
    dialog = open_export(console, details)
    console.press(dialog, "exports.submit")
    failure = dialog.get_by_role("alert")
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
    dialog = open_export(console, details)
    submit = console.button(dialog, "exports.submit")
    submit.click()
    expect(dialog).to_contain_text(console.text("exports.preparing"))
    expect(dialog.locator("form")).to_have_attribute("aria-busy", "true")
    assert_accessible(page)

    submit.press("Enter")

    with page.expect_download() as saved:
        held[0].continue_()
    assert saved.value.suggested_filename.endswith(".csv")
    assert len(held) == 1


@pytest.fixture
def slow_network(plant: Serving) -> Iterator[SlowNetwork]:
    """A network between browser and server that is slow on request, so that a long export lasts.

    A test names it before `open_console`, so that it ends after the pages.
    """
    address = urlsplit(plant.service.url)
    connect = to_tcp(str(address.hostname), int(address.port or 0))
    with BackgroundLoop.running() as background:
        proxy = background.enter(Proxy.running(connect))
        yield SlowNetwork(
            url=f"http://127.0.0.1:{proxy.port}",
            slow_down=lambda: background.run(proxy.set_behaviour, Behaviour(Mode.DELAY, CHUNK_SECONDS)),
        )


def open_long_details(console: Console) -> Locator:
    details = console.log_in("viewer", f"/realtime?device={LONG}").get_by_role("dialog", name=LONG, exact=True)
    expect(details.get_by_role("button", name=console.text("realtime.details.export"))).to_be_visible()
    return details


def shown_download(console: Console, page: Page, file_format: str, subject: str = LONG) -> Locator:
    """Return the newest download of the list."""
    name = f"{console.text('exports.title.history', subject=subject)} · {file_format.upper()}"
    return page.get_by_role("listitem", name=name).first


def test_a_long_download_is_followed_and_cancelled(
    slow_network: SlowNetwork, open_console: OpenConsole, language: Language, long_history: None
) -> None:
    console = open_console(slow_network.url, language=language)
    details = open_long_details(console)
    page = details.page
    slow_network.slow_down()

    saved = export(console, page, details, "ndjson")

    shown = shown_download(console, page, "ndjson")
    expect(shown).to_have_attribute("data-status", "running")
    expect(shown.get_by_role("progressbar")).to_have_attribute("value", re.compile("[1-9]"))
    expect(shown).to_contain_text(re.compile(r"[1-9][\d,]* ?(rows|行)"))
    expect(shown).to_contain_text("MB")
    assert_accessible(page)
    shown.get_by_role("button", name=console.text("exports.cancel")).press("Enter")
    expect(shown).to_contain_text(console.text("exports.status.cancelled"))
    assert saved.failure() is not None
    expect(shown.get_by_role("progressbar")).to_have_count(0)


def test_an_xlsx_file_is_followed_while_it_is_built(open_console: OpenConsole, long_history: None) -> None:
    console = open_console()
    details = open_long_details(console)
    page = details.page
    dialog = open_export(console, details)
    dialog.get_by_role("radio", name="XLSX").check()
    console.press(dialog, "exports.submit")

    shown = shown_download(console, page, "xlsx")

    expect(shown).to_contain_text(console.text("exports.status.building"))
    expect(shown).to_contain_text(re.compile(r"[1-9][\d,]* 行"))
    shown.get_by_role("button", name=console.text("exports.cancel")).click()
    expect(shown).to_contain_text(console.text("exports.status.cancelled"))


def test_closing_the_dialog_does_not_stop_a_download(
    open_console: OpenConsole, long_history: None, tmp_path: Path
) -> None:
    console = open_console()
    details = open_long_details(console)
    page = details.page
    saved = export(console, page, details, "csv")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.export")).to_have_count(0)

    assert len(saved_rows(saved, tmp_path)) == LONG_ROWS + 1

    open_export(console, details)
    shown = shown_download(console, page, "csv")
    expect(shown).to_contain_text(console.text("exports.status.finished"))
    expect(shown).to_contain_text(f"{LONG_ROWS:,} 行")
    shown.get_by_role("button", name=console.text("exports.remove")).click()
    expect(shown).to_have_count(0)


def test_a_download_that_the_browser_stops_says_so_and_stays_in_the_list(
    slow_network: SlowNetwork, open_console: OpenConsole, language: Language, long_history: None
) -> None:
    console = open_console(slow_network.url, language=language, size=PHONE)
    details = open_long_details(console)
    page = details.page
    slow_network.slow_down()
    export(console, page, details, "ndjson").cancel()
    failure = console.text("exports.failure.disconnected")
    expect(shown_download(console, page, "ndjson")).to_contain_text(failure)
    assert page.evaluate("document.querySelector('dialog.export').scrollWidth <= innerWidth")

    page.keyboard.press("Escape")
    open_export(console, details)

    expect(shown_download(console, page, "ndjson")).to_contain_text(failure)
    assert_accessible(page)


def test_a_dialog_that_was_just_closed_opens_again(open_console: OpenConsole) -> None:
    console = open_console()
    details = open_details(console)
    dialog = open_export(console, details)

    # Before the next frame of the browser, with which it reports that the dialog was closed.
    button = details.get_by_role("button", name=console.text("realtime.details.export"))
    button.evaluate(CLOSE_AND_OPEN)

    expect(dialog).to_be_visible()
    details.page.evaluate(NEXT_FRAMES)
    expect(dialog).to_be_visible()
    details.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_a_lost_connection_is_shown_and_the_progress_comes_back(open_console: OpenConsole) -> None:
    console = open_console()
    details = open_details(console)
    page = details.page
    console.expected_errors = "Failed to load resource"
    page.route(STATES, lambda route: route.abort())
    export(console, page, details, "csv")
    shown = shown_download(console, page, "csv", "W01")
    expect(shown).to_contain_text(console.text("exports.unknown"))

    page.unroute(STATES)

    expect(shown).to_contain_text(console.text("exports.status.finished"))
    expect(shown).not_to_contain_text(console.text("exports.unknown"))


def test_range_and_fields_are_chosen(open_console: OpenConsole, tmp_path: Path) -> None:
    console = open_console()
    details = open_details(console)
    page = details.page
    dialog = open_export(console, details)
    hours_ago = datetime.now(ZoneInfo(TIME_ZONE)) - timedelta(hours=30)
    dialog.get_by_label(console.text("exports.range.from")).fill(f"{hours_ago:%Y-%m-%dT%H:%M}")
    dialog.locator("summary").click()
    dialog.get_by_role("checkbox", name=console.text("exports.fields.all")).uncheck()
    expect(dialog).to_contain_text(console.text("exports.fields.none"))
    dialog.get_by_role("checkbox", name=CURRENT["zh-CN"]).check()

    with page.expect_download() as saved:
        console.press(dialog, "exports.submit")

    header, *rows = saved_rows(saved.value, tmp_path)
    assert len(header) == 3
    assert [float(row[2]) for row in rows] == pytest.approx([110.0, 120.0, 152.34], abs=0.001)


def test_the_device_page_exports_the_states_of_the_range_of_its_chart(
    open_console: OpenConsole, plant: Serving, tmp_path: Path
) -> None:
    console = open_console()
    end = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=4)
    start = end - timedelta(hours=2)
    moments = {"from": f"{start:%Y-%m-%dT%H:%M:%SZ}", "to": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    page = console.log_in("viewer", f"/devices/W01?{urlencode(moments)}")
    page.get_by_role("button", name=console.text("exports.offers.states")).click()
    dialog = page.get_by_role("dialog", name=console.text("exports.title.states", subject="W01"))

    with page.expect_download() as saved:
        console.press(dialog, "exports.submit")

    _, *rows = saved_rows(saved.value, tmp_path)
    assert [datetime.fromisoformat(rows[0][3]), datetime.fromisoformat(rows[-1][4])] == [start, end]
    assert "焊接" in {row[2] for row in rows}
