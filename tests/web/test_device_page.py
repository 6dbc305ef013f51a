"""The device page: what it shows equals what the API returns, and nothing is drawn where nothing is known."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import (
    NEXT_FRAMES,
    PHONE,
    TIME_ZONE,
    Language,
    Theme,
    assert_accessible,
    assert_fits_width,
    local_time,
)

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
FIRST = NOW - timedelta(hours=6)
SILENCE = (NOW - timedelta(hours=3), NOW - timedelta(hours=2))
EVERY = timedelta(seconds=20)
LABELS = {"zh-CN": "焊接电流", "en": "Welding current"}
FIELD = "weld_current"
DAY = (NOW - timedelta(hours=24), NOW)
WINDOWS, HISTORY = "/api/v1/device/data/windows", "/api/v1/device/data/history"
SPANS, LATEST = "/api/v1/device/data/states/spans", "/api/v1/device/data/realtime"

COUNT_PIXELS = """
([token, from, to, part]) => {
  const canvas = document.querySelector("canvas");
  const { left, right, from: first, to: last } = document.querySelector(".overlay").dataset;
  const x = (at) => Number(left) + (at - Number(first)) / (Number(last) - Number(first)) * (right - left);
  const scale = canvas.width / canvas.clientWidth;
  const [top, height] = part === "lines" ? [28, 260] : [302, 22];
  const colour = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const box = [x(from) + 2, top, x(to) - x(from) - 4, height].map((each) => Math.round(each * scale));
  const { data } = canvas.getContext("2d").getImageData(...box);
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3] > 0 && wanted.every((each, index) => Math.abs(each - data[at + index]) < 12)) count += 1;
  return count;
}
"""
"""Counts the pixels of a colour between two moments, of the lines or of the states."""


@pytest.fixture(scope="module", autouse=True)
def readings(plant: Serving) -> None:
    """C01 has sent for six hours, but not for an hour in between; C02 has never sent; C03 fell silent two hours ago."""
    service = plant.service
    service.register("C01", "C02", "C03", team_name="班组三")
    service.register("C04", device_type="nope")
    service.execute("update t_device_info set is_locked = true where device_code = 'C03'")
    rows = [(FIRST + index * EVERY, _values(index)) for index in range((NOW - FIRST) // EVERY)]
    service.append_all("C01", ((at, values) for at, values in rows if not SILENCE[0] <= at < SILENCE[1]))
    service.append("C03", ts=SILENCE[1], device_status="焊接", weld_current=88.0)


def _values(index: int) -> dict[str, Any]:
    """Return the values of a reading of C01: it welds and waits for ten minutes in turn."""
    is_welding = index // 30 % 2 == 0
    return {
        "device_status": "焊接" if is_welding else "待机",
        "preset_current": 150.0,
        "weld_current": 140.0 + index % 20 if is_welding else 0.0,
        "weld_voltage": 20.0 + index % 7 / 10,
    }


def path_of(between: tuple[datetime, datetime] = DAY, code: str = "C01", **query: str) -> str:
    first, last = (quote(_text(each)) for each in between)
    others = "".join(f"&{name}={quote(value)}" for name, value in query.items())
    return f"/devices/{code}?from={first}&to={last}{others}"


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(value: float, decimals: int = 1) -> str:
    return str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def table(page: Page, name: str) -> Locator:
    """Unfold a table and return its rows."""
    fold = page.locator(f"details[data-table={name}]")
    fold.locator("summary").click()
    expect(fold.locator("tbody tr").first).to_be_visible()
    return fold.locator("tbody tr")


def rows_of(rows: Locator) -> list[list[str]]:
    read = "(all) => all.map((row) => [...row.cells].map((cell) => cell.innerText))"
    return [list(map(str, row)) for row in rows.evaluate_all(read)]


def expect_drawn(page: Page) -> None:
    """Wait until the chart has its data and has drawn them: the canvas is there before, and is drawn frame by frame."""
    expect(page.locator(".chart details[data-table=spans]")).to_be_attached()
    expect(page.locator(".chart[aria-busy=false] canvas")).to_be_visible()
    page.evaluate(NEXT_FRAMES)


def pixels(page: Page, token: str, between: tuple[datetime, datetime], part: str = "lines") -> int:
    moments = [each.timestamp() * 1000 for each in between]
    return int(page.evaluate(COUNT_PIXELS, [token, *moments, part]))


def interval_of(page: Page) -> str | None:
    return page.locator(".notes").get_attribute("data-interval")


def get(plant: Serving, path: str, **params: Any) -> Any:
    return plant.service.operator.get(path, params=params).raise_for_status().json()


def test_the_current_values_are_those_of_the_api_and_follow_it(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/devices/C01")
    values = page.locator(".current [data-field]")
    expect(values.first).to_be_visible()

    plant.service.append("C01", device_status="焊接", preset_current=150.0, weld_current=152.34, staff_id="W4711")

    expect(page.locator("[data-field=weld_current]")).to_contain_text("152.3")
    body = get(plant, f"{LATEST}/C01", use_dynamic_fields=True, max_age=0)
    for field in body["fields"]:
        value = body["item"]["values"][field["name"]]
        text = shown(value, field["decimals"]) if isinstance(value, float) else str(value if value is not None else "–")
        expect(page.locator(f"[data-field={field['name']}]")).to_contain_text(text)
    expect(page.locator(".device-head")).to_contain_text("焊接")
    expect(page.locator(".current time")).to_have_attribute("datetime", body["item"]["ts"])


def test_the_points_of_the_chart_are_the_windows_of_the_api(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console()
    with console.context.expect_event("request", lambda each: WINDOWS in each.url) as sent:
        page = console.log_in("viewer", path_of())
    answer = plant.service.operator.get(sent.value.url.removeprefix(console.url)).json()

    rows = table(page, "points")

    windows = [each for each in answer["series"][0]["windows"] if each["values"][FIELD]["avg"] is not None]
    expected = [[shown(window["values"][FIELD][name]) for name in ("avg", "min", "max")] for window in windows]
    assert [row[1:4] for row in rows_of(rows)] == expected
    assert answer["time_zone"] == TIME_ZONE
    starts = [datetime.fromisoformat(window["start"]) for window in windows]
    assert [datetime.fromisoformat(str(row.get_attribute("data-row"))) for row in rows.all()[:3]] == starts[:3]


def test_the_cursor_reads_value_and_state(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console()
    page = console.log_in("viewer", path_of())
    expect_drawn(page)

    page.locator(".overlay").press("ArrowLeft")

    last = get(plant, WINDOWS, device_code="C01", fields=FIELD, interval=interval_of(page), time_zone=TIME_ZONE,
               **{"from": _text(DAY[0]), "to": _text(DAY[1])})["series"][0]["windows"][-1]  # fmt: skip
    expect(page.locator(f"[data-line={FIELD}] .value")).to_contain_text(shown(last["values"][FIELD]["avg"]) + " A")
    span = get(plant, SPANS, device_code="C01", **{"from": _text(DAY[0]), "to": _text(DAY[1])})["items"][-1]
    expect(page.locator(".readout .span")).to_contain_text(f"{span['state']}")
    expect(page.locator(".readout .span")).to_contain_text(local_time(span["start"]))


def _zoom_by_key(page: Page) -> None:
    page.locator(".overlay").press("+")


def _zoom_by_button(page: Page) -> None:
    page.locator(".zoom button").first.click()


def _zoom_by_brush(page: Page) -> None:
    box = page.locator(".overlay").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 120, steps=3)
    page.mouse.up()


def _zoom_by_wheel(page: Page) -> None:
    _point_at_the_middle(page)
    page.locator(".overlay").focus()
    page.mouse.wheel(0, -100)


def _point_at_the_middle(page: Page) -> None:
    box = page.locator(".overlay").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)


@pytest.mark.parametrize("zoom", [_zoom_by_key, _zoom_by_button, _zoom_by_brush, _zoom_by_wheel])
def test_zooming_loads_finer_windows_and_back_shows_the_whole(open_console: OpenConsole, zoom: Any) -> None:
    page = open_console().log_in("viewer", path_of())
    expect_drawn(page)
    assert interval_of(page) == "5m"

    with page.expect_response(lambda each: WINDOWS in each.url) as zoomed:
        zoom(page)

    finer = zoomed.value.json()["interval"]
    assert finer in ("30s", "2m")
    expect(page.locator(".notes")).to_have_attribute("data-interval", finer)
    assert "zoom" in parse_qs(urlsplit(page.url).query)
    page.go_back()
    expect(page.locator(".notes")).to_have_attribute("data-interval", "5m")
    assert "zoom" not in parse_qs(urlsplit(page.url).query)


def test_the_wheel_scrolls_the_page_as_long_as_the_chart_is_not_chosen(open_console: OpenConsole) -> None:
    page = open_console().log_in("viewer", path_of())
    expect_drawn(page)

    _point_at_the_middle(page)
    page.mouse.wheel(0, 400)

    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    assert "zoom" not in page.url


def test_an_older_request_is_cancelled_when_the_range_changes(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", path_of())
    expect_drawn(page)
    held: list[Route] = []
    page.route(f"**{WINDOWS}*", lambda each: held.append(each), times=1)
    with page.expect_request(lambda each: WINDOWS in each.url) as first:
        _zoom_by_key(page)

    # The browser reports the end of a request after the page has gone on.
    with page.expect_event("requestfailed", lambda each: each == first.value):
        page.keyboard.press("0")

    expect(page.locator(".chart")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".notes")).to_have_attribute("data-interval", "5m")


def test_no_line_is_drawn_where_there_are_no_readings(open_console: OpenConsole) -> None:
    page = open_console().log_in("viewer", path_of((FIRST, NOW)))
    expect_drawn(page)

    assert pixels(page, "--series-1", (FIRST, SILENCE[0])) > 0
    # A state lasts for a minute after its last reading.
    assert pixels(page, "--series-1", (SILENCE[0] + timedelta(minutes=1), SILENCE[1])) == 0
    assert pixels(page, "--series-1", (SILENCE[1], NOW)) > 0
    starts = [datetime.fromisoformat(str(row.get_attribute("data-row"))) for row in table(page, "points").all()]
    assert not [each for each in starts if SILENCE[0] < each < SILENCE[1] - timedelta(minutes=5)]


def test_the_states_are_the_spans_of_the_api_and_silence_is_hatched(
    open_console: OpenConsole, plant: Serving, theme: Theme
) -> None:
    console = open_console(theme=theme)
    page = console.log_in("viewer", path_of((FIRST, NOW)))
    expect_drawn(page)

    rows = rows_of(table(page, "spans"))

    spans = get(plant, SPANS, device_code="C01", **{"from": _text(FIRST), "to": _text(NOW)})["items"]
    silent = console.text("device.span.silent")
    assert [row[0] for row in rows] == [each["state"] if each["kind"] == "state" else silent for each in spans]
    for row, span in zip(rows, spans, strict=True):
        for cell, name in ((row[1], "start"), (row[2], "end")):
            assert local_time(span[name]) in cell
    within = (SILENCE[0] + timedelta(minutes=2), SILENCE[1] - timedelta(minutes=2))
    assert pixels(page, "--state-off-outline", within, "band") > 0
    assert pixels(page, "--surface", within, "band") > 0
    assert pixels(page, "--state-welding-fill", within, "band") == 0
    assert pixels(page, "--state-welding-fill", (SILENCE[1], NOW), "band") > 0


def test_the_states_reach_now_and_grow(open_console: OpenConsole, plant: Serving) -> None:
    page = open_console().log_in("viewer", "/devices/C01?range=1h")
    expect_drawn(page)
    rows = table(page, "spans")
    expect(rows.filter(has_text="报警")).to_have_count(0)

    plant.service.append("C01", device_status="报警")

    expect(rows.filter(has_text="报警")).to_have_count(1)


def test_the_chart_says_until_when_it_is_current_if_the_server_is_lost(open_console: OpenConsole) -> None:
    console = open_console()
    console.expected_errors = "Failed to load resource"
    page = console.log_in("viewer", "/devices/C01?range=1h")
    expect_drawn(page)

    page.route("**/api/v1/device/data/**", lambda route: route.abort())

    expect(page.locator(".notes .lost")).to_contain_text(console.text("device.chart.currentUntil", time="")[:4])
    held: list[Route] = []
    is_back = False
    page.route("**/api/v1/device/data/**", lambda route: route.continue_() if is_back else held.append(route))
    page.locator(".notes .lost button").click()  # which stays while the requests are held: the page also asks by itself
    is_back = True
    for route in held:
        route.continue_()
    expect(page.locator(".notes .lost")).to_have_count(0)


def test_the_fields_are_chosen_and_the_others_say_why(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", path_of())
    expect_drawn(page)

    page.get_by_role("button", name=console.text("device.fields.choose")).click()
    options = page.locator(".choice .option")
    expect(options.filter(has_text=re.compile("焊工|Welder"))).to_contain_text(
        console.text("device.fields.reason.text")
    )
    units = options.filter(has_text="mm")
    expect(units).to_contain_text(console.text("device.fields.reason.units", n=2))
    options.filter(has_text=re.compile("焊接电压|Welding voltage")).get_by_role("checkbox").uncheck()

    expect(page.locator("[data-line]")).to_have_count(1)
    assert parse_qs(urlsplit(page.url).query)["fields"] == [FIELD]
    expect(units.get_by_role("checkbox")).to_be_enabled()


def test_a_device_that_is_not_registered_says_so(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "404"

    page = console.log_in("viewer", "/devices/NO-SUCH")

    expect(page.get_by_role("heading", name=console.text("device.unknown.title", code="NO-SUCH"))).to_be_visible()
    expect(page.get_by_role("link", name=console.text("device.unknown.realtime"))).to_be_visible()
    expect(page.get_by_role("link", name=console.text("device.unknown.register"))).to_have_count(0)
    assert_accessible(page)


def test_a_device_that_has_never_sent_says_so(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/devices/C02")

    expect(page.get_by_text(console.text("device.current.never"))).to_be_visible()
    expect_drawn(page)


def test_a_silent_device_shows_its_last_values_as_old(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    page = console.log_in("viewer", "/devices/C03")

    expect(page.get_by_text(console.text("device.current.stale"))).to_be_visible()
    expect(page.locator("[data-field=weld_current]")).to_contain_text("88.0")
    head = page.locator(".device-head")
    expect(head).to_contain_text(console.text("states.freshness.stale"))
    expect(head).not_to_contain_text("焊接")
    expect(head).to_contain_text(console.text("device.head.locked"))


def test_a_device_of_an_unknown_type_shows_its_master_data(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console()
    page = console.log_in("viewer", "/devices/C04")

    expect(page.get_by_text(console.text("device.noType", type="nope"))).to_be_visible()
    expect(page.locator("[data-property=device_name] dd")).to_have_text("name of C04")


def test_the_master_data_are_those_of_the_api_and_only_editors_may_change_them(
    open_console: OpenConsole, plant: Serving
) -> None:
    console = open_console()
    page = console.log_in("viewer", "/devices/C01")
    device = get(plant, "/api/v1/device/info/C01")
    for name in ("device_code", "device_name", "device_type", "type_code", "team_name"):
        expect(page.locator(f"[data-property={name}] dd")).to_have_text(device[name])
    expect(page.locator("[data-property=manufacturer] dd")).to_have_text("–")
    expect(page.get_by_role("link", name=console.text("device.master.edit"))).to_have_count(0)


def test_the_realtime_page_leads_to_the_device_and_back(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/realtime")
    page.locator('[role=row][data-key="C01"]').get_by_role("link", name="C01").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C01")

    page.get_by_role("link", name=console.text("device.head.realtime")).click()
    details = page.get_by_role("dialog", name="C01")
    details.get_by_role("link", name=console.text("realtime.details.page")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("C01")


def test_the_chart_is_saved_as_a_picture_with_its_legend(open_console: OpenConsole, tmp_path: Any) -> None:
    console = open_console()
    page = console.log_in("viewer", path_of())
    expect_drawn(page)

    with page.expect_download() as saved:
        page.get_by_role("button", name=console.text("chart.savePng")).click()

    assert saved.value.suggested_filename.endswith(".png")
    saved.value.save_as(tmp_path / "chart.png")
    content = (tmp_path / "chart.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    canvas = page.locator("canvas").bounding_box()
    assert canvas
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert width == pytest.approx(2 * canvas["width"], abs=2)
    assert height > 2 * canvas["height"] + 100


def test_paper_has_the_chart_and_the_states_but_no_buttons(open_console: OpenConsole) -> None:
    page = open_console(theme="dark").log_in("viewer", path_of((FIRST, NOW)))
    expect_drawn(page)

    page.emulate_media(media="print")

    expect(page.locator("details[data-table=spans] tbody tr").first).to_be_visible()
    expect(page.locator("main button:visible")).to_have_count(0)
    expect(page.locator(".chart canvas")).to_be_visible()


def test_the_page_is_accessible(open_console: OpenConsole, language: Language, theme: Theme) -> None:
    page = open_console(language=language, theme=theme).log_in("viewer", path_of())
    expect_drawn(page)
    table(page, "spans")

    assert_accessible(page)


def test_the_page_fits_a_phone(open_console: OpenConsole, theme: Theme) -> None:
    page = open_console(size=PHONE, theme=theme).log_in("viewer", path_of())
    expect_drawn(page)
    table(page, "spans")

    assert_fits_width(page)
    assert_accessible(page)
