"""The live rows of the realtime page over many ticks, and over an outage of the server."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.test_live import CUT, expect_recovered, expect_status
from tests.web.test_realtime import cell, header, row

TICKS = 20
MANY = tuple(f"M{number:03}" for number in range(120))
CURRENT = "焊接电流"
NOTE_END_OF_SCROLLING = """
(element) => element.addEventListener("scrollend", () => { element.dataset.scrolled = ""; }, { once: true })
"""


@pytest.fixture(scope="module", autouse=True)
def many_machines(plant: Serving) -> None:
    """More machines than fit on the page."""
    plant.service.register(*MANY, team_name="班组三")
    for number, code in enumerate(MANY):
        send(plant, code, number)


def send(plant: Serving, code: str, current: float) -> None:
    plant.service.append(code, device_status="焊接", preset_current=150.0, weld_current=current)


def table(page: Page) -> Locator:
    return page.get_by_role("grid")


def test_order_and_scroll_survive_twenty_ticks(open_console: OpenConsole, plant: Serving) -> None:
    page = open_console().log_in("viewer", "/realtime?team=班组三&sort=weld_current")
    expect(header(page, CURRENT)).to_have_attribute("aria-sort", "ascending")
    table(page).evaluate(NOTE_END_OF_SCROLLING)
    row(page, MANY[0]).hover()
    page.mouse.wheel(0, 1200)
    expect(table(page)).to_have_attribute("data-scrolled", "")
    expect(row(page, MANY[0])).to_have_count(0)
    first = page.locator("[role=row][data-key]").first.get_attribute("aria-rowindex")
    scrolled = table(page).evaluate("(element) => element.scrollTop")
    assert scrolled > 0

    for tick in range(TICKS):
        visible = str(page.locator("[role=row][data-key]").nth(5).get_attribute("data-key"))
        send(plant, visible, 500.0 + tick)
        expect(cell(page, visible, CURRENT)).to_contain_text(f"{500 + tick}.0")

    assert page.locator("[role=row][data-key]").first.get_attribute("aria-rowindex") == first
    assert table(page).evaluate("(element) => element.scrollTop") == scrolled
    expect(header(page, CURRENT)).to_have_attribute("aria-sort", "ascending")
    assert "sort=weld_current" in page.url


def test_a_page_recovers_with_the_filter_that_was_chosen_while_the_server_was_down(
    open_console: OpenConsole, plant: Serving
) -> None:
    console = open_console()
    console.expected_errors = CUT
    page = console.log_in("viewer", "/realtime?team=班组三")
    expect(row(page, MANY[0])).to_be_visible()
    plant.kill()
    expect_status(console, page, "reconnecting")
    expect(row(page, MANY[0])).to_be_visible()

    page.get_by_role("button", name=re.compile("^报警")).click()
    plant.restart()
    expect_recovered(console, page)
    send(plant, MANY[0], 1.0)
    plant.service.append(MANY[1], device_status="报警")

    expect(row(page, MANY[1])).to_be_visible()
    expect(row(page, MANY[0])).to_have_count(0)
