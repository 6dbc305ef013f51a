"""The realtime page: the newest readings of all devices of a type."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import LAN_NAME, PHONE, Console, Language, Theme, assert_accessible, assert_fits_width

WELDING: dict[str, Any] = {
    "device_status": "焊接",
    "preset_current": 150.0,
    "weld_current": 152.34,
    "staff_id": "W123456",
}
CURRENT = {"zh-CN": "焊接电流", "en": "Welding current"}
WELDER = {"zh-CN": "焊工编号", "en": "Welder"}


@pytest.fixture(autouse=True)
def readings(plant: Serving) -> None:
    """Two devices weld, one is in alarm; the others have sent nothing or are silent by now."""
    plant.service.append("W01", **WELDING)
    plant.service.append("W02", **{**WELDING, "weld_current": 190.0})
    plant.service.append("W03", device_status="报警", staff_id="W777777")


def row(page: Page, code: str) -> Locator:
    return page.locator(f'[role=row][data-key="{code}"]')


def header(page: Page, label: str) -> Locator:
    return page.get_by_role("columnheader").filter(has_text=re.compile(f"^{label}"))


def cell(page: Page, code: str, label: str) -> Locator:
    index = header(page, label).get_attribute("aria-colindex")
    return row(page, code).locator(f'[aria-colindex="{index}"]')


def shown_codes(page: Page) -> list[str]:
    """Return the codes of the rows from top to bottom."""
    rows = page.locator("[role=row][data-key]").all()
    return [str(each.get_attribute("data-key")) for each in sorted(rows, key=_row_index)]


def _row_index(each: Locator) -> int:
    return int(str(each.get_attribute("aria-rowindex")))


def titles(page: Page) -> list[str]:
    return page.get_by_role("columnheader").locator(".label").all_inner_texts()


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_value_on_the_page_is_that_of_the_api_and_follows_it(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/realtime")
    current = cell(page, "W01", CURRENT[language])
    expect(current).to_have_text("152.3")

    plant.service.append("W01", **{**WELDING, "weld_current": 149.96})

    response = plant.service.operator.get("/api/v1/device/data/realtime/W01", params={"max_age": 0})
    assert response.json()["item"]["weld_current"] == pytest.approx(149.96, abs=0.001)
    expect(current).to_have_text("150.0")
    bar = current.get_by_role("img")
    preset = console.text("realtime.bar.preset", value="150.0 A")
    expect(bar).to_have_accessible_name(re.compile(f"150.0 A.*{preset}.*{console.text('realtime.bar.verdict.normal')}"))


def test_a_value_out_of_the_band_of_its_preset_is_marked_in_words(
    open_console: OpenConsole, language: Language
) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/realtime")

    bar = cell(page, "W02", CURRENT[language]).get_by_role("img")

    expect(bar).to_have_accessible_name(re.compile(console.text("realtime.bar.verdict.high")))


def test_the_counts_are_filters_and_the_url_holds_them(open_console: OpenConsole) -> None:
    page = open_console().log_in("viewer", "/realtime")
    expect(row(page, "W01")).to_be_visible()
    alarms = page.get_by_role("button", name="报警 1", exact=True)

    alarms.click()

    expect(alarms).to_have_attribute("aria-pressed", "true")
    expect(row(page, "W01")).to_have_count(0)
    assert shown_codes(page) == ["W03"]
    assert query_of(page) == {"state": ["报警"]}
    page.go_back()
    expect(row(page, "W01")).to_be_visible()
    expect(alarms).to_have_attribute("aria-pressed", "false")


def test_a_link_shows_search_team_and_order(open_console: OpenConsole) -> None:
    page = open_console().log_in("viewer", "/realtime?search=w123456&team=班组一&sort=-weld_current")

    expect(row(page, "W02")).to_be_visible()

    assert shown_codes(page) == ["W02", "W01"]
    expect(page.get_by_role("searchbox")).to_have_value("w123456")
    expect(header(page, "焊接电流")).to_have_attribute("aria-sort", "descending")


def test_devices_that_have_never_sent_a_reading_come_last(open_console: OpenConsole, plant: Serving) -> None:
    plant.service.register("A00")
    page = open_console().log_in("viewer", "/realtime")

    expect(row(page, "A00")).to_contain_text("从未上报")

    assert shown_codes(page)[0] == "W01"


def test_invalid_values_of_a_link_are_named_with_what_would_be_right(
    open_console: OpenConsole, language: Language
) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/realtime?freshness=old&search=W01")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("freshness=old")
    expect(notice).to_contain_text("live, late, stale, never")
    expect(row(page, "W01")).to_be_visible()

    notice.get_by_role("button").click()

    expect(notice).to_have_count(0)
    assert query_of(page) == {"search": ["W01"]}


def test_an_unknown_device_type_leads_to_those_that_exist(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/realtime?type=nope")
    page.get_by_role("heading", name=console.text("realtime.empty.unknownType", type="nope")).wait_for()

    page.get_by_role("button", name={"zh-CN": "焊机", "en": "Welding machine"}[language]).click()

    expect(row(page, "W01")).to_be_visible()
    assert query_of(page) == {"type": ["welding"]}


def test_filters_that_match_nothing_can_be_cleared(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/realtime?search=no-such-device")

    page.get_by_role("button", name=console.text("realtime.empty.clear")).click()

    expect(row(page, "W01")).to_be_visible()
    assert query_of(page) == {}


def test_columns_that_are_hidden_moved_and_resized_stay_so_after_a_reload(
    open_console: OpenConsole, language: Language
) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/realtime")
    expect(row(page, "W01")).to_be_visible()
    label, welder = CURRENT[language], WELDER[language]

    page.get_by_role("button", name=console.text("realtime.columns.title")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name=welder).uncheck()
    dialog.get_by_label(console.text("realtime.columns.width", column=label)).fill("300")
    before = titles(page).index(label)
    console.button(dialog, "realtime.columns.up", column=label).press("Enter")
    dialog.get_by_role("checkbox", name=label).press("Alt+ArrowUp")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    for _ in range(2):
        expect(row(page, "W01")).to_be_visible()
        assert welder not in titles(page)
        assert titles(page).index(label) == before - 2
        assert header(page, label).evaluate("(element) => element.offsetWidth") == 300
        page.reload()

    page.get_by_role("button", name=console.text("realtime.columns.title")).click()
    console.press(page, "realtime.columns.reset")
    expect(header(page, welder)).to_have_count(1)
    assert titles(page).index(label) == before


def test_an_alarm_is_in_sight_whatever_the_filter_and_leads_to_its_device(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/realtime?state=焊接")
    alarms = page.get_by_role("region", name=console.text("realtime.alarms.label"))

    alarms.get_by_role("button", name=re.compile("W03")).click()

    details = page.get_by_role("dialog", name="W03")
    expect(details.locator("[data-field=staff_id]")).to_contain_text("W777777")
    assert query_of(page) == {"state": ["焊接"], "device": ["W03"]}
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    expect(row(page, "W01")).to_be_visible()
    page.wait_for_url(lambda url: "device" not in url)


def test_a_new_alarm_is_announced_once(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console()
    page = console.log_in("viewer", "/realtime")
    expect(row(page, "W03")).to_be_visible()
    announced = page.locator(".announcement[aria-live=polite]")
    expect(announced).to_have_text("")

    plant.service.append("W05", device_status="报警")

    expect(announced).to_have_text(console.text("realtime.alarms.begun", devices="name of W05 W05 报警"))
    plant.service.append("W05", device_status="待机")  # other tests count the alarms


def test_enter_on_a_row_opens_all_that_is_known_of_the_device(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console(f"http://{LAN_NAME}:{urlsplit(plant.service.url).port}")
    page = console.log_in("viewer", "/realtime")
    expect(row(page, "W01")).to_be_visible()
    page.get_by_role("grid").focus()

    page.keyboard.press("Enter")

    details = page.get_by_role("dialog", name="W01")
    expect(details.locator("[data-field=weld_current]")).to_contain_text("152.3")
    expect(details.locator("[data-field=staff_id]")).to_contain_text("W123456")
    expect(details).to_contain_text("Asia/Shanghai")
    # The page is no secure context here, so there is no navigator.clipboard.
    details.get_by_role("button", name=console.text("realtime.details.copy")).click()
    expect(details).to_contain_text(console.text("realtime.details.copied"))


def test_a_phone_shows_cards_that_follow_the_readings(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    console = open_console(language=language, size=PHONE)
    page = console.log_in("viewer", "/realtime")
    card = page.locator("[data-code=W01]")
    expect(card).to_contain_text("152.3")
    expect(card).to_contain_text("焊接")

    plant.service.append("W01", **{**WELDING, "weld_current": 148.0})

    expect(card).to_contain_text("148.0")
    assert_fits_width(page)
    search = page.get_by_role("searchbox").bounding_box()
    assert search, "the search is shown"
    assert search["width"] > PHONE[0] * 0.9


@pytest.mark.parametrize("view", ["table", "cards"])
def test_the_page_is_accessible(open_console: OpenConsole, language: Language, theme: Theme, view: str) -> None:
    console = open_console(language=language, theme=theme)
    page = console.log_in("viewer", f"/realtime?view={view}")
    _wait_for_rows(page)
    assert_accessible(page)

    if view == "table":
        page.get_by_role("button", name=console.text("realtime.columns.title")).click()
        assert_accessible(page)
        page.keyboard.press("Escape")
    _open_details(console, page)
    assert_accessible(page)


def _wait_for_rows(page: Page) -> None:
    expect(page.locator("[data-key=W01], [data-code=W01]")).to_contain_text("152.3")


def _open_details(console: Console, page: Page) -> None:
    page.goto(f"{console.url}/realtime?device=W02")
    expect(page.get_by_role("dialog", name="W02")).to_contain_text("190.0")
