"""The pages of the dictionary: what a person sees equals what the API returns, and no change is lost."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Language, Theme, assert_accessible, assert_fits_width

TYPES, DATA = "/api/v1/dict/types", "/api/v1/dict/data"
PATH = "/catalogue/dictionary"
BOARD = "焊机统计指标对照"


@pytest.fixture(scope="module")
def api(plant: Serving) -> httpx.Client:
    return plant.service.client(*Role.ADMIN.scopes)


def add_type(api: httpx.Client, name: str, *labels: str) -> int:
    """Create a dictionary type with data, whose values are their labels in reverse."""
    dict_type_id = int(api.post(TYPES, json={"dict_name": name}).raise_for_status().json()["id"])
    for order, label in enumerate(labels):
        body = {"dict_type_id": dict_type_id, "data_label": label, "data_value": label[::-1], "order": order}
        api.post(DATA, json=body).raise_for_status()
    return dict_type_id


def data_of(api: httpx.Client, dict_type_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(DATA, params={"dict_type_id": dict_type_id}).json()["items"]
    return found


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_types_and_data_are_those_of_the_api(
    open_console: OpenConsole, api: httpx.Client, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.log_in("viewer", PATH)

    for each in api.get(TYPES).json()["items"]:
        expect(page.locator(f"[data-type='{each['id']}']")).to_contain_text(each["dict_name"])
    assert_accessible(page)
    board = page.get_by_role("row").filter(has=page.get_by_role("link", name=BOARD))
    expect(board).to_contain_text(console.text("dictionary.use.board.short"))
    board.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(BOARD)
    for each in api.get(DATA, params={"dict_name": BOARD}).json()["items"]:
        row = page.locator(f"[data-id='{each['id']}']")
        expect(row).to_contain_text(each["data_label"])
        expect(row.locator("code")).to_have_text(each["data_value"])
        expect(row).to_contain_text(console.text("dictionary.state.enabled"))
    expect(page.get_by_role("main").get_by_role("switch")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("button", name=console.text("dictionary.edit"))).to_have_count(0)
    assert_accessible(page)


def test_an_administrator_creates_changes_and_deletes_by_keyboard(open_console: OpenConsole, api: httpx.Client) -> None:
    console = open_console()
    page = console.log_in("admin", PATH)

    page.get_by_role("button", name=console.text("dictionary.type.create")).press("Enter")
    page.get_by_label(console.text("dictionary.field.dict_name"), exact=True).fill("工位对照")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("工位对照")
    dict_type_id = int(page.url.rsplit("/", 1)[1])
    expect(page.get_by_text(console.text("dictionary.data.empty"))).to_be_visible()

    page.get_by_role("button", name=console.text("dictionary.data.create")).press("Enter")
    page.get_by_label(console.text("dictionary.field.data_label"), exact=True).fill("一号工位")
    page.get_by_label(console.text("dictionary.field.data_value"), exact=True).fill('{"x": 1}')
    page.get_by_label(console.text("dictionary.field.order"), exact=True).fill("7")
    page.keyboard.press("Enter")
    expect(page.locator("[data-id]")).to_have_count(1)
    (stored,) = data_of(api, dict_type_id)
    assert (stored["data_label"], stored["data_value"], stored["order"]) == ("一号工位", '{"x": 1}', 7)

    page.get_by_role("switch").press("Space")
    expect(page.locator("[data-id]")).to_contain_text(console.text("dictionary.state.disabled"))
    assert data_of(api, dict_type_id)[0]["enabled"] is False

    console.press(page, "dictionary.data.deleteNamed", label="一号工位")
    expect(dialog(page)).to_contain_text("一号工位")
    console.press(dialog(page), "dictionary.delete")
    expect(page.locator("[data-id]")).to_have_count(0)
    console.press(page, "dictionary.type.delete")
    console.press(dialog(page), "dictionary.delete")
    expect(page).to_have_url(re.compile(f"{PATH}$"))
    assert api.get(f"{TYPES}/{dict_type_id}").status_code == 404


def test_a_conflict_keeps_what_was_entered_and_overwrites_only_that(
    open_console: OpenConsole, api: httpx.Client, language: Language
) -> None:
    dict_type_id = add_type(api, f"conflict {language}", "label")
    (data,) = data_of(api, dict_type_id)
    console = open_console(language=language)
    console.expected_errors = "412"
    page = console.log_in("admin", f"{PATH}/{dict_type_id}")
    console.press(page, "dictionary.data.editNamed", label="label")
    value = page.get_by_label(console.text("dictionary.field.data_value"), exact=True)
    expect(value).to_have_value("lebal")
    api.patch(f"{DATA}/{data['id']}", json={"order": 5}).raise_for_status()

    value.fill("mine")
    console.press(dialog(page), "forms.save")

    expect(dialog(page)).to_contain_text(console.text("forms.conflict.title"))
    expect(value).to_have_value("mine")
    assert data_of(api, dict_type_id)[0]["data_value"] == "lebal"
    console.press(dialog(page), "forms.conflict.overwrite")
    expect(dialog(page)).to_have_count(0)
    (stored,) = data_of(api, dict_type_id)
    assert (stored["data_value"], stored["order"]) == ("mine", 5)


def test_what_the_server_rejects_stands_at_its_field_and_nothing_is_lost(
    open_console: OpenConsole, api: httpx.Client, language: Language
) -> None:
    dict_type_id = add_type(api, f"rejected {language}", "label")
    console = open_console(language=language)
    console.expected_errors = "400|409"
    page = console.log_in("admin", f"{PATH}/{dict_type_id}")

    console.press(page, "dictionary.type.delete")
    console.press(dialog(page), "dictionary.delete")
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    expect(dialog(page)).to_contain_text(console.text("dictionary.type.deleteText"))
    console.press(dialog(page), "forms.dismiss")
    expect(dialog(page)).to_have_count(0)

    console.press(page, "dictionary.data.create")
    page.get_by_label(console.text("dictionary.field.data_label"), exact=True).fill("label")
    page.get_by_label(console.text("dictionary.field.late_after_seconds"), exact=True).fill("60")
    console.press(dialog(page), "dictionary.data.create")
    expect(dialog(page).locator(".is-error")).not_to_have_count(0)
    expect(page.get_by_label(console.text("dictionary.field.late_after_seconds"), exact=True)).to_have_value("60")
    assert [each["data_label"] for each in data_of(api, dict_type_id)] == ["label"]


def test_search_state_and_page_are_in_the_url(open_console: OpenConsole, api: httpx.Client) -> None:
    dict_type_id = add_type(api, "paged", *(f"label {number:02}" for number in range(27)))
    (*_, last) = api.get(DATA, params={"dict_type_id": dict_type_id, "page_size": 50}).json()["items"]
    api.patch(f"{DATA}/{last['id']}", json={"enabled": False}).raise_for_status()
    console = open_console()

    page = console.log_in("admin", f"{PATH}/{dict_type_id}?page=2")
    expect(page.locator("[data-id]")).to_have_count(2)
    page.get_by_role("searchbox").fill("LABEL 26")
    expect(page.locator("[data-id]")).to_have_count(1)
    page.reload()

    expect(page.get_by_role("searchbox")).to_have_value("LABEL 26")
    expect(page.locator("[data-id]")).to_contain_text("label 26")
    page.goto(f"{console.url}{PATH}/{dict_type_id}?state=enabled&page=2")
    expect(page.locator("[data-id]")).to_contain_text("label 25")


def test_an_error_says_what_to_do_and_ends_by_itself(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "ERR_FAILED"
    page = console.log_in("viewer", "/jobs")
    page.route("**/api/v1/dict/types**", lambda route: route.abort())

    page.goto(f"{console.url}{PATH}")

    expect(page.get_by_role("alert")).to_contain_text(console.text("common.error.unreachable"))
    page.unroute("**/api/v1/dict/types**")
    console.press(page, "common.error.retry")
    expect(page.get_by_role("link", name=BOARD)).to_be_visible()


def test_a_phone_and_paper_show_the_dictionary(open_console: OpenConsole, api: httpx.Client) -> None:
    dict_type_id = add_type(api, "a name that is quite long, as names of dictionaries are " + "长" * 30, "x" * 100)
    console = open_console(size=PHONE)
    page = console.log_in("admin", f"{PATH}/{dict_type_id}")
    expect(page.locator("[data-id]")).to_be_visible()
    assert_fits_width(page)
    page.goto(f"{console.url}{PATH}")
    expect(page.locator(f"[data-type='{dict_type_id}']")).to_be_visible()
    assert_fits_width(page)

    page.emulate_media(media="print")

    expect(page.get_by_role("button", name=console.text("dictionary.type.create"))).to_be_hidden()
    expect(page.locator(f"[data-type='{dict_type_id}']")).to_be_visible()
