"""The page of the history by value: on which devices a workpiece or a welder was, and when."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width, local_time

BY_VALUE = "/api/v1/device/data/history/by-value"
SECOND = timedelta(seconds=1)
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
WORKPIECE = "WP 7&焊"
GAP = 60


@pytest.fixture(scope="module", autouse=True)
def readings(plant: Serving) -> None:
    """The workpiece was on W01, after a gap again, and on W02; a welder has a value of their own."""
    for code, seconds in (("W01", (0, 5, 10, 11 + GAP, 16 + GAP)), ("W02", (7, 8)), ("W03", (3,))):
        values = {
            "device_status": "焊接",
            "workpiece_id": "other" if code == "W03" else WORKPIECE,
            "staff_id": "=1+1",
            "weld_current": 150.25,
        }
        plant.service.append_all(code, ((BEGIN + second * SECOND, values) for second in seconds))


def address(**query: Any) -> str:
    chosen = {"type": "welding", "field": "workpiece_id", "value": WORKPIECE, **query}
    return f"/history?{urlencode(chosen)}"


def stretches(page: Page, console: Console) -> Locator:
    return page.get_by_role("table", name=console.text("history.stretches.title")).locator("tr[data-stretch]")


def shown(found: Locator) -> Sequence[tuple[str, ...]]:
    return [
        (
            str(row.get_attribute("data-stretch")),
            str(row.locator(".from time").get_attribute("datetime")),
            str(row.locator(".to time").get_attribute("datetime")),
            row.locator(".readings").inner_text(),
        )
        for row in found.all()
    ]


def at(second: float) -> str:
    return f"{BEGIN + second * SECOND:%Y-%m-%dT%H:%M:%SZ}"


def grid(page: Page, console: Console) -> Locator:
    return page.get_by_role("grid", name=console.text("history.readings.title"))


def test_a_link_shows_the_stretches_and_the_readings_of_a_workpiece(
    open_console: OpenConsole, plant: Serving, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", address())

    expect(stretches(page, console)).to_have_count(3)
    assert shown(stretches(page, console)) == [
        ("W01", at(0), at(10), "3"),
        ("W01", at(11 + GAP), at(16 + GAP), "2"),
        ("W02", at(7), at(8), "2"),
    ]
    query = {"field": "workpiece_id", "value": WORKPIECE, "from": BEGIN.isoformat()}
    items = plant.service.operator.get(BY_VALUE, params=query).raise_for_status().json()["items"]
    found = grid(page, console).locator("[role=row][data-key]")
    expect(found).to_have_count(len(items))
    for index, item in enumerate(items):
        row = grid(page, console).locator(f"[role=row][data-key='{index}']")
        expect(row).to_contain_text(item["device_code"])
        expect(row).to_contain_text(local_time(item["ts"]))
        expect(row).to_contain_text(WORKPIECE)
    expect(page.get_by_text(console.text("search.progress.complete", found=len(items)))).to_be_visible()
    assert_accessible(page)


def test_the_form_searches_a_field_and_puts_the_search_into_the_address(
    open_console: OpenConsole, language: Language
) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/history")
    expect(page.get_by_role("heading", name=console.text("history.start"))).to_be_visible()
    assert_accessible(page)

    page.get_by_role("combobox", name=console.text("history.form.field")).press("Enter")
    page.get_by_role("option", name="焊工编号" if language == "zh-CN" else "Welder").click()
    page.get_by_role("textbox", name=console.text("history.form.value")).fill("=1+1")
    page.get_by_role("combobox", name=console.text("history.form.devices")).fill("W03")
    chosen = page.get_by_role("option", name="W03", exact=True)
    expect(chosen).to_have_class(re.compile("is-hovering"))  # before, Enter would choose the first device
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=console.text("history.form.submit")).click()

    page.wait_for_url("**/history?*device=W03*")
    expect(stretches(page, console)).to_have_count(1)
    page.reload()
    expect(stretches(page, console)).to_have_count(1)
    assert shown(stretches(page, console)) == [("W03", at(3), at(3), "1")]
    expect(page.get_by_role("textbox", name=console.text("history.form.value"))).to_have_value("=1+1")


def test_a_value_that_no_device_has_sent_is_explained(open_console: OpenConsole) -> None:
    console = open_console()

    page = console.log_in("viewer", address(value="nothing", range="7d"))

    expect(page.get_by_role("heading", name=console.text("history.none"))).to_be_visible()


def test_the_loaded_rows_are_saved_as_csv_without_formulas(open_console: OpenConsole, tmp_path: Path) -> None:
    console = open_console()
    page = console.log_in("viewer", address())
    with page.expect_download() as saved:
        page.get_by_role("button", name=console.text("history.readings.save", count=7)).click()

    file = tmp_path / "rows.csv"
    saved.value.save_as(file)

    found = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    assert saved.value.suggested_filename.endswith(".csv")
    assert [row["设备"] for row in found] == ["W01", "W01", "W02", "W02", "W01", "W01", "W01"]
    assert datetime.fromisoformat(found[0]["时间 (Asia/Shanghai)"]) == BEGIN
    assert {row["焊工编号"] for row in found} == {"'=1+1"}
    assert {row["工件编号"] for row in found} == {WORKPIECE}


def test_pages_continue_by_themselves_and_a_timeout_is_explained_and_repeated(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    console = open_console(language=language)
    console.expected_errors = "504"
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        url = route.request.url.replace("page_size=5000", "page_size=2")
        if len(asked) == 2:
            problem = {"type": "urn:arcbeat:problem:store-timeout", "title": "T", "detail": "D", "status": 504}
            body = {**problem, "request_id": "r", "help": "/docs"}
            route.fulfill(status=504, json=body, content_type="application/problem+json")
        else:
            route.fulfill(response=route.fetch(url=url))

    console.context.route(f"**{BY_VALUE}?*", answer)
    page = console.log_in("viewer", address())

    expect(page.get_by_text(console.text("history.tooLong"))).to_be_visible()
    expect(page.get_by_text(console.text("search.progress.failed", pages=1, found=2))).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=console.text("common.error.retry")).click()
    expect(page.get_by_text(console.text("search.progress.complete", found=7))).to_be_visible()
    assert [each[3] for each in shown(stretches(page, console))] == ["3", "2", "2"]
    assert len(asked) == 5  # four pages, and the one that failed


def test_on_a_phone_and_on_paper_the_stretches_fit(open_console: OpenConsole) -> None:
    console = open_console(size=PHONE)
    page = console.log_in("viewer", address())
    expect(stretches(page, console)).to_have_count(3)
    assert_fits_width(page)
    assert_accessible(page)

    page.emulate_media(media="print")

    expect(stretches(page, console).first).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button").locator("visible=true")).to_have_count(0)


def test_the_page_of_a_device_leads_to_the_history_of_its_workpiece(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/devices/W01")

    page.get_by_role("link", name=WORKPIECE).click()

    expect(stretches(page, console)).to_have_count(3)
