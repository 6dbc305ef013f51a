"""The import of a file of devices: what a person sees equals the report of the API, and nothing is stored by half."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter
from playwright.sync_api import Locator, Page, Route, expect

from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width

PATH = "/catalogue/import-devices"
IMPORT = "/api/v1/device/info-import"
DEVICES = "/api/v1/device/info"
HEADER = "device_code,device_name,device_type,production_date,team_name\n"
BAD = f"{HEADER}C-1,焊机,welding,2023-08-23,班组一\nC-2,焊机,milling,45161,\n=1+1,焊机,welding,,\n"
GOOD = f"{HEADER}G-1,焊机,welding,2023-08-23,班组一\nW01,name of W01,welding,,班组九\n"
MANY = 20_000
STEP_MS = 60_000
"""How long a step with MANY rows may take on a busy computer, in milliseconds."""


@dataclass
class Wizard:
    """The page, and the steps that a person takes on it."""

    console: Console
    page: Page

    @classmethod
    def opened(cls, console: Console) -> "Wizard":
        return cls(console, console.log_in("operator", PATH))

    def text(self, key: str, **values: object) -> str:
        return self.console.text(f"devices.import.{key}", **values)

    def button(self, key: str) -> Locator:
        return self.console.button(self.page, f"devices.import.{key}")

    def choose(self, file: Path) -> None:
        self.page.locator("input[type=file]").set_input_files(file)

    def check(self, file: Path) -> None:
        self.choose(file)
        self.button("check").click()

    def expect_counts(self, **counts: int) -> None:
        for outcome in ("rejected", "created", "updated", "unchanged"):
            shown = self.page.locator(f"[data-outcome={outcome}] strong")
            expect(shown).to_have_text(f"{counts.get(outcome, 0):,}", timeout=STEP_MS)

    def cells(self) -> list[tuple[str, ...]]:
        """Return the cells of the rows that are shown; a row with several cells has its number and code only once."""
        return [tuple(each.locator("th, td").all_inner_texts()) for each in self.page.locator("[data-row]").all()]

    def apply(self) -> None:
        self.button("next").click()
        self.button("apply").click()


@pytest.fixture(scope="module")
def api(plant: Serving) -> httpx.Client:
    return plant.service.client(*Role.OPERATOR.scopes)


def written(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes(content.encode(encoding))
    return file


def report_of(api: httpx.Client, file: Path, language: str, media_type: str = "text/csv") -> Any:
    headers = {"Content-Type": media_type, "Accept-Language": language}
    return api.post(IMPORT, content=file.read_bytes(), headers=headers).raise_for_status().json()


def errors_of(report: Any) -> list[tuple[str, str, str]]:
    return [(str(row["row"]), error["value"], error["detail"]) for row in report["rows"] for error in row["errors"]]


def shown_errors(wizard: Wizard) -> list[tuple[str, str, str]]:
    found, number = [], ""
    for cells in wizard.cells():
        number = cells[0] if len(cells) == 6 else number
        found.append((number, cells[-2], cells[-1]))
    return found


def test_a_bad_csv_file_shows_rows_columns_values_and_reasons_and_cannot_be_applied(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path, language: Language, theme: Theme
) -> None:
    file = written(tmp_path, "devices.csv", BAD)
    wizard = Wizard.opened(open_console(language=language, theme=theme))
    assert_accessible(wizard.page)

    wizard.check(file)

    wizard.expect_counts(rejected=2, created=1)
    expected = errors_of(report_of(api, file, language))
    assert shown_errors(wizard) == expected
    assert [value for _, value, _ in expected] == ["milling", "45161", "=1+1"]
    column = wizard.console.text("devices.column.production_date")
    expect(wizard.page.get_by_role("row").filter(has_text="45161")).to_contain_text(column)
    expect(wizard.page.get_by_text(wizard.text("blocked.title", count=2))).to_be_visible()
    expect(wizard.button("next")).to_have_count(0)
    assert_accessible(wizard.page)


def test_the_errors_are_saved_as_a_file_without_formulas(open_console: OpenConsole, tmp_path: Path) -> None:
    wizard = Wizard.opened(open_console())

    wizard.check(written(tmp_path, "devices.csv", BAD))
    with wizard.page.expect_download() as saved:
        wizard.button("saveErrors").click()

    _, *rows = csv.reader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8-sig")))
    assert [row[:4] for row in rows] == [
        ["3", "C-2", "device_type", "milling"],
        ["3", "C-2", "production_date", "45161"],
        ["4", "'=1+1", "device_code", "'=1+1"],
    ]


def test_a_bad_xlsx_file_shows_error_values_and_merged_cells(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "devices.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(["device_code", "device_name", "device_type", "team_name"]):
            sheet.write(0, column, name)
        sheet.write_row(1, 0, ["X-1", "焊机", "welding"])
        sheet.write_formula(1, 3, "=NA()", value="#N/A")
        sheet.write_row(2, 0, ["X-2"])
        sheet.merge_range(2, 1, 2, 2, "welding")
    wizard = Wizard.opened(open_console())

    wizard.check(file)

    wizard.expect_counts(rejected=2)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    expected = errors_of(report_of(api, file, "zh-CN", media_type))
    empty = wizard.console.text("devices.noValue")
    assert shown_errors(wizard) == [(row, value or empty, detail) for row, value, detail in expected]
    assert "#N/A" in expected[0][1]
    assert "B3:C3" in expected[-1][2]


def test_a_file_in_gb18030_is_read_after_its_encoding_is_chosen(open_console: OpenConsole, tmp_path: Path) -> None:
    file = written(tmp_path, "devices.csv", f"{HEADER}N-1,焊机,焊机,,班组一\n", "gb18030")
    console = open_console()
    console.expected_errors = "400"
    wizard = Wizard.opened(console)

    wizard.check(file)
    expect(wizard.page.get_by_text(wizard.text("encodingHint"))).to_be_visible()
    wizard.button("back").click()
    wizard.page.get_by_text(wizard.text("encodings.gb18030")).click()
    wizard.button("check").click()

    wizard.expect_counts(created=1)


def test_a_header_that_is_unknown_is_shown_with_its_column(open_console: OpenConsole, tmp_path: Path) -> None:
    console = open_console()
    console.expected_errors = "400"
    wizard = Wizard.opened(console)

    wizard.check(written(tmp_path, "devices.csv", "device_code,colour\nC-1,red\n"))

    expect(wizard.page.get_by_role("alert")).to_contain_text("colour")


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [("devices.xls", "x", "kind"), ("devices.csv", "", "empty"), ("devices.csv", "x" * (8 * 1024 * 1024 + 1), "size")],
)
def test_a_file_that_the_server_would_not_read_is_not_sent(
    open_console: OpenConsole, tmp_path: Path, name: str, content: str, fault: str
) -> None:
    wizard = Wizard.opened(open_console())

    wizard.choose(written(tmp_path, name, content))

    expect(wizard.page.get_by_role("alert")).to_have_text(wizard.text(f"fault.{fault}"))
    expect(wizard.button("check")).to_be_disabled()


def test_a_corrected_file_is_checked_with_the_same_options_and_stored_completely(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path, language: Language
) -> None:
    wizard = Wizard.opened(open_console(language=language))

    wizard.page.get_by_text(wizard.text("erase"), exact=True).click()
    wizard.check(written(tmp_path, "bad.csv", f"{GOOD}C-2,焊机,milling,,\n"))
    wizard.expect_counts(rejected=1, created=1, updated=1)
    wizard.choose(written(tmp_path, "good.csv", GOOD.replace(",班组九", ",")))
    wizard.expect_counts(created=1, updated=1)
    changed = wizard.page.locator("[data-row='3']")
    expect(changed).to_contain_text(wizard.console.text("devices.noValue"))
    expect(changed).to_contain_text(wizard.text("before", value="班组一"))
    assert api.get(f"{DEVICES}/G-1").status_code == 404
    wizard.button("next").click()
    expect(wizard.page.get_by_text(wizard.text("erases", count=1))).to_be_visible()
    wizard.button("apply").click()

    expect(wizard.page.get_by_text(wizard.text("appliedCounts", created=1, updated=1, unchanged=0))).to_be_visible()
    assert api.get(f"{DEVICES}/G-1").json()["production_date"] == "2023-08-23"
    assert api.get(f"{DEVICES}/W01").json()["team_name"] is None
    wizard.page.get_by_role("link", name=wizard.text("showDevices")).click()
    expect(wizard.page.locator("[data-device]").first).to_be_visible()
    api.delete(f"{DEVICES}/G-1").raise_for_status()
    api.patch(f"{DEVICES}/W01", json={"team_name": "班组一"}).raise_for_status()


def test_the_options_and_the_file_stay_on_the_way_back(open_console: OpenConsole, tmp_path: Path) -> None:
    wizard = Wizard.opened(open_console())

    wizard.check(written(tmp_path, "devices.csv", GOOD))
    wizard.button("next").click()
    wizard.page.get_by_role("button", name=wizard.text("step.choose", number=1)).click()

    expect(wizard.page.get_by_text("devices.csv")).to_be_visible()
    wizard.button("check").click()
    wizard.expect_counts(created=1, updated=1)


def test_an_import_whose_answer_is_lost_can_be_repeated(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path
) -> None:
    def lose_the_answer(route: Route) -> None:
        if "dry_run=false" in route.request.url:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    console = open_console()
    console.expected_errors = "ERR_CONNECTION_RESET"
    wizard = Wizard.opened(console)
    wizard.check(written(tmp_path, "devices.csv", GOOD.replace("G-1", "L-1")))
    wizard.page.route(f"**{IMPORT}**", lose_the_answer)

    wizard.apply()
    expect(wizard.page.get_by_text(wizard.text("uncertain.title"))).to_be_visible()
    stored = api.get(f"{DEVICES}/L-1").json()
    wizard.page.unroute(f"**{IMPORT}**")
    wizard.button("repeat").click()

    expect(wizard.page.get_by_text(wizard.text("appliedCounts", created=0, updated=0, unchanged=2))).to_be_visible()
    assert api.get(f"{DEVICES}/L-1").json() == stored
    api.delete(f"{DEVICES}/L-1").raise_for_status()
    api.patch(f"{DEVICES}/W01", json={"team_name": "班组一"}).raise_for_status()


def test_a_file_that_changed_after_the_check_is_not_stored(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path
) -> None:
    file = written(tmp_path, "devices.csv", GOOD.replace("G-1", "K-1"))
    wizard = Wizard.opened(open_console())

    wizard.check(file)
    wizard.expect_counts(created=1, updated=1)
    written(tmp_path, "devices.csv", GOOD.replace("G-1", "K-1") + "K-2,焊机,welding,,\n")
    wizard.apply()

    expect(wizard.page.get_by_text(wizard.text("changed.title"))).to_be_visible()
    assert api.get(f"{DEVICES}/K-1").status_code == 404
    wizard.choose(file)
    wizard.expect_counts(created=2, updated=1)


def test_a_device_that_was_registered_meanwhile_keeps_the_file_out_and_says_which_cell(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path
) -> None:
    console = open_console()
    console.expected_errors = "409"
    wizard = Wizard.opened(console)

    wizard.check(written(tmp_path, "devices.csv", f"{HEADER}R-1,焊机,welding,,\n"))
    wizard.expect_counts(created=1)
    device = {"device_code": "r-1", "device_name": "x", "device_type": "welding"}
    api.post(DEVICES, json=device).raise_for_status()
    wizard.apply()

    expect(wizard.page.get_by_role("alert")).to_contain_text("row 2, device_code")
    expect(wizard.page.get_by_role("alert")).to_contain_text("R-1")
    wizard.button("checkAgain").click()
    wizard.expect_counts(rejected=1)
    api.delete(f"{DEVICES}/r-1").raise_for_status()


def test_twenty_thousand_rows_are_checked_and_stored_without_drawing_them_all(
    open_console: OpenConsole, api: httpx.Client, tmp_path: Path
) -> None:
    rows = "".join(f"M-{number:05},焊机 {number},welding,,many\n" for number in range(MANY))
    wizard = Wizard.opened(open_console())

    wizard.check(written(tmp_path, "devices.csv", HEADER + rows))
    wizard.expect_counts(created=MANY)
    expect(wizard.page.locator("[data-row]")).to_have_count(50)
    wizard.page.get_by_role("button", name=wizard.console.text("forms.page.next")).click()
    expect(wizard.page.locator("[data-row='52']")).to_contain_text("M-00050")
    wizard.apply()

    counts = wizard.text("appliedCounts", created=f"{MANY:,}", updated=0, unchanged=0)
    expect(wizard.page.get_by_text(counts)).to_be_visible(timeout=STEP_MS)
    assert api.get(DEVICES, params={"team_name": "many", "page_size": 1}).json()["total"] == MANY


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def tab_to(page: Page, text: str, presses_max: int = 60) -> None:
    for _ in range(presses_max):
        page.keyboard.press("Tab")
        if text in focused(page):
            return
    raise AssertionError(f"{text} cannot be reached by Tab")


def test_the_import_works_by_keyboard_alone(open_console: OpenConsole, api: httpx.Client, tmp_path: Path) -> None:
    file = written(tmp_path, "devices.csv", f"{HEADER}Y-1,焊机,welding,,\n")
    wizard = Wizard.opened(open_console())
    page = wizard.page

    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file]").press("Enter")
    chooser.value.set_files(file)
    expect(wizard.button("check")).to_be_enabled()  # Tab passes over a button that is disabled
    tab_to(page, wizard.text("check"))
    press(page, "Enter")
    wizard.expect_counts(created=1)
    expect(page.locator("#import-step")).to_be_focused()
    tab_to(page, wizard.text("next"))
    press(page, "Enter")
    expect(page.locator("#import-step")).to_be_focused()
    tab_to(page, wizard.text("apply"))
    press(page, "Enter")

    expect(page.get_by_text(wizard.text("applied"))).to_be_visible()
    assert api.delete(f"{DEVICES}/Y-1").status_code == 204


def test_a_phone_and_paper_show_the_report(open_console: OpenConsole, tmp_path: Path) -> None:
    wizard = Wizard.opened(open_console(size=PHONE))
    page = wizard.page

    assert_fits_width(page)
    wizard.check(written(tmp_path, "devices.csv", BAD))
    wizard.expect_counts(rejected=2, created=1)
    assert_fits_width(page)
    assert_accessible(page)

    page.emulate_media(media="print")
    expect(page.get_by_text("45161")).to_be_visible()
    expect(page.locator("[data-outcome=rejected]")).to_be_visible()
    expect(wizard.button("back")).to_be_hidden()


def test_a_viewer_cannot_import(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console()

    page = console.log_in("viewer", PATH)

    expect(page.locator("input[type=file]")).to_have_count(0)
    viewer = plant.service.client(*Role.VIEWER.scopes)
    assert viewer.post(IMPORT, content=GOOD, headers={"Content-Type": "text/csv"}).status_code == 403


def test_the_template_has_the_header_and_no_device(open_console: OpenConsole) -> None:
    wizard = Wizard.opened(open_console())

    template = wizard.page.get_by_role("group", name=wizard.text("headersOnly"))
    with wizard.page.expect_download() as saved:
        template.get_by_role("button", name="CSV").click()

    lines: Sequence[str] = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1
    assert len(lines[0].split(",")) == 12
