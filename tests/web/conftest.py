"""A browser, and a server with a plant whose readings the tests send. `make test-web` builds the console before."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from arcbeat.domain.identity.identity import Role
from tests.support.identity import add_user
from tests.support.postgres import Server
from tests.support.serving import Serving
from tests.support.slow import mark_slow
from tests.web.console import Console, Language, Theme, launch

FOLDER = Path(__file__).parent
DIST = FOLDER.parents[1] / "web" / "dist"
TEAMS = {"班组一": ("W01", "W02", "W03", "W04"), "班组二": ("W05", "W06", "W07", "W08")}
SAMPLE_SECONDS = 0.5

OpenConsole = Callable[..., Console]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_slow(items, FOLDER)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or that of the PATH."""
    assert (DIST / "index.html").exists(), "the console is not built: run make web"
    with sync_playwright() as playwright, launch(playwright) as running:
        yield running


@pytest.fixture(scope="module")
def plant(
    postgres_server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """A server of its own process, with a user per role (viewer, operator, admin) and eight welding machines."""
    url = postgres_server.create_database(template=template_database)
    with Serving.running(tmp_path_factory.mktemp("plant"), url, sample_seconds=SAMPLE_SECONDS) as serving:
        for role in Role:
            add_user(serving.service, role.value, role)
        for team, codes in TEAMS.items():
            serving.service.register(*codes, team_name=team)
        yield serving
    postgres_server.drop_database(url)


@pytest.fixture(params=["zh-CN", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def open_console(browser: Browser, plant: Serving) -> Iterator[OpenConsole]:
    """Opens profiles of the browser on the console; the options are those of `Console.opened`."""
    with ExitStack() as stack:
        opened: Callable[..., AbstractContextManager[Console]] = partial(Console.opened, browser)

        def open_console(url: str = plant.service.url, **options: object) -> Console:
            return stack.enter_context(opened(url, **options))

        yield open_console
