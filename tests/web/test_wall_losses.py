"""What a wall screen does when it loses its data: it shows old data without colour, and recovers by itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import CDPSession, expect

from arcbeat.domain.identity.identity import Role
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import local_time
from tests.web.wall import LOST, Link, Wall, open_wall

NIGHT_MS = 9 * 3600 * 1000
OVERDUE_MS = 90_000
"""Longer than the readings of welding machines are not stale."""
ACCELERATED = """
const start = globalThis.setTimeout.bind(globalThis), channel = new MessageChannel(), due = new Map();
let last = 0;
channel.port1.onmessage = ({ data }) => { const task = due.get(data); due.delete(data); task?.(); };
globalThis.setTimeout = (task, delay, ...rest) => {
  if (!(delay >= 4000 && delay <= 6000)) return start(task, delay, ...rest);
  due.set(last -= 1, () => task(...rest));
  channel.port2.postMessage(last);
  return last;
};
const stop = globalThis.clearTimeout.bind(globalThis);
globalThis.clearTimeout = (timer) => { if (!due.delete(timer)) stop(timer); };
const every = globalThis.setInterval.bind(globalThis);
globalThis.setInterval = (task, delay, ...rest) => every(task, delay === 1000 ? 20 : delay, ...rest);
const send = globalThis.fetch.bind(globalThis);
globalThis.rounds = 0;
globalThis.fetch = (request, ...rest) => {
  if (String(request.url).includes("/board/status")) globalThis.rounds += 1;
  return send(request, ...rest);
};
"""
"""Lets the pause of five seconds between two rounds pass at once, and the clock tick every 20 ms; requests are real."""
TICKS = 5_000
GROWTH_MAX = 1.10


@pytest.fixture(autouse=True)
def reading(plant: Serving) -> None:
    plant.service.append("W03", device_status="焊接")


@pytest.fixture(scope="module")
def link(plant: Serving) -> Link:
    return Link.made(plant.service.client(*Role.ADMIN.scopes))


def test_old_data_have_no_colour_and_a_band_says_since_when(
    open_console: OpenConsole, plant: Serving, link: Link
) -> None:
    stopped = datetime.now(UTC) - timedelta(minutes=5)
    plant.service.register("C1", device_type="cutting")
    plant.service.append("C1", type_code="cutting", device_status="切割", ts=stopped)
    console = open_console()
    wall = open_wall(console, link.path(type="cutting"))

    wall.expect_stale(console.text("wall.cause.silent"))
    expect(wall.band).to_contain_text(local_time(stopped.isoformat()))
    expect(wall.page.locator("[data-figure=age]")).to_contain_text(re.compile(r"5 分"))
    expect(wall.page.get_by_text(console.text("wall.alarms.unknown"))).to_be_visible()

    plant.service.append("C1", type_code="cutting", device_status="切割")
    wall.expect_live()


def test_the_wall_recovers_from_a_restart_of_the_server(open_console: OpenConsole, plant: Serving, link: Link) -> None:
    console = open_console()
    console.expected_errors = LOST
    console.context.clock.install()
    wall = open_wall(console, link.path())
    wall.expect_live()

    plant.kill()
    wall.page.clock.fast_forward(OVERDUE_MS)
    wall.expect_stale(console.text("wall.cause.unreachable"))

    plant.restart()
    plant.service.append("W03", device_status="报警")
    wall.expect_live()
    expect(wall.page.locator("[data-device=W03]")).to_be_visible()


def test_the_wall_recovers_from_a_night_without_network(open_console: OpenConsole, plant: Serving, link: Link) -> None:
    console = open_console()
    console.expected_errors = f"{LOST}|INTERNET_DISCONNECTED"
    console.context.clock.install()
    wall = open_wall(console, link.path())
    wall.expect_live()

    console.lose_network(wall.page)
    for _ in range(3):  # it tries all night, and the computer sleeps at times
        wall.page.clock.run_for(60_000)
        wall.page.clock.fast_forward(NIGHT_MS // 3)
    wall.expect_stale(console.text("wall.cause.offline"))
    expect(wall.page.locator("[data-figure=age]")).to_contain_text("9 小时")

    plant.service.append("W03", device_status="报警")
    console.regain_network(wall.page)
    wall.expect_live()
    expect(wall.page.locator("[data-device=W03]")).to_be_visible()


def test_a_screen_that_starts_before_the_server_shows_the_board_when_it_is_up(
    open_console: OpenConsole, plant: Serving, link: Link
) -> None:
    console = open_console()
    console.expected_errors = f"{LOST}|503"
    blocked = re.compile(r"/api/")
    console.context.route(blocked, lambda route: route.abort())
    wall = open_wall(console, link.path())
    expect(wall.message).to_contain_text(console.text("wall.cause.unreachable"))

    console.context.unroute(blocked)
    wall.expect_live()


def test_the_wall_loads_itself_again_when_the_server_has_a_new_version(
    open_console: OpenConsole, plant: Serving, link: Link
) -> None:
    console = open_console()
    console.context.clock.install()
    wall = open_wall(console, link.path())
    wall.expect_live()
    newer = '<!doctype html><script type="module" src="/assets/index-newer.js"></script>'
    console.context.route(f"{console.url}/", lambda route: route.fulfill(body=newer, content_type="text/html"))

    with wall.page.expect_navigation():
        wall.page.clock.fast_forward(15 * 60_000)

    assert wall.page.evaluate("sessionStorage.getItem('arcbeat.wall.version')") == "/assets/index-newer.js"
    wall.expect_live()


def test_the_memory_stays_the_same_over_5000_ticks(open_console: OpenConsole, plant: Serving, link: Link) -> None:
    console = open_console()
    console.context.add_init_script(ACCELERATED)
    wall = open_wall(console, link.path())
    wall.expect_live()
    profiler = console.context.new_cdp_session(wall.page)
    profiler.send("Performance.enable")

    early = _size_after(wall, profiler, TICKS // 5)
    plant.service.append("W03", device_status="报警")
    late = _size_after(wall, profiler, TICKS)

    assert late["heap"] < early["heap"] * GROWTH_MAX, (early, late)
    assert late["Nodes"] <= early["Nodes"] + 40, (early, late)
    assert late["JSEventListeners"] <= early["JSEventListeners"] + 5, (early, late)


def _size_after(wall: Wall, profiler: CDPSession, ticks: int) -> dict[str, float]:
    """Return the bytes of the heap, and the nodes and listeners, once the wall has read its data so many times."""
    while wall.page.evaluate("globalThis.rounds") < ticks:  # wait_for_function needs eval, which the policy forbids
        wall.page.wait_for_timeout(200)
    for _ in range(2):
        profiler.send("HeapProfiler.collectGarbage")
    metrics = {each["name"]: each["value"] for each in profiler.send("Performance.getMetrics")["metrics"]}
    heap = profiler.send("Runtime.getHeapUsage")["usedSize"]
    return {"heap": heap, "Nodes": metrics["Nodes"], "JSEventListeners": metrics["JSEventListeners"]}
