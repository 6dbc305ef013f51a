"""The pages of device types: what they show equals the API, and a kind of machine is added without code."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.catalogue import CUTTING_COLUMNS
from tests.support.serving import Serving
from tests.support.super_tables import create_super_table
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width

TYPES = "/api/v1/device/types"
PAGES = "/catalogue/types"
LABELS = {"zh": "钻床", "en": "Drilling machine"}
COLUMNS = (
    Column(name="device_status", type=ColumnType.NCHAR, length=50),
    Column(name="depth", type=ColumnType.FLOAT),
    Column(name="rpm", type=ColumnType.INT),
)
MANY = 200
LOOKS = pytest.mark.parametrize(
    ("language", "theme"), [("zh-CN", "light"), ("en", "dark")], ids=["zh-light", "en-dark"]
)

NewType = Callable[..., str]


@pytest.fixture(scope="module")
def api(plant: Serving) -> httpx.Client:
    return plant.service.client(*Role.ADMIN.scopes)


@pytest.fixture
def new_type(plant: Serving, api: httpx.Client) -> NewType:
    """Creates a device type with a super table and imported fields, and returns its path."""

    def new_type(code: str, *columns: Column) -> str:
        table = f"test_db.{code}"
        create_super_table(plant.service, table, *(columns or COLUMNS))
        body = {"type_code": code, "labels": LABELS, "super_table": table, "states": ["钻孔", "停机"]}
        api.post(TYPES, json=body).raise_for_status()
        api.post(f"{TYPES}/{code}/fields/import", params={"dry_run": False}).raise_for_status()
        return f"{TYPES}/{code}"

    return new_type


def fields_of(api: httpx.Client, path: str) -> list[dict[str, Any]]:
    answer = api.get(f"{path}/fields", params={"include_hidden": True}).raise_for_status()
    fields: list[dict[str, Any]] = answer.json()["fields"]
    return fields


def names_of(api: httpx.Client, path: str) -> list[str]:
    return [field["name"] for field in fields_of(api, path)]


def row(page: Page, field: str) -> Locator:
    return page.locator(f'tr[data-field="{field}"]')


def cell(console: Console, page: Page, field: str, column: str) -> Locator:
    """Return the input of a field in a column, for example ``zh``."""
    label = console.text("types.fields.cell", name=field, column=console.text(f"types.fields.column.{column}"))
    return page.get_by_label(label, exact=True)


def expect_fields(page: Page, *names: str) -> None:
    """Expect the rows of these fields, in this order, and no others."""
    fields = page.locator("tr[data-field]")
    expect(fields).to_have_count(len(names))
    for index, name in enumerate(names):
        expect(fields.nth(index)).to_have_attribute("data-field", name)


def save(console: Console, page: Page) -> None:
    """Save and wait until nothing is left to be saved. By selectors: roles of hundreds of inputs take seconds."""
    submit = page.locator("main form [type=submit]")
    expect(submit).to_have_text(console.text("forms.save"))
    submit.click()
    expect(submit).to_be_disabled()
    expect(page.locator("main form [role=status]")).to_contain_text(console.text("types.saved"))


def test_a_cutting_machine_is_added_in_the_browser_and_appears_on_the_realtime_page(
    open_console: OpenConsole, plant: Serving, api: httpx.Client
) -> None:
    create_super_table(plant.service, "test_db.laser_real_data", *CUTTING_COLUMNS[1:5])
    plant.service.execute(
        "insert into test_db.laser_real_data (device_code, ts, device_status, power_kw, pulses) "
        "values ('CUT-1', now(), '切割', 12.345, 7)"
    )
    console = open_console()
    page = console.log_in("admin", PAGES)

    page.get_by_role("link", name=console.text("types.new.link")).click()
    for name, text in {
        "type_code": "laser",
        "zh": "激光切割机",
        "en": "Laser cutter",
        "aliases": "激光切割机",
        "super_table": "test_db.laser_real_data",
    }.items():
        page.locator(f"#type-{name}").fill(text)
    console.press(page, "types.states.add")
    page.keyboard.type("切割")
    console.press(page, "types.new.submit")

    console.press(page, "types.import.open")
    console.press(page.get_by_role("dialog"), "types.import.apply")
    expect(row(page, "power_kw")).to_be_visible()
    cell(console, page, "power_kw", "zh").fill("功率")
    cell(console, page, "power_kw", "unit").fill("kW")
    cell(console, page, "power_kw", "decimals").fill("1")
    save(console, page)

    page.get_by_role("link", name=console.text("types.tabs.type-drift")).click()
    expect(page.locator("[data-device=CUT-1]")).to_contain_text(console.text("types.drift.device.unregistered"))
    console.press(page, "types.register.open", count=1)
    console.press(page, "types.register.submit", count=1)
    expect(page.locator("[data-device=CUT-1]")).to_have_count(0)

    page.get_by_role("link", name=console.text("common.pages.realtime"), exact=True).click()
    page.locator("select").first.select_option("laser")
    device = page.locator('[role=row][data-key="CUT-1"]')
    expect(device).to_contain_text("切割")
    expect(device).to_contain_text("12.3")
    expect(page.get_by_role("columnheader").filter(has_text="功率")).to_contain_text("kW")
    stored = api.get(f"{TYPES}/laser").json()
    assert (stored["labels"], stored["aliases"], stored["states"]) == (
        {"zh": "激光切割机", "en": "Laser cutter"},
        ["激光切割机"],
        ["切割"],
    )


def test_the_pages_show_what_the_api_returns(
    open_console: OpenConsole, api: httpx.Client, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    page = console.log_in("viewer", PAGES)

    found = api.get(TYPES, headers={"Accept-Language": language}).json()["items"]
    rows = page.locator("tr[data-type]")
    expect(rows).to_have_count(len(found))
    for shown, expected in zip(rows.all(), found, strict=True):
        assert shown.get_attribute("data-type") == expected["type_code"]
        expect(shown).to_contain_text(expected["label"])
        expect(shown).to_contain_text(expected["super_table"])
        expect(shown).to_contain_text(console.text("types.separator").join(expected["states"]))
    field_count, device_count = page.locator("tr[data-type=welding] td.number").all()
    expect(field_count).to_have_text(str(len(fields_of(api, f"{TYPES}/welding"))))
    registered = api.get("/api/v1/device/info", params={"type_code": "welding"}).json()["total"]
    expect(device_count).to_have_text(str(registered))
    assert_accessible(page)
    page.locator("tr[data-type=welding] a").click()

    stored = api.get(f"{TYPES}/welding").json()
    expect(page.locator("[data-fact=super_table]")).to_contain_text(stored["super_table"])
    expect(page.locator("[data-fact=stale_after_seconds]")).to_contain_text(f"{stored['stale_after_seconds']:g}")
    assert_accessible(page)
    page.get_by_role("link", name=console.text("types.tabs.type-fields")).click()
    fields = fields_of(api, f"{TYPES}/welding")
    expect_fields(page, *(field["name"] for field in fields))
    for field in fields:
        expect(row(page, field["name"])).to_contain_text(field["labels"]["en" if language == "en" else "zh"])
    assert_accessible(page)


def test_retired_types_are_shown_on_request_and_restored(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("worn")
    console = open_console()

    page = console.log_in("admin", f"{PAGES}/worn")
    console.press(page, "types.retire.submit")
    console.press(page.get_by_role("dialog"), "types.retire.submit")
    expect(page.get_by_text(console.text("types.retiredHint"))).to_be_visible()
    assert api.get(path).json()["enabled"] is False
    page.get_by_role("link", name=console.text("types.toList")).click()
    expect(page.locator("tr[data-type=welding]")).to_be_visible()
    expect(page.locator("tr[data-type=worn]")).to_have_count(0)
    page.get_by_text(console.text("types.withRetired"), exact=True).click()
    expect(page.locator("tr[data-type=worn]")).to_be_visible()
    page.reload()
    page.locator("tr[data-type=worn] a").click()
    console.press(page, "types.restore.submit")
    console.press(page.get_by_role("dialog"), "types.restore.submit")

    expect(page.get_by_text(console.text("types.retiredHint"))).to_have_count(0)
    assert api.get(path).json()["enabled"] is True


@LOOKS
def test_errors_of_a_new_type_stand_at_their_inputs(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    console.expected_errors = "409"
    page = console.log_in("admin", "/catalogue/new-type")

    def error(name: str) -> Locator:
        item = page.locator(".el-form-item").filter(has=page.locator(f"#type-{name}"))
        return item.locator(".el-form-item__error")

    page.locator("#type-type_code").fill("Welding")
    page.locator("#type-super_table").fill("nowhere")
    page.locator("#type-stale_after_seconds").fill("5")
    console.press(page, "types.new.submit")
    expect(error("type_code")).to_have_text(console.text("types.rule.typeCode"))
    expect(error("zh")).to_have_text(console.text("types.rule.required"))
    expect(error("super_table")).to_have_text(console.text("types.rule.superTable"))
    expect(error("stale_after_seconds")).to_have_text(console.text("types.rule.staleBeforeLate", late=15))
    assert_accessible(page)

    page.locator("#type-type_code").fill("welding")
    page.locator("#type-zh").fill("焊机二")
    page.locator("#type-en").fill("Another welder")
    page.locator("#type-super_table").fill("test_db.nowhere")
    page.locator("#type-stale_after_seconds").fill("60")
    console.press(page, "types.new.submit")
    expect(error("super_table")).to_contain_text("test_db.nowhere")
    page.get_by_text(console.text("types.hint.unchecked"), exact=True).click()
    console.press(page, "types.new.submit")
    expect(error("type_code")).to_contain_text("welding")
    expect(page.locator("#type-zh")).to_have_value("焊机二")


def test_a_type_that_two_people_change_keeps_both_until_one_is_chosen(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("shared")
    first, second = open_console(), open_console()
    first.expected_errors = "412"
    page, other = (each.log_in("admin", f"{PAGES}/shared") for each in (first, second))
    expect(page.locator("#type-en")).to_have_value(LABELS["en"])

    other.locator("#type-en").fill("Theirs")
    other.locator("#type-zh").fill("别人的")
    other.locator("#type-position").fill("77")
    save(second, other)
    page.locator("#type-en").fill("Mine")
    page.locator("#type-zh").fill("我的")
    page.locator("#type-aliases").fill("钻")
    first.press(page, "forms.save")

    def conflict(name: str) -> Locator:
        return page.locator(f"[data-conflict={name}]")

    expect(conflict("en")).to_contain_text("Mine")
    expect(conflict("en")).to_contain_text("Theirs")
    expect(page.locator("[data-conflict]")).to_have_count(2)
    expect(page.locator("#type-aliases")).to_have_value("钻")
    expect(page.locator("#type-position")).to_have_value("77")
    assert_accessible(page)
    conflict("en").get_by_role("button", name=first.text("types.conflict.choose.mine")).click()
    expect(first.button(page, "forms.save")).to_be_disabled()
    conflict("zh").get_by_role("button", name=first.text("types.conflict.choose.theirs")).click()
    expect(page.locator("#type-zh")).to_have_value("别人的")
    save(first, page)
    stored = api.get(path).json()
    assert stored["labels"] == {"zh": "别人的", "en": "Mine"}
    assert (stored["position"], stored["aliases"]) == (77, ["钻"])


def test_fields_are_moved_by_keyboard_removed_and_restored_before_they_are_saved(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("moved")
    console = open_console()
    page = console.log_in("admin", f"{PAGES}/moved/fields")

    label = cell(console, page, "rpm", "zh")
    for names in (("device_status", "rpm", "depth"), ("rpm", "device_status", "depth")):
        label.press("Alt+ArrowUp")
        expect_fields(page, *names)
        expect(label).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("转速")
    expect_fields(page, "rpm", "device_status", "depth")
    moved = console.text("types.move.moved", name="rpm", position=1, total=3)
    expect(page.get_by_text(moved)).to_have_count(1)
    console.press(page, "types.move.down", name="device_status")
    console.press(page, "types.remove", name="depth")
    expect(page.get_by_text(console.text("types.fields.removed", name="depth"))).to_be_visible()
    expect_fields(page, "rpm", "device_status")
    console.press(page, "types.fields.undo")
    expect_fields(page, "rpm", "depth", "device_status")
    assert names_of(api, path) == ["device_status", "depth", "rpm"]
    save(console, page)

    assert names_of(api, path) == ["rpm", "depth", "device_status"]
    assert fields_of(api, path)[0]["labels"]["zh"] == "rpm转速"


def test_invalid_fields_are_named_at_their_cells(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("invalid")
    console = open_console()
    page = console.log_in("admin", f"{PAGES}/invalid/fields")

    cell(console, page, "depth", "minimum").fill("9")
    cell(console, page, "depth", "maximum").fill("1")
    console.press(page, "types.fields.add")
    page.keyboard.type("ts")
    console.press(page, "forms.save")

    expect(row(page, "depth")).to_contain_text(console.text("types.rule.maximumBelow", minimum=9))
    expect(row(page, "ts")).to_contain_text(console.text("types.rule.reserved", name="ts"))
    page.get_by_text(console.text("types.preview.title"), exact=True).click()
    cell(console, page, "depth", "decimals").fill("-1")
    cell(console, page, "depth", "minimum").fill("none")
    expect(page.locator("details tbody")).to_contain_text("12")
    expect(page.locator("details tbody")).not_to_contain_text("NaN")
    assert_accessible(page)
    assert names_of(api, path) == ["device_status", "depth", "rpm"]


def test_fields_that_two_people_change_are_merged_and_the_rest_is_chosen(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("merged")
    first, second = open_console(), open_console()
    first.expected_errors = "412"
    page, other = (each.log_in("admin", f"{PAGES}/merged/fields") for each in (first, second))
    expect(row(page, "depth")).to_be_visible()

    cell(second, other, "depth", "unit").fill("mm")
    cell(second, other, "device_status", "zh").fill("状态")
    save(second, other)
    cell(first, page, "depth", "unit").fill("cm")
    cell(first, page, "rpm", "zh").fill("转速")
    first.press(page, "forms.save")
    conflict = page.locator("[data-conflict=depth]")
    expect(conflict).to_contain_text("mm")
    expect(conflict).to_contain_text("cm")
    assert_accessible(page)
    conflict.get_by_role("button", name=first.text("types.conflict.choose.theirs")).click()
    expect(cell(first, page, "depth", "unit")).to_have_value("mm")
    save(first, page)

    status, depth, rpm = fields_of(api, path)
    assert (status["labels"]["zh"], depth["unit"], rpm["labels"]["zh"]) == ("状态", "mm", "转速")


def test_an_import_shows_what_it_changes_and_changes_that(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("imported", *COLUMNS, Column(name="温度", type=ColumnType.FLOAT))
    depth = {"name": "depth", "labels": LABELS, "type": "int", "decimals": 0}
    status = {"name": "device_status", "labels": LABELS, "type": "int", "minimum": 0, "maximum": 5}
    gone = {"name": "gone", "labels": LABELS, "type": "int"}
    api.put(f"{path}/fields", json={"fields": [depth, status, gone]}).raise_for_status()
    console = open_console()
    console.expected_errors = "412"
    page = console.log_in("admin", f"{PAGES}/imported/fields")

    console.press(page, "types.import.open")
    dialog = page.get_by_role("dialog")

    def group(kind: str) -> list[str]:
        return [text.strip() for text in dialog.locator(f"[data-difference={kind}] li").all_inner_texts()]

    expect(dialog.locator("[data-difference=changed]")).to_be_visible()
    proposal = api.post(f"{path}/fields/import").json()
    assert [text.split()[0] for text in group("added")] == proposal["added"] == ["rpm"]
    assert [re.split("[:：]", text)[0] for text in group("changed")] == proposal["changed"]
    assert group("missing") == proposal["missing"] == ["gone"]
    assert group("skipped") == proposal["skipped"] == ["温度"]
    assert "5" in group("changed")[1]
    assert_accessible(page)
    with page.expect_response(re.compile("/fields/import")):  # the change below is later than this look
        dialog.get_by_text(console.text("types.import.dropMissing", count=1), exact=True).click()
    expect(dialog.locator("[data-difference=dropped]")).to_be_visible()
    api.put(f"{path}/fields", json={"fields": [status, gone]}).raise_for_status()
    console.press(dialog, "types.import.apply")
    expect(dialog).to_contain_text(console.text("types.import.again"))
    assert [text.split()[0] for text in group("added")] == ["depth", "rpm"]
    console.press(dialog, "types.import.apply")

    expect(dialog).to_have_count(0)
    expect_fields(page, "device_status", "depth", "rpm")
    assert names_of(api, path) == ["device_status", "depth", "rpm"]
    assert fields_of(api, path)[0]["maximum"] is None


def test_a_missing_super_table_is_explained_and_created_from_the_fields(
    open_console: OpenConsole, plant: Serving, api: httpx.Client
) -> None:
    fields = [{"name": "depth", "labels": LABELS, "type": "float"}]
    body = {"type_code": "ahead", "labels": LABELS, "super_table": "test_db.ahead", "fields": fields}
    api.post(TYPES, params={"validate": False}, json=body).raise_for_status()
    console = open_console()
    console.expected_errors = "409"

    page = console.log_in("admin", f"{PAGES}/ahead/drift")
    expect(page.get_by_text(console.text("types.advice.missing", table="test_db.ahead"))).to_be_visible()
    console.press(page, "types.advice.create")

    expect(page.get_by_text(console.text("types.drift.noColumns"))).to_be_visible()
    assert api.get(f"{TYPES}/ahead/drift").json()["missing"] == []


@LOOKS
def test_the_drift_report_equals_the_api(
    open_console: OpenConsole, plant: Serving, api: httpx.Client, new_type: NewType, language: Language, theme: Theme
) -> None:
    code = f"drifted_{language[:2]}_{theme}"
    path = new_type(code, *COLUMNS, Column(name="温度", type=ColumnType.FLOAT))
    fields = [
        {"name": "depth", "labels": LABELS, "type": "int"},
        {"name": "gone", "labels": LABELS, "type": "int"},
        {"name": "device_status", "labels": LABELS, "type": "nchar", "max_length": 80},
    ]
    api.put(f"{path}/fields", json={"fields": fields}).raise_for_status()
    new, registered, elsewhere = f"{code}-1", f"{code}-2", f"{code}-3"
    plant.service.register(registered, device_type=code)
    plant.service.register(new, elsewhere, device_type=code)
    for device in (new, elsewhere):
        plant.service.append(device, type_code=code, depth=1.0)
    api.delete(f"/api/v1/device/info/{new}").raise_for_status()
    api.patch(f"/api/v1/device/info/{elsewhere}", json={"device_type": "welding"}).raise_for_status()
    console = open_console(language=language, theme=theme)

    page = console.log_in("operator", f"{PAGES}/{code}/drift")
    expect(page.locator("[data-drift]")).to_have_count(5)
    found = api.get(f"{path}/drift").json()

    def shown(kind: str) -> list[str]:
        return page.locator(f"[data-drift={kind}] li code").all_inner_texts()

    assert shown("missing") == found["missing"]
    assert shown("changed") == [each["name"] for each in found["changed"]]
    assert shown("tooShort") == [each["name"] for each in found["too_short"]]
    assert shown("surplus") + shown("invalid") == [each["name"] for each in found["surplus"]]
    for item in found["items"]:
        only_there = page.locator(f"[data-device={item['device_code']}]")
        expect(only_there).to_contain_text(console.text(f"types.drift.device.{item['drift']}"))
        expect(only_there).to_contain_text(item["subtable"] or "–")
    assert_accessible(page)
    link = page.locator(f"[data-device={new}]").get_by_role("link")
    expect(link).to_have_attribute("href", f"/catalogue/new-device?code={new}&type={code}")
    console.press(page, "types.register.open", count=2)
    expect(page.get_by_role("dialog")).to_contain_text(console.text("types.register.otherType", count=1))
    assert_accessible(page)
    console.press(page, "types.register.submit", count=1)
    expect(page.locator(f"[data-device={new}]")).to_have_count(0)
    assert [each["device_code"] for each in api.get(f"{path}/drift").json()["items"]] == [registered, elsewhere]
    assert api.get(f"/api/v1/device/info/{elsewhere}").json()["device_type"] == "welding"


def test_unsaved_changes_are_asked_about_before_the_page_is_left(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("unsaved")
    console = open_console()
    page = console.log_in("admin", f"{PAGES}/unsaved/fields")

    cell(console, page, "depth", "unit").fill("mm")
    page.get_by_role("link", name=console.text("types.tabs.type-drift")).click()
    dialog = page.get_by_role("dialog")
    console.press(dialog, "forms.dismiss")
    expect(dialog).to_have_count(0)
    expect(cell(console, page, "depth", "unit")).to_have_value("mm")
    page.get_by_role("link", name=console.text("types.tabs.type-drift")).click()
    console.press(dialog, "forms.leave.confirm")
    page.wait_for_url("**/drift")

    assert fields_of(api, path)[1]["unit"] == ""


@pytest.mark.parametrize(("role", "can_edit"), [("operator", False), ("admin", True)])
def test_only_administrators_see_commands(open_console: OpenConsole, plant: Serving, role: str, can_edit: bool) -> None:
    console = open_console()

    page = console.log_in(role, PAGES)
    expect(page.locator("tr[data-type=welding]")).to_be_visible()
    expect(page.get_by_role("link", name=console.text("types.new.link"))).to_have_count(int(can_edit))
    for part, shown in (("", "[data-fact=zh], #type-zh"), ("/fields", "[data-field=weld_current]")):
        page.goto(f"{console.url}{PAGES}/welding{part}")
        expect(page.locator(shown).first).to_be_visible()
        expect(console.button(page, "forms.save")).to_have_count(int(can_edit))
    if not can_edit:
        client = plant.service.client(*Role(role).scopes)
        assert client.patch(f"{TYPES}/welding", json={"position": 5}).status_code == 403
        assert client.put(f"{TYPES}/welding/fields", json={"fields": []}).status_code == 403


def test_two_hundred_fields_are_edited_and_saved(
    open_console: OpenConsole, api: httpx.Client, new_type: NewType
) -> None:
    path = new_type("wide", *(Column(name=f"c{number}", type=ColumnType.FLOAT) for number in range(MANY)))
    console = open_console()
    page = console.log_in("admin", f"{PAGES}/wide/fields")

    last = cell(console, page, f"c{MANY - 1}", "unit")
    last.fill("mm")
    page.keyboard.press("Alt+ArrowUp")
    save(console, page)

    assert names_of(api, path)[-2:] == [f"c{MANY - 1}", f"c{MANY - 2}"]
    assert fields_of(api, path)[-2]["unit"] == "mm"


def test_pages_fit_a_phone(open_console: OpenConsole, new_type: NewType) -> None:
    new_type("small")
    console = open_console(size=PHONE)
    page = console.log_in("admin", PAGES)

    for path in (PAGES, "/catalogue/new-type", *(f"{PAGES}/small{part}" for part in ("", "/fields", "/drift"))):
        page.goto(console.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".el-skeleton")).to_have_count(0)
        assert_fits_width(page)
        assert_accessible(page)


def test_fields_are_printed_without_menus_and_buttons(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("admin", f"{PAGES}/welding/fields")
    expect(row(page, "weld_current")).to_be_visible()

    page.emulate_media(media="print")

    expect(row(page, "weld_current")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)


def test_a_missing_type_says_so(open_console: OpenConsole) -> None:
    console = open_console()
    console.expected_errors = "404"

    page = console.log_in("viewer", f"{PAGES}/no_such_type")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(console.button(page, "common.error.retry")).to_be_visible()
