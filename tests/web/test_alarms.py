"""The page of alarms: what a person sees equals what the API returns, and changes when it does."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.support.waiting import eventually
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width, local_time

ALARMS = "/api/v1/device/alarms"
ACKNOWLEDGEMENT = f"{ALARMS}/acknowledgement"
SECOND = timedelta(seconds=1)
TYPE_NAME = {"zh-CN": "焊机", "en": "Welding machine"}
NOTE = "送丝机堵塞 <b>\n已通知维修"
CUT = "WebSocket|ERR_|Failed to (load|fetch)|net::"

Devices = Callable[..., str]


@pytest.fixture
def devices(plant: Serving, request: pytest.FixtureRequest) -> Devices:
    """Registers devices in a team that only this test has; returns the name of the team."""
    team = f"班组 {abs(hash(request.node.nodeid))}"

    def register(*codes: str) -> str:
        plant.service.register(*codes, team_name=team)
        return team

    return register


def send(plant: Serving, code: str, *readings: tuple[float, str]) -> None:
    """Send states of a device, each with its age in seconds."""
    now = datetime.now(UTC)
    plant.service.append_all(code, ((now - age * SECOND, {"device_status": state}) for age, state in readings))


def open_alarm(plant: Serving, code: str, seconds: float) -> None:
    """Let an alarm begin so many seconds ago and last until now."""
    ages = [seconds, *range(int(seconds) - 30, 0, -30), 0]
    send(plant, code, *((age, "报警") for age in ages))


def past_alarm(plant: Serving, code: str, began: float, seconds: float) -> None:
    """Let an alarm begin so many seconds ago, and end after so many seconds."""
    send(plant, code, (began, "报警"), (began - seconds, "待机"))


def listed(plant: Serving, **query: Any) -> list[Any]:
    items: list[Any] = plant.service.operator.get(ALARMS, params=query).raise_for_status().json()["items"]
    return items


def first_open(plant: Serving, **query: Any) -> Any:
    """Return the first open alarm; the server samples a moment after it has begun."""
    eventually("an alarm is open", lambda: bool(listed(plant, open="true", **query)))
    return listed(plant, open="true", **query)[0]


def table(page: Page, console: Console, name: str) -> Locator:
    return page.get_by_role("table", name=console.text(f"alarms.{name}"))


def rows(page: Page, console: Console, name: str) -> Locator:
    return table(page, console, name).locator("tr[data-alarm]")


def codes(found: Locator) -> list[str]:
    return [str(each.get_attribute("data-alarm")) for each in found.all()]


def acknowledge(client: httpx.Client, alarm: Any, note: str) -> None:
    body = {"device_code": alarm["device_code"], "start": alarm["start"], "note": note}
    client.put(ACKNOWLEDGEMENT, json=body).raise_for_status()


def press(page: Page, console: Console, code: str, kind: str) -> Locator:
    """Press a button of the first alarm of a device, and return its dialog."""
    row = page.locator(f"tr[data-alarm={code}]").first
    row.get_by_role("button").filter(has_text=console.text(f"alarms.command.{kind}")).first.click()
    return page.get_by_role("dialog")


def submit(dialog: Locator, console: Console, kind: str) -> None:
    console.press(dialog, f"alarms.submit.{kind}")


def assert_equals(shown: Sequence[Locator], alarms: Sequence[Any], language: Language) -> None:
    for row, alarm in zip(shown, alarms, strict=True):
        assert row.get_attribute("data-alarm") == alarm["device_code"]
        for text in (alarm["state"], alarm["device_name"], alarm["team_name"], TYPE_NAME[language]):
            expect(row).to_contain_text(text)
        expect(row.locator(".start")).to_contain_text(local_time(alarm["start"]))
        if alarm["end"]:
            expect(row.locator(".end")).to_contain_text(local_time(alarm["end"]))


def test_the_page_shows_the_alarms_of_the_api_the_longest_open_one_first(
    open_console: OpenConsole, plant: Serving, devices: Devices, language: Language, theme: Theme
) -> None:
    own = f"{language}{theme}"
    team = devices(f"A1{own}", f"A2{own}", f"A3{own}")
    open_alarm(plant, f"A1{own}", 100)
    open_alarm(plant, f"A2{own}", 250)
    past_alarm(plant, f"A3{own}", 3700, 45)
    past_alarm(plant, f"A1{own}", 7000, 1)
    acknowledge(plant.service.client_of("olga", *Role.OPERATOR.scopes), first_open(plant, device_code=f"A1{own}"), NOTE)
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", f"/alarms?team={team}")

    shown = rows(page, console, "open")
    expect(shown).to_have_count(2)
    by_code = listed(plant, team_name=team, open="true")
    assert_equals(shown.all(), sorted(by_code, key=lambda alarm: str(alarm["start"])), language)
    past = rows(page, console, "past")
    expect(past).to_have_count(2)
    assert_equals(past.all(), listed(plant, team_name=team, open="false"), language)
    expect(past.first.locator(".duration")).to_have_text("45 秒" if language == "zh-CN" else "45 s")
    acknowledged = page.locator(f"tr[data-alarm=A1{own}].open")
    expect(acknowledged).to_contain_text(console.text("alarms.acknowledgedBy", name="olga"))
    expect(acknowledged.locator("q")).to_have_text(NOTE)
    expect(page.get_by_role("main").get_by_role("status").first).to_have_text(
        console.text("alarms.counts", open=2, unacknowledged=1)
    )
    expect(page.locator("tr[data-alarm]").get_by_role("button")).to_have_count(0)  # a viewer may not acknowledge
    assert_accessible(page)


def test_an_alarm_appears_by_itself_its_duration_ticks_and_it_moves_to_the_past_ones(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices("B1")
    console = open_console()
    page = console.log_in("operator", f"/alarms?team={team}")
    expect(page.get_by_text(console.text("alarms.noneOpenFiltered"))).to_be_visible()
    expect(page.get_by_text(console.text("alarms.nonePastFiltered"))).to_be_visible()

    open_alarm(plant, "B1", 0)

    shown = rows(page, console, "open")
    expect(shown).to_have_count(1)
    duration = shown.locator(".duration")
    expect(duration).not_to_have_text(duration.inner_text())
    dialog = press(page, console, "B1", "acknowledge")
    dialog.get_by_label(console.text("alarms.note")).fill("kept")
    send(plant, "B1", (0, "焊接"))
    past = rows(page, console, "past")
    expect(past).to_have_count(1)
    expect(shown).to_have_count(0)
    assert_equals(past.all(), listed(plant, team_name=team, open="false"), "zh-CN")
    submit(dialog, console, "acknowledge")  # although it has ended meanwhile
    expect(past.locator("q")).to_have_text("kept")
    assert listed(plant, team_name=team)[0]["acknowledgement"]["note"] == "kept"


def test_an_acknowledgement_is_seen_in_other_browsers_changed_by_its_author_and_withdrawn_by_an_administrator(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices("C1")
    open_alarm(plant, "C1", 60)
    past_alarm(plant, "C1", 600, 60)
    author, administrator = open_console(), open_console(language="en")
    page = author.log_in("operator", f"/alarms?team={team}")
    other = administrator.log_in("admin", f"/alarms?team={team}")
    for each, console in ((page, author), (other, administrator)):
        for name in ("open", "past"):
            expect(rows(each, console, name)).to_have_count(1)

    dialog = press(page, author, "C1", "acknowledge")
    dialog.get_by_label(author.text("alarms.note")).fill(NOTE)
    assert_accessible(page)
    submit(dialog, author, "acknowledge")
    expect(dialog).to_have_count(0)

    for each, console in ((page, author), (other, administrator)):
        expect(rows(each, console, "open").locator("q")).to_have_text(NOTE)
        expect(rows(each, console, "past").locator("q")).to_have_count(0)  # another alarm of the device
    dialog = press(page, author, "C1", "note")
    dialog.get_by_label(author.text("alarms.note")).fill("二")
    submit(dialog, author, "note")
    expect(rows(other, administrator, "open").locator("q")).to_have_text("二")
    press(other, administrator, "C1", "withdraw")
    assert_accessible(other)
    submit(other.get_by_role("dialog"), administrator, "withdraw")
    for each, console in ((page, author), (other, administrator)):
        expect(rows(each, console, "open")).to_contain_text(console.text("alarms.unacknowledged"))
    assert [alarm["acknowledgement"] for alarm in listed(plant, team_name=team)] == [None, None]


def test_if_another_person_was_faster_the_dialog_names_them_and_keeps_what_was_typed(
    open_console: OpenConsole, plant: Serving, devices: Devices, language: Language
) -> None:
    code = f"D{language}"
    team = devices(code)
    past_alarm(plant, code, 600, 60)
    console = open_console(language=language)
    console.expected_errors = "409"
    page = console.log_in("operator", f"/alarms?team={team}")
    dialog = press(page, console, code, "acknowledge")
    dialog.get_by_label(console.text("alarms.note")).fill("mine")
    acknowledge(plant.service.client_of("olga", *Role.OPERATOR.scopes), listed(plant, team_name=team)[0], NOTE)

    submit(dialog, console, "acknowledge")

    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog).to_contain_text("olga")
    expect(dialog.locator("q")).to_have_text(NOTE)
    expect(dialog.get_by_label(console.text("alarms.note"))).to_have_value("mine")
    assert_accessible(page)
    expect(rows(page, console, "past").locator("q")).to_have_text(NOTE)


def test_an_alarm_that_is_none_any_more_says_so(open_console: OpenConsole, plant: Serving, devices: Devices) -> None:
    team = devices("E1")
    past_alarm(plant, "E1", 600, 60)
    console = open_console()
    console.expected_errors = "404"
    page = console.log_in("operator", f"/alarms?team={team}")
    dialog = press(page, console, "E1", "acknowledge")
    plant.service.execute("delete from test_db.welding_real_data where device_code = 'E1'")

    submit(dialog, console, "acknowledge")

    expect(dialog.get_by_role("alert")).to_contain_text("未知的报警")


def test_filters_are_in_the_address_and_apply_to_both_lists(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices("F1", "F2")
    open_alarm(plant, "F1", 60)
    open_alarm(plant, "F2", 90)
    past_alarm(plant, "F1", 800, 60)
    past_alarm(plant, "F2", 900, 60)
    acknowledge(plant.service.operator, first_open(plant, device_code="F1"), "")
    console = open_console()
    page = console.log_in("viewer", f"/alarms?team={team}")
    expect(page.locator("tr[data-alarm]")).to_have_count(4)

    page.get_by_role("searchbox", name=console.text("alarms.filter.device")).fill("F1")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-alarm]")).to_have_count(2)
    page.get_by_role("combobox", name=console.text("alarms.column.acknowledgement")).press("Enter")
    page.get_by_role("option", name=console.text("alarms.filter.acknowledged.false"), exact=True).click()

    expect(page.locator("tr[data-alarm]")).to_have_count(1)
    page.reload()
    expect(page.locator("tr[data-alarm]")).to_have_count(1)
    assert codes(rows(page, console, "past")) == ["F1"]
    page.get_by_role("button", name=console.text("alarms.filter.reset")).click()
    expect(page.locator("tr[data-alarm=F2]")).to_have_count(2)


def test_without_a_connection_the_open_alarms_are_polled_and_the_lists_are_completed_afterwards(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices("G1")
    console = open_console()
    console.expected_errors = CUT
    page = console.log_in("viewer", f"/alarms?team={team}")
    expect(page.get_by_text(console.text("alarms.noneOpenFiltered"))).to_be_visible()
    console.context.route_web_socket(re.compile("/socket.io/"), lambda socket: socket.close())
    page.reload()
    expect(page.get_by_role("banner").locator("[data-status=connecting]")).to_be_visible()

    open_alarm(plant, "G1", 0)
    expect(rows(page, console, "open")).to_have_count(1)
    send(plant, "G1", (0, "焊接"))
    expect(rows(page, console, "past")).to_have_count(1)
    expect(rows(page, console, "open")).to_have_count(0)


def test_a_long_range_is_searched_over_empty_pages_until_its_end_and_can_be_stopped(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices(*(f"H{number:03}" for number in range(60)))
    past_alarm(plant, "H000", 600, 60)
    past_alarm(plant, "H059", 29 * 86_400, 60)
    console = open_console()
    page = console.log_in("viewer", f"/alarms?range=30d&team={team}")
    expect(rows(page, console, "past")).to_have_count(2)
    assert codes(rows(page, console, "past")) == ["H000", "H059"]
    expect(page.get_by_text(console.text("search.progress.complete", found=2))).to_be_visible()

    held: list[Route] = []
    page.route(f"**{ALARMS}?*open=false*", lambda route: held.append(route))  # the server is slow
    page.reload()
    page.get_by_role("button", name=console.text("search.stop")).click()
    page.unroute_all()
    page.get_by_role("button", name=console.text("search.more")).click()
    expect(rows(page, console, "past")).to_have_count(2)


def test_thousands_of_alarms_are_read_on_request_and_only_those_in_sight_are_drawn(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    count = 2000
    team = devices("J1")
    send(
        plant,
        "J1",
        *((20 * number + 10 * half, ("焊接", "报警")[half]) for number in range(1, count + 1) for half in (1, 0)),
    )
    console = open_console()
    page = console.log_in("viewer", f"/alarms?device=J1&team={team}")
    shown = rows(page, console, "past")
    expect(shown.first).to_be_visible()

    more = page.get_by_role("button", name=console.text("search.more"))
    complete = page.get_by_text(console.text("search.progress.complete", found="2,000"))
    while not complete.is_visible():
        more.or_(complete).first.wait_for()
        if more.is_visible():
            more.click()

    expect(table(page, console, "past")).to_have_attribute("aria-rowcount", str(count + 1))
    assert shown.count() <= 300
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    oldest = listed(
        plant, device_code="J1", page_size=1, to=(datetime.now(UTC) - 20 * (count - 2) * SECOND).isoformat()
    )
    page.locator(f"tr[data-start='{oldest[0]['start']}']").scroll_into_view_if_needed()
    assert shown.count() <= 300


def test_on_a_phone_the_page_does_not_scroll_sideways_and_the_keyboard_acknowledges(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices("K1")
    past_alarm(plant, "K1", 600, 60)
    console = open_console(size=PHONE)
    page = console.log_in("operator", f"/alarms?team={team}")
    row = rows(page, console, "past")
    expect(row).to_be_visible()
    assert_fits_width(page)
    assert_accessible(page)

    row.get_by_role("link", name="K1").press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label(console.text("alarms.note")).press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(row).to_contain_text(console.text("alarms.acknowledgedBy", name="operator"))


def test_paper_has_the_alarms_but_no_buttons_and_no_filters(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    team = devices("L1")
    past_alarm(plant, "L1", 600, 60)
    console = open_console()
    page = console.log_in("operator", f"/alarms?team={team}")
    expect(rows(page, console, "past")).to_be_visible()

    page.emulate_media(media="print")

    expect(rows(page, console, "past")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button").locator("visible=true")).to_have_count(0)
    expect(page.get_by_role("search")).to_be_hidden()


def test_the_page_of_a_device_shows_its_alarms_and_acknowledges_them(
    open_console: OpenConsole, plant: Serving, devices: Devices
) -> None:
    devices("M1", "M2")
    open_alarm(plant, "M1", 60)
    past_alarm(plant, "M1", 600, 45)
    open_alarm(plant, "M2", 60)
    console = open_console(size=PHONE)
    page = console.log_in("operator", "/devices/M1")
    expect(rows(page, console, "open")).to_have_count(1)
    expect(rows(page, console, "past")).to_have_count(1)
    assert codes(page.locator("tr[data-alarm]")) == ["M1", "M1"]
    assert_fits_width(page)

    submit(press(page, console, "M1", "acknowledge"), console, "acknowledge")

    expect(rows(page, console, "open")).to_contain_text(console.text("alarms.acknowledgedBy", name="operator"))
