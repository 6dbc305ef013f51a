"""How much the first page of the console transfers."""

from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, Request, expect

from tests.support.identity import PASSWORD
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import Language

FIRST_PAGE_BYTES_MAX = 200_000
"""Of all files of the console that an empty browser loads until the newest readings are shown, the login included."""
FILE_TYPES = ("document", "script", "stylesheet", "image", "font")
READING: dict[str, Any] = {"device_status": "焊接", "preset_current": 150.0, "weld_current": 152.34}


def test_the_first_page_transfers_at_most_200_kilobytes_in_gzip(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    plant.service.append("W01", **READING)
    console = open_console(language=language)
    page = console.context.new_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))

    page.goto(f"{console.url}/")
    _log_in(page)

    expect(page.locator("[role=row][data-key=W01]")).to_contain_text("152.3")
    page.wait_for_load_state("networkidle")
    paths = sorted({urlsplit(each.url).path for each in requests if each.resource_type in FILE_TYPES})
    sizes = {path: _gzip_bytes(plant.service.url + path) for path in paths}
    assert len(sizes) > len(FILE_TYPES)
    assert sum(sizes.values()) <= FIRST_PAGE_BYTES_MAX, sizes


def test_charts_are_loaded_only_by_the_pages_that_show_them(open_console: OpenConsole) -> None:
    page = open_console().log_in("viewer", "/realtime")
    expect(page.get_by_role("grid")).to_be_visible()

    names = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")

    assert [name for name in names if "EChart" in name] == []


def _log_in(page: Page) -> None:
    page.locator("input[autocomplete=username]").fill("viewer")
    page.locator("input[autocomplete=current-password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def _gzip_bytes(url: str) -> int:
    """Return the size of the body for a browser that accepts gzip only, as far as the build has compressed the file."""
    headers = {"Accept": "text/html, */*", "Accept-Encoding": "gzip"}
    response = httpx.head(url, headers=headers).raise_for_status()
    return int(response.headers["Content-Length"])
