"""Logging in and out, sessions of several tabs, and what roles see."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from arcbeat.domain.identity.identity import Role
from tests.support.identity import PASSWORD
from tests.support.jobs import CHECK, Worker
from tests.support.serving import Serving
from tests.support.waiting import eventually
from tests.web.conftest import OpenConsole
from tests.web.console import LAN_NAME, PHONE, Console, Language, Theme, assert_accessible, assert_fits_width

UNAUTHORIZED = "401"
TOKENS = re.compile(r"/api/v1/auth/(token|refresh)$")
CHUNK = re.compile(r"/assets/RealtimePage-.*\.js$")
REFRESH = "/api/v1/auth/refresh"
ATTEMPTS_MS = 60_000
"""How long the attempts of a minute may take on a busy computer."""
LET_TIME_PASS = """
const now = performance.now.bind(performance);
let ahead = 0;
performance.now = () => now() + ahead;
globalThis.passTime = () => { ahead += 24 * 3600 * 1000; };
"""
"""Lets a test put the clock of a page forward without the timers that are due by then."""
REFRESH_TOKEN = "JSON.parse(localStorage.getItem('arcbeat.session')).refreshToken"


def fill_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.locator("input[autocomplete=username]").fill(username)
    page.locator("input[autocomplete=current-password]").fill(password)
    page.keyboard.press("Enter")


def expect_login(page: Page) -> None:
    expect(page.locator("input[autocomplete=current-password]")).to_be_visible()


def expect_user(page: Page, name: str) -> None:
    expect(page.locator("header .user-name")).to_have_text(name)


def expect_settled(page: Page) -> None:
    """Wait until the page has its user and its live data, so that it needs no token for now."""
    expect_user(page, "viewer")
    expect(page.locator("header [data-status=connected]")).to_be_visible()


def open_user_menu(console: Console, page: Page) -> None:
    page.get_by_role("button", name=console.text("session.userMenu")).click()


def lan_url(plant: Serving) -> str:
    return plant.service.url.replace("127.0.0.1", LAN_NAME)


@dataclass
class ShortTokens:
    """The access tokens of a browser, which expire when a test says so, all at once.

    A refresh whose response is lost ends the session, so tabs must not be reloaded while one is under way.

    Attributes:
        refreshes: the status of each response to a refresh.
    """

    tabs: list[Page] = field(default_factory=list)
    refreshes: list[int] = field(default_factory=list)
    _is_held: bool = False
    _held: list[Route] = field(default_factory=list)
    _under_way: int = 0
    _newest: str | None = None

    def apply(self, context: BrowserContext) -> None:
        context.add_init_script(LET_TIME_PASS)
        context.route(TOKENS, lambda route: self._held.append(route) if self._is_held else self._answer(route))

    def expire(self) -> None:
        """Let the tokens of all tabs expire; until `release` is called, no tab renews them."""
        self._is_held = True
        eventually("no refresh is under way", self._are_settled)
        for tab in self.tabs:
            tab.evaluate("passTime()")

    def release(self) -> None:
        """Renew tokens again. The requests of pages that are gone were never sent."""
        self._is_held = False
        held, self._held = self._held, []
        for route in held:
            if route.request.failure is None:
                self._answer(route)

    def _are_settled(self) -> bool:
        stored = self.tabs[0].evaluate(REFRESH_TOKEN)
        return self._under_way == 0 and stored == self._newest

    def _answer(self, route: Route) -> None:
        self._under_way += 1
        # Only Chromium knows the name. The server may just be closing the idle connection that is to be used again.
        response = route.fetch(url=route.request.url.replace(LAN_NAME, "127.0.0.1"), max_retries=1)
        if REFRESH in route.request.url:
            self.refreshes.append(response.status)
        if response.ok:
            self._newest = response.json()["refresh_token"]
        route.fulfill(response=response)
        self._under_way -= 1


def test_the_login_page_works_with_the_keyboard_and_returns_to_the_page_that_was_asked_for(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    page = console.open("/jobs?category=failed")
    expect(page).to_have_title(f"{console.text('session.login.logIn')} · arcbeat")
    expect(page.locator("input[autocomplete=username]")).to_be_focused()
    assert_accessible(page)

    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect_user(page, "operator")
    assert page.url == f"{console.url}/jobs?category=failed"
    expect(page).to_have_title(f"{console.text('common.pages.jobs')} · arcbeat")


def test_a_wrong_password_is_rejected_in_the_language_of_the_page(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    console.expected_errors = UNAUTHORIZED
    page = console.open("/")

    fill_in(page, "operator", "a wrong password")

    expect(page.get_by_role("alert")).to_have_text(console.text("session.login.invalidCredentials"))
    assert_accessible(page)
    fill_in(page, "operator")
    expect_user(page, "operator")


def test_too_many_attempts_are_counted_down(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "429"
    page = console.open("/")
    page.route(TOKENS, repeat_until_rejected)
    message = page.get_by_role("alert")
    expected = re.compile(console.text("session.login.tooManyAttempts", seconds=r"\d+"))

    fill_in(page, f"unknown-{language}", "a wrong password")

    expect(message).to_have_text(expected, timeout=ATTEMPTS_MS)
    shown = message.inner_text()
    expect(message).not_to_have_text(shown)
    assert expected.fullmatch(message.inner_text())
    expect(page.locator("button[type=submit]")).to_be_disabled()


def repeat_until_rejected(route: Route) -> None:
    """Repeat a wrong attempt until there are too many, and prolong the wait: it is short near the end of a minute."""
    while (response := route.fetch(max_retries=1)).status == HTTPStatus.UNAUTHORIZED:
        pass
    assert int(response.headers["retry-after"]) > 0
    route.fulfill(response=response, headers={**response.headers, "retry-after": "60"})


def test_an_unreachable_server_is_named_as_the_cause(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "ERR_INTERNET_DISCONNECTED"
    page = console.open("/")
    expect(page.locator("input[autocomplete=username]")).to_be_visible()
    console.lose_network(page)

    fill_in(page, "operator")
    expect(page.get_by_role("alert")).to_have_text(console.text("session.login.unreachable"))

    console.regain_network(page)
    fill_in(page, "operator")
    expect_user(page, "operator")


@pytest.mark.parametrize("to", ["https://example.com/", "//example.com/", "/\\example.com/", "javascript:alert(1)"])
def test_a_login_never_leads_to_another_origin(open_console: OpenConsole, to: str) -> None:
    console = open_console()

    page = console.log_in("viewer", f"/login?to={to}")

    expect(page).to_have_url(f"{console.url}/realtime")


def test_the_password_can_be_shown(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.open("/login")
    password = page.locator("input[autocomplete=current-password]")
    password.fill("visible")

    page.get_by_role("button", name=console.text("session.login.showPassword")).click()

    expect(password).to_have_attribute("type", "text")


def test_a_reload_keeps_the_session_without_a_refresh(open_console: OpenConsole) -> None:
    console = open_console()
    page = console.log_in("viewer", "/jobs")
    refreshes = []
    page.on("request", lambda request: refreshes.append(request.url) if REFRESH in request.url else None)

    for _ in range(3):
        page.reload()
        expect_user(page, "viewer")

    assert refreshes == []
    assert page.evaluate("sessionStorage.getItem('arcbeat.handover')") is None


@pytest.mark.parametrize("by_name", [False, True], ids=["secure context", "plain HTTP by a LAN name"])
def test_tabs_whose_tokens_expire_all_the_time_keep_the_session(
    open_console: OpenConsole, plant: Serving, by_name: bool
) -> None:
    console = open_console(lan_url(plant)) if by_name else open_console()
    tokens = ShortTokens()
    tokens.apply(console.context)
    tabs = tokens.tabs = [console.log_in("viewer", "/jobs"), console.open("/jobs"), console.open("/jobs")]
    assert tabs[0].evaluate("isSecureContext") is not by_name

    for tab in tabs:
        expect_settled(tab)

    for round_ in range(1, 4):
        tokens.expire()
        for tab in tabs:
            tab.reload(wait_until="commit")
        tokens.release()
        for tab in tabs:
            expect_settled(tab)
        assert len(tokens.refreshes) >= round_

    assert set(tokens.refreshes) == {200}
    assert len(tokens.refreshes) < len(tabs) * 3


def test_logging_out_ends_all_tabs(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    first, second = console.log_in("viewer", "/jobs"), console.open("/jobs?a=b")
    expect_user(second, "viewer")
    token = first.evaluate(REFRESH_TOKEN)

    open_user_menu(console, first)
    first.get_by_role("button", name=console.text("session.logOut")).click()

    for page in (first, second):
        expect_login(page)
        expect(page.get_by_role("status")).to_have_text(console.text("session.end.logged-out"))
    console.expected_errors = UNAUTHORIZED
    refresh = {"grant_type": "refresh_token", "refresh_token": token}
    assert console.context.request.post(f"{console.url}{REFRESH}", form=refresh, max_retries=1).status == 401

    fill_in(first, "viewer")
    for page in (first, second):  # a login with one tab is a login with all tabs
        expect_user(page, "viewer")


def test_another_user_of_another_tab_ends_the_session_of_this_tab(open_console: OpenConsole) -> None:
    console = open_console()
    first, second = console.log_in("viewer", "/jobs"), console.open("/login")

    fill_in(second, "operator")

    expect_user(second, "operator")
    expect_login(first)
    expect(first.get_by_role("status")).to_have_text(console.text("session.end.switched"))
    first.get_by_role("button", name=console.text("session.login.continue", name="operator")).click()
    expect_user(first, "operator")
    expect(first).to_have_url(f"{console.url}/jobs")


def test_a_session_that_the_server_has_ended_leads_to_the_login_and_back(
    open_console: OpenConsole, language: Language
) -> None:
    console = open_console(language=language)
    console.expected_errors = UNAUTHORIZED
    page = console.log_in("viewer", "/jobs?a=b")
    refresh = {"grant_type": "refresh_token", "refresh_token": page.evaluate(REFRESH_TOKEN)}
    for _ in range(2):  # the second use of a refresh token ends the session
        console.context.request.post(f"{console.url}{REFRESH}", form=refresh, max_retries=1)

    page.reload()

    expect_login(page)
    expect(page.get_by_role("status")).to_have_text(console.text("session.end.ended"))
    fill_in(page, "viewer")
    expect_user(page, "viewer")
    expect(page).to_have_url(f"{console.url}/jobs?a=b")


def test_the_menu_has_the_pages_and_works_on_a_phone(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme, size=PHONE)
    page = console.log_in("viewer", "/jobs")
    menu = page.get_by_role("navigation", name=console.text("common.mainMenu"))

    menu.get_by_role("button").click()
    assert_accessible(page)
    menu.get_by_role("link", name=console.text("common.pages.realtime")).click()

    expect(page).to_have_url(re.compile("/realtime"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert_fits_width(page)


def test_language_and_theme_are_kept_and_shared_between_tabs(open_console: OpenConsole) -> None:
    console = open_console()
    page, other = console.log_in("viewer", "/jobs"), console.open("/jobs")
    expect_user(other, "viewer")
    open_user_menu(console, page)

    page.get_by_role("radio", name="English").check()
    page.get_by_role("radio", name="Dark").check()

    expect(page).to_have_title("Jobs · arcbeat")
    for each in (page, other):
        expect(each.locator("html")).to_have_class("dark")
    page.reload()
    expect(page).to_have_title("Jobs · arcbeat")
    expect(page.locator("html")).to_have_class("dark")


def test_a_new_version_under_an_open_page_reloads_it_once(open_console: OpenConsole) -> None:
    console = open_console()
    console.expected_errors = "404"
    page = console.log_in("viewer", "/jobs")
    expect_settled(page)
    loads = count_loads(page)
    # The chunks of the version that the page belongs to are gone, until it loads the new version.
    page.route(CHUNK, lambda route: route.continue_() if loads else route.fulfill(status=404))

    page.get_by_role("link", name=console.text("common.pages.realtime")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(console.text("common.pages.realtime"))
    expect_user(page, "viewer")
    assert len(loads) == 1


def test_a_chunk_that_stays_missing_is_an_error_after_one_reload(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    console.expected_errors = "404"
    page = console.log_in("viewer", "/jobs")
    expect_settled(page)
    loads = count_loads(page)
    page.route(CHUNK, lambda route: route.fulfill(status=404))

    page.get_by_role("link", name=console.text("common.pages.realtime")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(console.text("session.missingPart.title"))
    assert len(loads) == 1
    assert_accessible(page)
    page.unroute(CHUNK)
    page.get_by_role("button", name=console.text("session.missingPart.reload")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(console.text("common.pages.realtime"))


def count_loads(page: Page) -> list[str]:
    """Return a list that grows with each document that the page loads."""
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    return loads


@pytest.mark.parametrize(
    ("role", "starts", "configures"), [(Role.VIEWER, 0, 0), (Role.OPERATOR, 1, 0), (Role.ADMIN, 1, 1)]
)
def test_a_role_sees_the_actions_that_it_may_take(
    open_console: OpenConsole, plant: Serving, role: Role, starts: int, configures: int
) -> None:
    Worker(plant.service.database_url).register(CHECK)
    console = open_console()

    page = console.log_in(role.value, "/jobs")

    job = page.locator(f"[data-job='{CHECK.name}']")
    expect(job).to_be_visible()
    start = console.text("jobs.command.startNamed", name=CHECK.name)
    expect(job.get_by_role("button", name=start)).to_have_count(starts)
    expect(job.get_by_role("switch")).to_have_count(configures)
