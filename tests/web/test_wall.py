"""The wall screen: counts, alarms, sizes, and what it says when it shows nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import expect

from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.support.waiting import eventually
from tests.web.conftest import OpenConsole
from tests.web.console import Language, Theme, assert_accessible
from tests.web.wall import API_KEYS, LOST, Link, Wall, open_wall

SCREENS = {"full-hd": (1920, 1080), "4k": (3840, 2160), "small": (1366, 768), "tall": (1080, 1920)}
GLYPH_HEIGHT = """
(element) => {
  const context = document.createElement("canvas").getContext("2d");
  const { font } = getComputedStyle(element);
  context.font = font;
  return context.measureText("0").actualBoundingBoxAscent;
}
"""
"""Returns the height of a digit in pixels, without the space around it."""


@pytest.fixture(scope="module")
def link(plant: Serving) -> Link:
    return Link.made(plant.service.client(*Role.ADMIN.scopes))


@pytest.fixture
def alarms(plant: Serving) -> None:
    """W02 has been in alarm for the longest time, then W05 and W01; that of W02 is acknowledged."""
    now = datetime.now(UTC)
    for code, seconds in (("W02", 50), ("W05", 40), ("W01", 30)):
        plant.service.append(code, device_status="报警", ts=now - timedelta(seconds=seconds))
        plant.service.append(code, device_status="报警", ts=now)
    plant.service.append("W03", device_status="焊接")
    plant.service.append("W06", device_status="关机")
    eventually("the alarms are open", lambda: {"W01", "W02", "W05"} <= set(_open_alarms(plant)))
    alarm = _open_alarms(plant)["W02"]
    body = {"device_code": "W02", "start": alarm["start"], "note": "焊丝用完"}
    answer = plant.service.operator.put("/api/v1/device/alarms/acknowledgement", json=body)
    assert answer.status_code == 200, answer.text


def _open_alarms(plant: Serving) -> dict[str, dict[str, Any]]:
    """Return the open alarms by device code; the server samples a moment after they have begun."""
    answer = plant.service.operator.get("/api/v1/device/alarms", params={"open": True, "page_size": 200})
    return {each["device_code"]: each for each in answer.raise_for_status().json()["items"]}


def test_the_wall_shows_counts_and_alarms_in_both_languages_and_themes(
    open_console: OpenConsole, plant: Serving, link: Link, alarms: None, language: Language, theme: Theme
) -> None:
    # The choices of the address, against those of the browser.
    console = open_console(language="en" if language == "zh-CN" else "zh-CN", theme="light", size=(1920, 1080))
    console.language = language
    wall = open_wall(console, link.path(type="焊机", lang=language, theme=theme))

    wall.expect_live()
    expect(wall.page.locator("[data-device]")).to_have_count(3)
    expect(wall.page.locator(".is-acknowledged")).to_contain_text("W02")
    assert wall.devices() == ["W05", "W01", "W02"]
    status = plant.service.operator.get("/api/v1/board/status").json()
    by_state = {f"state {each['state']}": each["devices"] for each in status["by_state"]}
    counts = {"total": status["total"], **by_state, "silent": status["offline"]}
    expect(wall.page.locator("[data-count]")).to_have_count(len(counts))
    for name, number in counts.items():
        expect(wall.count(name)).to_have_text(str(number))
    expect(wall.page.locator("html")).to_have_attribute("lang", language)
    expect(wall.page.locator("html[class~=dark]")).to_have_count(int(theme == "dark"))
    assert_accessible(wall.page)


def test_a_wall_of_a_team_shows_only_that_team(
    open_console: OpenConsole, plant: Serving, link: Link, alarms: None
) -> None:
    wall = open_wall(open_console(size=(1366, 768)), link.path(team="班组二"))

    wall.expect_live()
    expect(wall.page.locator("[data-device]")).to_have_count(1)
    assert wall.devices() == ["W05"]
    expect(wall.count("total")).to_have_text("4")


@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS)
def test_counts_are_a_twelfth_of_the_height_and_the_age_is_as_large_as_the_clock(
    open_console: OpenConsole, link: Link, alarms: None, size: tuple[int, int]
) -> None:
    wall = open_wall(open_console(size=size), link.path())

    wall.expect_live()
    numbers = wall.page.locator(".wall-count-number").all()
    assert len(numbers) == 6
    assert min(each.evaluate(GLYPH_HEIGHT) for each in numbers) >= size[1] / 12
    figures = wall.page.locator(".wall-figure-value")
    age, clock = (each.evaluate(GLYPH_HEIGHT) for each in figures.all())
    assert age == clock >= size[1] / 40
    assert wall.page.evaluate(
        "[document.documentElement.scrollWidth <= innerWidth, document.documentElement.scrollHeight <= innerHeight]"
    ) == [True, True]
    for part in (*figures.all(), *numbers, *wall.page.locator("[data-device]").all()):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0] + 1
        assert box["y"] + box["height"] <= size[1] + 1


@pytest.fixture
def many_in_alarm(plant: Serving) -> Iterator[list[str]]:
    """The codes of devices that are all in alarm, which the other tests do not see."""
    codes = [f"X{number:02}" for number in range(1, 31)]
    plant.service.register(*codes, team_name="班组三")
    now = datetime.now(UTC)
    for number, code in enumerate(codes):
        plant.service.append(code, device_status="报警", ts=now - timedelta(seconds=number / 10))
    eventually("all alarms are open", lambda: set(codes) <= set(_open_alarms(plant)))
    yield codes
    plant.service.execute("delete from t_device_info where team_name = '班组三'")


def test_alarms_that_do_not_fit_come_in_turn(open_console: OpenConsole, many_in_alarm: list[str], link: Link) -> None:
    codes = many_in_alarm
    console = open_console(size=(1366, 768))
    console.context.clock.install()
    wall = open_wall(console, link.path(team="班组三"))
    more = wall.page.locator("[data-more]")

    expect(more).to_be_visible()
    seen = set(wall.devices())
    assert len(seen) < len(codes)
    assert str(len(codes) - len(seen)) in more.inner_text()
    for _ in range(60):
        wall.page.clock.run_for(1_000)
        seen |= set(wall.devices())
        if seen == set(codes):
            break
    assert seen == set(codes)


def test_without_a_live_connection_requests_bring_the_alarms(
    open_console: OpenConsole, plant: Serving, link: Link
) -> None:
    plant.service.append("W07", device_status="焊接")
    console = open_console()
    console.expected_errors = LOST
    console.context.route_web_socket("**/*", lambda socket: socket.close())
    console.context.route("**/socket.io/**", lambda route: route.abort())
    wall = open_wall(console, link.path(team="班组二"))
    expect(wall.board).to_be_visible()

    plant.service.append("W07", device_status="报警")
    expect(wall.page.locator("[data-device=W07]")).to_be_visible()
    plant.service.append("W07", device_status="焊接")
    expect(wall.page.locator("[data-device=W07]")).to_have_count(0)


def test_the_wall_says_what_is_wrong_with_its_address(open_console: OpenConsole, link: Link) -> None:
    console = open_console()
    console.expected_errors = "401"

    for path, title in (
        ("/wall", "noKey.title"),
        (link.path(type="milling"), "unknownType.title"),
        (link.path(team="班组九"), "noDevices.title"),
        (f"/wall#key={link.api_key[:-1]}_", "rejected.revoked.title"),
    ):
        wall = open_wall(console, path)
        expect(wall.message.get_by_role("heading")).to_have_text(console.text(f"wall.{title}"))
        assert_accessible(wall.page)


def test_a_revoked_link_shows_no_data_and_says_who_can_help(open_console: OpenConsole, plant: Serving) -> None:
    link = Link.made(plant.service.client(*Role.ADMIN.scopes))
    plant.service.append("W03", device_status="焊接")
    console = open_console()
    console.expected_errors = "401|WebSocket"
    wall = open_wall(console, link.path())
    wall.expect_live()

    plant.service.client(*Role.ADMIN.scopes).delete(f"{API_KEYS}/{link.api_key_id}")

    expect(wall.message).to_contain_text(console.text("wall.rejected.revoked.text"))
    expect(wall.board).to_have_count(0)
    assert "W0" not in wall.page.locator("body").inner_text()


def test_an_expired_link_works_again_when_it_is_extended(open_console: OpenConsole, plant: Serving) -> None:
    link = Link.made(plant.service.client(*Role.ADMIN.scopes))
    extend = "update t_api_key set expires_at = now() + %s::interval where api_key_id = %s"
    plant.service.append("W03", device_status="焊接")
    console = open_console()
    console.expected_errors = "401|WebSocket"
    console.context.clock.install()
    wall = open_wall(console, link.path())
    wall.expect_live()

    plant.service.execute(extend, "-1 minute", link.api_key_id)
    expect(wall.message).to_contain_text(console.text("wall.rejected.revoked.title"))
    plant.service.execute(extend, "1 day", link.api_key_id)
    eventually("the key is accepted", lambda: _is_accepted(plant, link))
    # A request that was sent before the key was accepted again makes the wall wait once more.
    eventually("the wall is answered", lambda: _is_answered_later(wall))

    wall.expect_live()


def _is_answered_later(wall: Wall) -> bool:
    """Return whether the next request of the wall succeeds."""
    with wall.page.expect_response(lambda each: "/api/v1/" in each.url) as answered:
        wall.page.clock.fast_forward(90_000)
    return answered.value.status == HTTPStatus.OK


def _is_accepted(plant: Serving, link: Link) -> bool:
    answer = plant.service.anonymous.get("/api/v1/board/status", headers={"X-API-Key": link.api_key})
    return answer.status_code == 200


def test_the_session_of_the_browser_is_not_touched(open_console: OpenConsole, plant: Serving, link: Link) -> None:
    plant.service.append("W03", device_status="焊接")
    console = open_console()
    user = console.log_in("viewer", "/jobs")
    stored = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"
    before = user.evaluate(stored)
    requests: list[dict[str, str]] = []
    wall = open_wall(console, link.path())
    wall.page.on("request", lambda request: requests.append({"url": request.url, **request.headers}))
    wall.expect_live()

    user.reload()
    expect(user.get_by_role("heading", level=1)).to_be_visible()
    user.evaluate("localStorage.clear()")
    with wall.page.expect_response(lambda response: "/board/status" in response.url) as answered:
        pass

    assert answered.value.status == 200
    wall.expect_live()
    assert link.api_key not in before + wall.page.evaluate(stored)
    assert not [each for each in requests if link.api_key in each["url"] or "authorization" in each]
