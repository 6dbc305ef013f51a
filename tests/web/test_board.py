"""The board: statistics and devices on the page are those of the API, and what is missing leaves the rest in place."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.demo.statistics import DAILY_COLUMNS
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from tests.support.serving import Serving
from tests.support.super_tables import fill_statistic
from tests.web.conftest import TEAMS, OpenConsole
from tests.web.console import (
    PHONE,
    TIME_ZONE,
    Console,
    Language,
    Theme,
    assert_accessible,
    assert_fits_width,
    choose,
    local_time,
)

DAILY, LIVE, OWN, EMPTY = "平均在线率（日）", "实时状态统计", "班组产量（日）", "空表"
OpenBoard = Callable[..., tuple[Console, Page]]
DOUBLE, TEXT = ColumnType.DOUBLE, ColumnType.NCHAR


def day(welding_minutes: float) -> dict[str, Value]:
    values = (welding_minutes, 300.0, 30.0, 1110.0 - welding_minutes, 330.0 + welding_minutes, 1440.0, 71.5)
    return dict(zip(DAILY_COLUMNS, values, strict=True))


@pytest.fixture(scope="module", autouse=True)
def statistics(plant: Serving) -> None:
    """The daily statistic with a gap, one with columns of a factory, an empty table, and one whose table is missing."""
    service = plant.service
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    columns = [Column(name=name, type=DOUBLE) for name in DAILY_COLUMNS]
    rows = [(midnight - timedelta(days=back), day(500.0 + 10 * back)) for back in (0, 1, 3, 4)]
    fill_statistic(service, "hlzg_db.weld_online_rate_daily", columns, *rows)
    own = [Column(name="pieces", type=ColumnType.BIGINT), Column(name="best_team", type=TEXT, length=20)]
    values: dict[str, Value] = {"pieces": 9007199254740993, "best_team": "班组二"}
    fill_statistic(service, "hlzg_db.team_output_daily", own, (midnight, values))
    fill_statistic(service, "hlzg_db.empty", own)
    for order, (label, table) in enumerate([(OWN, "team_output_daily"), (EMPTY, "empty")], start=3):
        body = {"dict_type_id": 2, "data_label": label, "data_value": table, "order": order}
        service.client(*Role.ADMIN.scopes).post("/api/v1/dict/data", json=body).raise_for_status()


@pytest.fixture(autouse=True)
def readings(plant: Serving) -> None:
    """班组一 has a device that welds and one in alarm, 班组二 has one that welds; the other devices are silent."""
    for code, state, current in (("W01", "焊接", 150.0), ("W02", "报警", 0.0), ("W05", "焊接", 190.0)):
        plant.service.append(code, device_status=state, weld_current=current)


@pytest.fixture
def open_board(open_console: OpenConsole) -> OpenBoard:
    """Logs in and opens the board; the table of one statistic is missing, another one is empty."""

    def open_board(role: str = "viewer", path: str = "/board", **options: object) -> tuple[Console, Page]:
        console = open_console(**options)
        console.expected_errors = "409"
        return console, console.log_in(role, path)

    return open_board


def read(plant: Serving, path: str, language: str = "zh-CN", **query: Any) -> Any:
    headers = {"Accept-Language": language}
    return plant.service.operator.get(f"/api/v1/{path}", params=query, headers=headers).raise_for_status().json()


def statistic(page: Page, label: str) -> Locator:
    return page.locator(f'[data-statistic="{label}"]')


def tile(page: Page, label: str, field: str) -> Locator:
    return statistic(page, label).locator(f'[data-field="{field}"]')


def part(page: Page, name: str) -> Locator:
    return page.locator(f'[data-part="{name}"]')


def team(page: Page, name: str) -> Locator:
    return page.locator(f'tr[data-team="{name}"]')


def show_days(console: Console, page: Page) -> None:
    statistic(page, DAILY).get_by_role("button", name=console.text("board.days.show")).click()


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_the_statistics_are_those_of_the_api_with_their_labels_and_units(
    open_board: OpenBoard, plant: Serving, language: Language, theme: Theme
) -> None:
    console, page = open_board(language=language, theme=theme)

    found = read(plant, "board/statistics", language, data_label=DAILY, time_zone=TIME_ZONE)
    assert len(found["fields"]) == len(DAILY_COLUMNS)
    for field in found["fields"]:
        shown = tile(page, DAILY, field["name"])
        expect(shown.get_by_role("heading")).to_have_text(field["label"])
        value = found["values"][field["name"]]
        expect(shown.locator(".value")).to_have_text(re.compile(rf"^{value:,.15g}\s*{field['unit']}$"))
    change = console.text("board.tile.change", change="−10 min")
    expect(tile(page, DAILY, "welding_minutes").locator(".change")).to_have_text(change)
    expect(statistic(page, DAILY).locator("time").first).to_contain_text(local_time(found["ts"]))
    expect(page.locator("canvas")).to_be_visible()
    assert_accessible(page)


def test_a_trend_breaks_where_a_day_has_no_value_and_marks_the_last_one(open_board: OpenBoard) -> None:
    _, page = open_board()

    line = tile(page, DAILY, "welding_minutes").get_by_role("img")
    expect(line).to_have_accessible_name(re.compile(r"500.*540"))
    assert str(line.locator("path").get_attribute("d")).count("M") == 2
    expect(line.locator(".last")).to_have_count(1)


def test_the_days_are_those_of_the_api_and_their_number_is_in_the_url(open_board: OpenBoard, plant: Serving) -> None:
    console, page = open_board()
    expect(tile(page, DAILY, "online_rate")).to_be_visible()

    choose(page, console.text("board.range"), console.text("board.lastDays", n=14))
    expect(statistic(page, DAILY).locator("[data-day]")).to_have_count(14)
    page.reload()
    show_days(console, page)

    assert parse_qs(urlsplit(page.url).query) == {"days": ["14"]}
    found = read(plant, "board/statistics", data_label=DAILY, days=14, time_zone=TIME_ZONE)
    for each in found["trend"]:
        minutes = each["values"]["welding_minutes"]
        shown = statistic(page, DAILY).locator(f'[data-day="{each["day"]}"] td').first
        expect(shown).to_have_text("–" if minutes is None else f"{minutes:g}")
    assert_accessible(page)


def test_a_statistic_with_other_columns_is_shown_as_it_is(open_board: OpenBoard) -> None:
    _, page = open_board()

    expect(tile(page, OWN, "pieces").locator(".value")).to_have_text("9007199254740993")
    expect(tile(page, OWN, "best_team").locator(".value")).to_have_text("班组二")


def test_a_missing_and_an_empty_table_say_what_to_do_beside_the_rest(open_board: OpenBoard) -> None:
    console, page = open_board("admin", language="en")

    for label, advice in ((LIVE, "missing"), (EMPTY, "empty")):
        problem = statistic(page, label).get_by_role("alert")
        expect(problem).to_contain_text(console.text(f"board.advice.{advice}"))
        expect(problem.get_by_role("link", name=console.text("board.advice.job"))).to_be_visible()
        expect(problem.get_by_role("link", name=console.text("board.advice.dictionary"))).to_be_visible()
    expect(tile(page, DAILY, "online_rate")).to_be_visible()
    expect(part(page, "焊接")).to_be_visible()
    assert_accessible(page)


def test_a_dictionary_without_statistics_says_what_to_add(open_board: OpenBoard, plant: Serving) -> None:
    execute = plant.service.execute
    execute("update t_dict_data set enabled = false where dict_type_id = 2")
    try:
        console, page = open_board()
        console.expected_errors = "409|404"

        problem = statistic(page, DAILY).get_by_role("alert")
        expect(problem).to_contain_text(console.text("board.advice.unknown"))
        expect(problem.get_by_role("link", name=console.text("board.advice.dictionary"))).to_have_count(0)
        expect(part(page, "焊接")).to_be_visible()
    finally:
        execute("update t_dict_data set enabled = true where dict_type_id = 2")


def test_the_devices_by_state_are_counted_live_and_lead_to_these_devices(open_board: OpenBoard, plant: Serving) -> None:
    _, page = open_board()
    status = read(plant, "board/status", type_code="welding", max_age=0)
    counts = {each["state"]: each["devices"] for each in status["by_state"]}
    for state, devices in {**counts, "offline": status["offline"]}.items():
        expect(part(page, state).locator("b")).to_have_text(str(devices))
    expect(page.locator('[data-count="total"]')).to_have_text(str(status["total"]))
    expect(page.locator('[data-count="online"]')).to_have_text(str(status["online"]))

    # The next test makes it weld again. Another device would fall silent while a later test counts.
    plant.service.append("W05", device_status="待机")
    expect(part(page, "待机").locator("b")).to_have_text(str(counts["待机"] + 1))
    expect(part(page, "焊接").locator("b")).to_have_text(str(counts["焊接"] - 1))
    part(page, "报警").get_by_role("link").click()

    expect(page.locator('[role=row][data-key="W02"]')).to_be_visible()
    expect(page.locator('[role=row][data-key="W01"]')).to_have_count(0)
    assert parse_qs(urlsplit(page.url).query) == {"type": ["welding"], "state": ["报警"]}


def test_counts_that_cannot_be_refreshed_stay_with_their_age(open_board: OpenBoard) -> None:
    console, page = open_board()
    console.expected_errors = "409|ERR_FAILED"
    expect(part(page, "焊接").locator("b")).to_have_text("2")

    page.route("**/api/v1/board/status*", lambda route: route.abort())

    expect(page.get_by_text(console.text("board.devices.failed"))).to_be_visible()
    expect(part(page, "焊接").locator("b")).to_have_text("2")
    page.unroute("**/api/v1/board/status*")
    expect(page.get_by_text(console.text("board.devices.failed"))).to_have_count(0)


def test_the_teams_are_compared_and_their_order_is_in_the_url(open_board: OpenBoard, plant: Serving) -> None:
    console, page = open_board()

    found = read(plant, "board/status", type_code="welding", max_age=0)["by_team"]
    assert {each["team_name"] for each in found} == set(TEAMS)
    for each in found:
        row = team(page, each["team_name"])
        for column in ("total", "online", "offline"):
            expect(row.locator(f'[data-column="{column}"]')).to_have_text(str(each[column]))
        present = [f"{by['state']} {by['devices']}" for by in each["by_state"] if by["devices"]]
        silent = f"{console.text('board.part.offline')} {each['offline']}"
        expect(row.get_by_role("img")).to_have_accessible_name("，".join([*present, silent]))
    expect(team(page, "班组一").locator('[data-column="alarms"]')).to_have_text("1")

    alarms = console.button(page, "board.teams.column.alarms")
    alarms.click()
    expect(page.locator("[data-team]").first).to_have_attribute("data-team", "班组一")
    alarms.press("Enter")
    expect(page.locator("[data-team]").first).to_have_attribute("data-team", "班组二")
    assert parse_qs(urlsplit(page.url).query) == {"sort": ["alarms"]}
    expect(page.get_by_role("columnheader", name=alarms.inner_text().split()[0])).to_have_attribute(
        "aria-sort", "ascending"
    )


def test_the_averages_of_the_teams_are_those_of_the_api(open_board: OpenBoard, plant: Serving) -> None:
    console, page = open_board("viewer", "/board?field=weld_current&hours=24")
    expect(page.locator("canvas")).to_be_visible()

    page.get_by_role("button", name=console.text("chart.asTable")).click()

    now = datetime.now(UTC)
    within = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
    more = {"group_by": "team_name", "fields": "weld_current", "interval": "30m", "time_zone": TIME_ZONE}
    series = read(plant, "device/data/windows/groups", **within, **more)["series"]
    averages = [each["windows"][-1]["values"]["weld_current"]["avg"] for each in series]
    newest = page.locator(".chart tbody tr").first.locator("td")
    expect(newest).to_have_text([f"{each:.1f}" for each in averages])


def test_the_board_is_printed_with_the_days_and_without_buttons(open_board: OpenBoard) -> None:
    console, page = open_board()
    days = statistic(page, DAILY).locator("table")
    expect(tile(page, DAILY, "online_rate")).to_be_visible()
    expect(days).to_be_hidden()

    page.emulate_media(media="print")

    expect(days).to_be_visible()
    expect(page.get_by_role("button", name=console.text("board.wall.button"))).to_be_hidden()
    expect(page.get_by_role("columnheader", name=console.text("board.teams.column.total"))).to_be_visible()


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_the_way_to_a_wall_screen_depends_on_the_role(open_board: OpenBoard, role: str) -> None:
    console, page = open_board(role)

    page.get_by_role("button", name=console.text("board.wall.button")).click()

    expect(page.get_by_text(console.text("board.wall.hint"))).to_be_visible()
    links = page.get_by_role("link", name=console.text("board.wall.create"))
    expect(links).to_have_count(1 if role == "admin" else 0)


def test_the_board_fits_a_phone(open_board: OpenBoard, theme: Theme) -> None:
    _, page = open_board(size=PHONE, theme=theme)
    expect(tile(page, DAILY, "online_rate")).to_be_visible()
    expect(page.locator("canvas")).to_be_visible()
    expect(page.locator(".el-skeleton")).to_have_count(0)

    assert_fits_width(page)
    assert_accessible(page)
