"""The page of docs/tutorials/front-end.md, as it is written there, in Chromium; `make test-clients` runs this.

Chromium is that of the PATH; on Debian: apt-get install chromium.
"""

import asyncio
import re
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.clients.example import program
from tests.support.identity import PASSWORD, add_user
from tests.support.postgres import Server
from tests.support.service import Service

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorials" / "front-end.md"
CLIENT = ROOT / "clients" / "typescript" / "dist" / "arcbeat-client.js"
OPEN_PAGE = ROOT / ".clients" / "node" / "open_page.mjs"
PATIENCE_SECONDS = 60.0
LINES_MAX = 60
USERNAME = "vera"

Table = list[list[str]]


def page() -> str:
    """Return the HTML of the tutorial."""
    blocks: list[str] = re.findall(
        r"^```html\n(.*?)^```$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (html,) = blocks
    return html


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL at which the page is served, as by python3 -m http.server."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text(page(), encoding="utf-8")
    shutil.copy(CLIENT, folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def plant(postgres_server: Server, template_database: str, pages: str) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, cors_origins=pages) as running:
        add_user(running, USERNAME)
        yield running
    postgres_server.drop_database(url)


class Browser:
    """A page in a browser, whose program prints its table whenever it has changed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Browser"]:
        command = (program("node"), str(OPEN_PAGE), program("chromium"), url, USERNAME, PASSWORD)
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**20)
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
        assert process.returncode == 0

    async def table(self, holds: Callable[[Table], bool]) -> Table:
        """Return the first table, with its titles, for which the condition holds. The page may be behind the API."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._process.stdout:
                table: Table = orjson.loads(line)
                if holds(table):
                    return table
        raise AssertionError("the browser ended")


def expected(service: Service) -> Table:
    """Return the table that the page must show, from the API."""
    query: dict[str, Any] = {"type_code": "welding", "use_dynamic_fields": True, "page_size": 100}
    headers = {"Accept-Language": "en-US"}  # as Chromium sends it
    answer = service.operator.get("/api/v1/device/data/realtime", params=query, headers=headers).json()
    fields = answer["fields"]
    titles = [f"{field['label']} ({field['unit']})" if field["unit"] else field["label"] for field in fields]
    rows = [
        [row["device_code"], row["freshness"], *(text_of(row["values"][field["name"]]) for field in fields)]
        for row in answer["items"]
    ]
    return [["Device", "Age", *titles], *rows]


def text_of(value: Any) -> str:
    return "" if value is None else str(value)


def test_the_page_has_fewer_lines_than_promised() -> None:
    assert len(page().splitlines()) < LINES_MAX


async def test_the_page_shows_what_the_api_returns_and_changes_with_the_ticks(plant: Service, pages: str) -> None:
    plant.register("W1", "W2", "W3")
    plant.append("W1", device_status="焊接", weld_current=150.5)
    async with Browser.open(f"{pages}/?server={plant.url}") as browser:
        first = await browser.table(lambda table: len(table) == 4 and table == expected(plant))

        plant.append("W2", device_status="待机", weld_current=0.25)
        second = await browser.table(lambda table: table[2] != first[2] and table == expected(plant))
        assert "0.25" in second[2]

        plant.register("W4")
        plant.execute("delete from t_device_info where device_code = 'W3'")
        third = await browser.table(lambda table: len(table) == 4 and table[3][0] == "W4" and table == expected(plant))
        assert [row[0] for row in third[1:]] == ["W1", "W2", "W4"]
