"""The connection to the live data, as the header of the console shows it."""

from playwright.sync_api import Locator, Page, expect

from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import Console, Language

CUT = "WebSocket|ERR_CONNECTION|ERR_EMPTY|Failed to (load|fetch)"
"""What Chromium logs while there is no server."""
RECOVERY_MS = 75_000
"""A page waits for up to a minute before it tries again, if the server was away for long."""


def connection(page: Page) -> Locator:
    return page.get_by_role("banner").locator("[data-status]")


def expect_status(console: Console, page: Page, status: str) -> None:
    expect(connection(page).get_by_role("status")).to_have_text(console.text(f"live.status.{status}"))


def expect_recovered(console: Console, page: Page) -> None:
    """Wait until a page is connected that has lost its server for a while."""
    status = connection(page).get_by_role("status")
    expect(status).to_have_text(console.text("live.status.connected"), timeout=RECOVERY_MS)


def test_a_killed_server_shows_reconnecting_and_the_page_recovers(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    console = open_console(language=language)
    console.expected_errors = CUT
    page = console.log_in("viewer", "/realtime")
    expect_status(console, page, "connected")

    plant.kill()
    expect_status(console, page, "reconnecting")
    expect(connection(page).get_by_role("button", name=console.text("live.retry"))).to_be_visible()

    plant.restart()
    expect_recovered(console, page)


def test_a_browser_without_network_says_so_and_reconnects(open_console: OpenConsole, plant: Serving) -> None:
    console = open_console()
    console.expected_errors = f"{CUT}|ERR_INTERNET_DISCONNECTED"
    page = console.log_in("viewer", "/realtime")
    expect_status(console, page, "connected")

    console.context.set_offline(True)
    plant.kill()  # an open WebSocket outlives the network in Chromium
    expect_status(console, page, "offline")

    plant.restart()
    console.context.set_offline(False)
    expect_recovered(console, page)


def test_all_pages_of_a_tab_share_one_connection(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/realtime")
    expect_status(console, page, "connected")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))

    for name in ("jobs", "realtime"):
        page.get_by_role("navigation").get_by_role("link", name=console.text(f"common.pages.{name}")).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    expect_status(console, page, "connected")
    assert sockets == []
