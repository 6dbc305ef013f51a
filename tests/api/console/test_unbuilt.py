"""Tests of the page in the place of a console that is not built."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from arcbeat.api.console.folder import ConsoleFolder
from arcbeat.api.console.unbuilt import BuildState, unbuilt_page
from tests.api.console.builds import INDEX, write_build
from tests.support.postgres import Server
from tests.support.service import Service


class Elements(HTMLParser):
    """Collects the names of elements and attributes, and the languages of the sections."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.languages: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "section":
            self.languages += [value for name, value in attrs if name == "lang"]


@pytest.fixture
def console(tmp_path: Path) -> ConsoleFolder:
    return ConsoleFolder(tmp_path / "dist")


@pytest.fixture
def without_console(postgres_server: Server, template_database: str, console: ConsoleFolder) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, console=console) as service:
        yield service
    postgres_server.drop_database(url)


@pytest.mark.parametrize("path", ["/", "/devices/14412T0001"])
def test_the_page_says_how_to_build_the_console_and_leads_to_the_docs(without_console: Service, path: str) -> None:
    response = without_console.anonymous.get(path, headers={"Accept": "text/html"})

    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")
    assert "Retry-After" not in response.headers
    assert "<code>make web</code>" in response.text
    assert 'href="/docs"' in response.text


def test_other_paths_are_served_as_with_a_console(without_console: Service) -> None:
    assert without_console.anonymous.get("/devices").status_code == 404
    assert without_console.anonymous.get("/assets/index-B1.js", headers={"Accept": "text/html"}).status_code == 404
    assert without_console.anonymous.get("/docs").status_code == 200


def test_a_browser_loads_the_page_again_while_the_console_is_being_built(
    without_console: Service, console: ConsoleFolder, tmp_path: Path
) -> None:
    console.state = BuildState.BUILDING
    building = without_console.anonymous.get("/")
    write_build(tmp_path / "dist")
    while (built := without_console.anonymous.get("/")).status_code == 503:
        assert built.headers["Retry-After"] == "5"

    assert 'http-equiv="refresh" content="5"' in building.text
    assert (built.status_code, built.text) == (200, INDEX)


@pytest.mark.parametrize("state", BuildState)
def test_the_page_is_in_both_languages_and_has_nothing_that_its_policy_forbids(state: BuildState) -> None:
    elements = Elements(bytes(unbuilt_page(state).body).decode())

    assert elements.languages == ["zh-CN", "en"]
    assert elements.names.isdisjoint({"script", "style", "link", "img"})
    assert elements.attributes.isdisjoint({"style", "onclick", "onload"})


def test_the_page_names_the_registry_as_the_reason_and_another_one_as_the_way_on() -> None:
    html = bytes(unbuilt_page(BuildState.NO_REGISTRY).body).decode()

    assert html.count("npm_config_registry=https://registry.npmmirror.com make web") == 2
