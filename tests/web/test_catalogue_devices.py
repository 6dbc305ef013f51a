"""The pages of devices: the list equals the API, and what a person changes is stored or kept on the page."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.support.waiting import eventually
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width, choose, local_time

PATH = "/catalogue/devices"
DEVICES = "/api/v1/device/info"
LISTED: dict[str, dict[str, Any]] = {
    "D-1": {"device_name": "焊机一", "device_type": "welding", "device_model": "NBC-350", "team_name": "班组甲"},
    "D-2": {"device_name": "焊机二", "device_type": "焊机", "team_name": "班组甲", "is_locked": True},
    "D/3": {
        "device_name": "切割机三",
        "device_type": "cutting",
        "team_name": "班组乙",
        "manufacturer": "北辰焊割",
        "production_date": "2019-04-15",
        "install_date": "2019-05-30",
        "install_location": "一号车间",
        "online_address": "10.20.1.16",
    },
}
TEXT_COLUMNS = (
    "device_name",
    "device_model",
    "team_name",
    "install_location",
    "manufacturer",
    "production_date",
    "install_date",
    "online_address",
)


@pytest.fixture(scope="module")
def api(plant: Serving) -> httpx.Client:
    client = plant.service.client(*Role.OPERATOR.scopes)
    for code, facts in LISTED.items():
        client.post(DEVICES, json={"device_code": code, **facts}).raise_for_status()
    return client


@pytest.fixture
def edited(api: httpx.Client) -> Iterator[str]:
    """The code of a device that a test may change."""
    body = {"device_code": "E 1", "device_name": "before", "device_type": "welding", "team_name": "班组一"}
    api.post(DEVICES, json=body).raise_for_status()
    yield "E 1"
    api.delete(f"{DEVICES}/E 1")


def row(page: Page, code: str) -> Locator:
    return page.locator(f"[data-device='{code}']")


def codes(page: Page) -> list[str | None]:
    return [each.get_attribute("data-device") for each in page.locator("[data-device]").all()]


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#device-{name}")


def test_the_list_shows_what_the_api_returns(
    open_console: OpenConsole, api: httpx.Client, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.log_in("operator", f"{PATH}?keyword=D")

    for code in LISTED:
        device = api.get(f"{DEVICES}/{code.replace('/', '%2F')}").json()
        for name in TEXT_COLUMNS:
            cell = row(page, code).locator(f"td[data-label='{console.text(f'devices.column.{name}')}']")
            expect(cell).to_have_text(device[name] or "")
        expect(row(page, code)).to_contain_text(local_time(device["updated_at"]))
        locked = row(page, code).get_by_text(console.text("devices.locked.true"))
        expect(locked).to_have_count(1 if device["is_locked"] else 0)
    expect(row(page, "D-2")).to_contain_text("焊机")
    link = row(page, "D/3").get_by_role("link", name="D/3", exact=True)
    expect(link).to_have_attribute("href", "/devices/D%2F3")
    assert_accessible(page)


def test_filters_order_and_page_are_in_the_url(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()

    page = console.log_in("viewer", f"{PATH}?sort=-device_name&page_size=25")
    search = page.get_by_role("searchbox", name=console.text("devices.filter.keyword"))
    search.press_sequentially("D")
    search.press("Enter")
    page.wait_for_url(re.compile("keyword=D"))
    expected = api.get(DEVICES, params={"keyword": "D", "sort": "-device_name"}).json()["items"]
    expect(page.locator("[data-device]")).to_have_count(len(expected))
    assert codes(page) == [each["device_code"] for each in expected]
    page.get_by_role("columnheader", name=console.text("devices.column.team_name")).get_by_role("button").click()
    page.wait_for_url(re.compile("sort=team_name"))
    choose(page, console.text("devices.column.device_type"), re.compile("cutting"))
    expect(page.locator("[data-device]")).to_have_count(1)
    page.reload()

    expect(page.locator("[data-device]")).to_have_count(1)
    assert codes(page) == ["D/3"]
    assert "type_code=cutting" in page.url


def test_a_list_that_has_not_changed_is_not_sent_again(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()

    page = console.log_in("operator", f"{PATH}?keyword=D-1")
    row(page, "D-1").get_by_role("link", name=console.text("devices.editNamed", code="D-1")).click()
    expect(field(page, "device_name")).to_have_value("焊机一")
    with page.expect_response(re.compile(f"{DEVICES}\\?")) as answer:
        page.go_back()

    assert answer.value.status == 304
    expect(row(page, "D-1")).to_be_visible()


def test_locked_devices_and_those_of_a_team_can_be_selected(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()

    page = console.log_in("viewer", PATH)
    choose(page, console.text("devices.column.is_locked"), console.text("devices.locked.true"))
    expect(page.locator("[data-device]")).to_have_count(1)
    assert codes(page) == ["D-2"]
    page.goto(f"{console.url}{PATH}?team_name=班组乙")
    expect(page.locator("[data-device]")).to_have_count(1)

    assert codes(page) == ["D/3"]


def test_a_list_is_shown_page_by_page(open_console: OpenConsole, api: httpx.Client, plant: Serving) -> None:
    plant.service.register(*(f"P-{number:03}" for number in range(60)), team_name="many")
    console = open_console()

    page = console.log_in("viewer", f"{PATH}?team_name=many&page_size=25")
    expect(page.locator("[data-device]")).to_have_count(25)
    page.get_by_role("button", name=console.text("forms.page.next")).click()
    expect(row(page, "P-025")).to_be_visible()
    page.goto(f"{console.url}{PATH}?team_name=many&page_size=25&page=9")

    expect(row(page, "P-059")).to_be_visible()
    expect(page.locator("[data-device]")).to_have_count(10)
    plant.service.execute("delete from t_device_info where team_name = 'many'")


def test_what_is_filtered_is_exported(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()

    page = console.log_in("viewer", f"{PATH}?keyword=D-")
    page.get_by_role("button", name=console.text("devices.export.filtered")).click()
    dialog = page.locator("dialog.export")
    with page.expect_download() as saved:
        console.press(page, "exports.submit")
    expect(dialog.get_by_role("listitem")).to_contain_text(console.text("exports.status.finished"))
    assert_accessible(page)

    lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["D-1", "D-2"]


def test_a_device_is_registered_after_its_errors_are_corrected(
    open_console: OpenConsole, api: httpx.Client, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    console.expected_errors = "400|409"

    page = console.log_in("operator", "/catalogue/new-device")
    console.press(page, "devices.form.create")
    expect(page.get_by_text(console.text("devices.form.required"), exact=True)).to_have_count(3)
    field(page, "device_code").fill("１２３")
    field(page, "device_name").fill("新焊机")
    choose(page, console.text("devices.column.device_type"), re.compile("welding"))
    field(page, "production_date").fill("2025-11-03")
    console.press(page, "devices.form.create")
    code = page.locator(".el-form-item").filter(has=field(page, "device_code"))
    expect(code.locator(".el-form-item__error")).to_be_visible()
    expect(field(page, "device_name")).to_have_value("新焊机")
    expect(field(page, "device_code")).to_be_focused()
    assert_accessible(page)
    field(page, "device_code").fill("d-1")
    console.press(page, "devices.form.create")
    expect(page.get_by_role("alert").filter(has_text="D-1")).to_be_visible()
    field(page, "device_code").fill("N-1")
    console.press(page, "devices.form.create")

    expect(row(page, "N-1")).to_be_visible()
    stored = api.get(f"{DEVICES}/N-1").json()
    assert (stored["device_name"], stored["device_type"], stored["production_date"]) == (
        "新焊机",
        "welding",
        "2025-11-03",
    )
    assert stored["team_name"] is None
    api.delete(f"{DEVICES}/N-1").raise_for_status()


def test_a_change_is_stored_and_an_emptied_input_removes_the_value(
    open_console: OpenConsole, api: httpx.Client, edited: str
) -> None:
    console = open_console()

    page = console.log_in("operator", f"{PATH}/{edited}")
    field(page, "team_name").fill("")
    field(page, "device_model").fill("WSM-315")
    console.press(page, "forms.save")

    expect(page.get_by_text(console.text("devices.form.saved"))).to_be_visible()
    stored = api.get(f"{DEVICES}/{edited}").json()
    assert (stored["team_name"], stored["device_model"]) == (None, "WSM-315")


@pytest.mark.parametrize("choice", ["overwrite", "reload"])
def test_a_change_of_another_person_is_shown_and_nothing_that_was_typed_is_lost(
    open_console: OpenConsole, api: httpx.Client, edited: str, choice: str
) -> None:
    console = open_console()
    console.expected_errors = "412"

    page = console.log_in("operator", f"{PATH}/{edited}")
    expect(field(page, "device_name")).to_have_value("before")
    api.patch(f"{DEVICES}/{edited}", json={"team_name": "班组九", "is_locked": True}).raise_for_status()
    field(page, "device_name").fill("mine")
    console.press(page, "forms.save")
    expect(page.locator("[data-newer=team_name]")).to_contain_text("班组九")
    expect(page.locator("[data-newer=is_locked]")).to_contain_text(console.text("devices.locked.true"))
    expect(field(page, "device_name")).to_have_value("mine")
    assert_accessible(page)
    console.press(page, f"forms.conflict.{choice}")

    expect(field(page, "team_name")).to_have_value("班组九")
    expect(page.locator("[data-newer]")).to_have_count(0)
    name = "mine" if choice == "overwrite" else "before"
    expect(field(page, "device_name")).to_have_value(name)
    eventually("the choice is stored", lambda: api.get(f"{DEVICES}/{edited}").json()["device_name"] == name)
    stored = api.get(f"{DEVICES}/{edited}").json()
    assert (stored["team_name"], stored["is_locked"]) == ("班组九", True)


def test_a_device_is_locked_and_unlocked_in_the_list(open_console: OpenConsole, api: httpx.Client, edited: str) -> None:
    console = open_console()

    page = console.log_in("operator", f"{PATH}?keyword={edited}")
    for command, is_locked in (("lock", True), ("unlock", False)):
        console.press(page, f"devices.{command}Named", code=edited)
        expect(row(page, edited).get_by_text(console.text("devices.locked.true"))).to_have_count(int(is_locked))
        assert api.get(f"{DEVICES}/{edited}").json()["is_locked"] is is_locked


def delete(console: Console, page: Page, code: str) -> None:
    console.press(page, "devices.delete.title")
    dialog = page.get_by_role("dialog", name=console.text("devices.delete.titleNamed", code=code))
    expect(dialog).to_contain_text(console.text("devices.delete.text"))
    console.press(dialog, "devices.delete.confirm")


def test_a_device_is_deleted_after_a_question(open_console: OpenConsole, api: httpx.Client, edited: str) -> None:
    console = open_console()

    page = console.log_in("operator", f"{PATH}/{edited}")
    delete(console, page, edited)

    expect(page).to_have_url(f"{console.url}{PATH}")
    assert api.get(f"{DEVICES}/{edited}").status_code == 404


def test_a_device_that_another_table_needs_is_kept_and_the_dialog_says_why(
    open_console: OpenConsole, api: httpx.Client, plant: Serving, edited: str
) -> None:
    plant.service.execute("create table repairs (device_id bigint references t_device_info (id))")
    plant.service.execute("insert into repairs select id from t_device_info where device_code = %s", edited)
    console = open_console()
    console.expected_errors = "409"

    page = console.log_in("operator", f"{PATH}/{edited}")
    delete(console, page, edited)

    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("PostgreSQL: 23503")
    expect(page.get_by_role("dialog")).to_contain_text(console.text("devices.delete.kept"))
    assert api.get(f"{DEVICES}/{edited}").status_code == 200
    plant.service.execute("drop table repairs")


def test_a_viewer_sees_the_list_without_commands(open_console: OpenConsole, api: httpx.Client, plant: Serving) -> None:
    console = open_console()

    page = console.log_in("viewer", f"{PATH}?keyword=D-1")
    expect(row(page, "D-1")).to_be_visible()
    expect(page.get_by_role("link", name=console.text("common.pages.deviceNew"))).to_have_count(0)
    expect(console.button(page, "devices.lockNamed", code="D-1")).to_have_count(0)
    page.goto(f"{console.url}{PATH}/D-1")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    expect(field(page, "device_name")).to_have_count(0)
    viewer = plant.service.client(*Role.VIEWER.scopes)
    assert viewer.patch(f"{DEVICES}/D-1", json={"is_locked": True}).status_code == 403


def test_an_empty_result_and_a_missing_device_say_what_to_do(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()
    console.expected_errors = "404"

    page = console.log_in("operator", f"{PATH}?keyword=nothing")
    expect(page.get_by_text(console.text("devices.noMatch.hint"))).to_be_visible()
    page.goto(f"{console.url}{PATH}/no-such-device")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(console.button(page, "common.error.retry")).to_be_visible()


@pytest.mark.parametrize("path", [PATH, "/catalogue/new-device", f"{PATH}/D-1"])
def test_pages_fit_a_phone(open_console: OpenConsole, api: httpx.Client, path: str) -> None:
    console = open_console(size=PHONE)

    page = console.log_in("operator", path)
    expect(page.locator("[data-device], #device-device_code").first).to_be_visible()

    assert_fits_width(page)
    assert_accessible(page)


def test_the_list_on_paper_has_its_headers_and_no_commands(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()

    page = console.log_in("operator", f"{PATH}?keyword=D-1")
    expect(row(page, "D-1")).to_be_visible()
    page.emulate_media(media="print")

    expect(page.get_by_role("columnheader", name=console.text("devices.column.device_name"))).to_be_visible()
    expect(page.get_by_text(console.text("devices.column.device_name"), exact=True)).to_be_visible()
    expect(row(page, "D-1").locator(".row-actions")).to_be_hidden()
    expect(page.get_by_role("navigation", name=console.text("common.mainMenu"))).to_be_hidden()
