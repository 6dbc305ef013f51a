"""The pages of administrators: users, API keys, wall links; and the account page of every user."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from arcbeat.domain.identity.identity import Role, Scope
from tests.support.identity import PASSWORD, add_user, get_me, key, log_in
from tests.support.serving import Serving
from tests.web.conftest import OpenConsole
from tests.web.console import PHONE, Console, Language, Theme, assert_accessible, assert_fits_width

USERS, KEYS, LINKS = "/admin/users", "/admin/api-keys", "/admin/wall-links"
STORED = """
[...Object.values(localStorage), ...Object.values(sessionStorage), document.documentElement.outerHTML, location.href]
  .join()
"""
"""Everything of a page that could keep a secret. The values of inputs are not in its HTML."""
INPUTS = "[...document.querySelectorAll('input, textarea')].map((each) => each.value).join()"


@pytest.fixture(scope="module")
def api(plant: Serving) -> httpx.Client:
    return plant.service.client_of("admin", *Role.ADMIN.scopes)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def secret_of(console: Console, page: Page, label: str) -> str:
    """Return the secret that the dialog shows, after copying it."""
    shown = dialog(page).filter(has_text=console.text("forms.secret.once"))
    secret = shown.get_by_label(console.text(label), exact=True).input_value()
    console.press(dialog(page), "forms.secret.copy")
    expect(dialog(page)).to_contain_text(console.text("common.copy.copied"))
    return secret


def assert_forgotten(page: Page, secret: str) -> None:
    expect(dialog(page)).to_have_count(0)
    assert secret not in page.evaluate(STORED)
    assert secret not in page.evaluate(INPUTS)


def keys(api: httpx.Client, purpose: str) -> dict[str, dict[str, Any]]:
    """Return the keys of a purpose, by their names."""
    items = api.get("/api/v1/api-keys", params={"purpose": purpose, "page_size": 100}).json()["items"]
    return {each["name"]: each for each in items}


def test_all_pages_show_what_the_api_returns(
    open_console: OpenConsole, plant: Serving, api: httpx.Client, language: Language, theme: Theme
) -> None:
    name = f"gateway-{language}-{theme}"
    body = {"name": name, "scopes": ["telemetry:write"], "expires_days": 5}
    api.post("/api/v1/api-keys", json=body).raise_for_status()
    console = open_console(language=language, theme=theme)

    page = console.log_in("admin", USERS)
    for role in Role:
        row = page.locator(f"[data-user='{role.value}']")
        expect(row).to_contain_text(console.text(f"session.roles.{role.value}"))
        expect(row).to_contain_text(console.text("admin.users.enabled"))
    console.press(page, "admin.users.create")
    assert_accessible(page)

    page.goto(console.url + KEYS)
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(console.text("account.scope.telemetry:write"))
    expect(row).to_contain_text(console.text("admin.keys.soon", days=4))
    expect(row).to_contain_text("admin")
    console.press(page, "admin.keys.create")
    assert_accessible(page)

    page.goto(console.url + LINKS)
    expect(page.get_by_role("heading", level=1)).to_have_text(console.text("common.pages.wallLinks"))
    console.press(page, "admin.links.create")
    assert_accessible(page)

    page.goto(f"{console.url}/account")
    for scope in Scope:
        expect(page.get_by_role("main")).to_contain_text(console.text(f"account.scope.{scope.value}"))
    assert_accessible(page)


def test_a_user_with_a_generated_password_can_log_in_and_is_changed_and_deleted(
    open_console: OpenConsole, plant: Serving, api: httpx.Client
) -> None:
    console = open_console()
    page = console.log_in("admin", USERS)

    console.press(page, "admin.users.create")
    page.get_by_label(console.text("session.login.username"), exact=True).fill("王伟")
    dialog(page).get_by_label(re.compile(f"^{console.text('session.roles.operator')}")).check()
    console.press(dialog(page), "account.password.generate")
    console.press(dialog(page), "admin.users.create")
    password = secret_of(console, page, "session.login.password")
    console.press(dialog(page), "forms.secret.done")
    assert_forgotten(page, password)
    assert log_in(plant.service, "王伟", password).status_code == 200
    assert api.get("/api/v1/users/王伟").json()["role"] == "operator"

    console.press(page, "admin.users.editNamed", name="王伟")
    dialog(page).get_by_text(console.text("admin.users.enabledHint")).click()
    console.press(dialog(page), "forms.save")
    expect(page.locator("[data-user='王伟']")).to_contain_text(console.text("admin.users.disabled"))
    assert log_in(plant.service, "王伟", password).status_code == 401

    console.press(page, "admin.users.deleteNamed", name="王伟")
    console.press(dialog(page), "admin.delete")
    expect(page.locator("[data-user='王伟']")).to_have_count(0)


def test_a_weak_password_is_rejected_at_its_field(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "400"
    page = console.log_in("admin", USERS)

    console.press(page, "admin.users.create")
    page.get_by_label(console.text("session.login.username"), exact=True).fill("weak")
    page.get_by_label(console.text("session.login.password"), exact=True).fill("password1234")
    console.press(dialog(page), "admin.users.create")

    expect(dialog(page).locator(".is-error .el-form-item__error")).to_be_visible()
    expect(page.get_by_label(console.text("session.login.username"), exact=True)).to_have_value("weak")
    expect(page.get_by_label(console.text("session.login.password"), exact=True)).to_have_value("password1234")


def test_the_last_administrator_keeps_the_role(
    open_console: OpenConsole, api: httpx.Client, language: Language
) -> None:
    console = open_console(language=language)
    console.expected_errors = "409"
    page = console.log_in("admin", USERS)

    console.press(page, "admin.users.editNamed", name="admin")
    dialog(page).get_by_label(re.compile(f"^{console.text('session.roles.viewer')}")).check()
    expect(dialog(page)).to_contain_text(console.text("admin.users.ownWarning"))
    console.press(dialog(page), "forms.save")

    expect(dialog(page)).to_contain_text(console.text("admin.users.lastAdmin"))
    assert api.get("/api/v1/users/admin").json()["role"] == "admin"


def test_the_keys_of_a_deleted_user_can_be_transferred(
    open_console: OpenConsole, plant: Serving, api: httpx.Client
) -> None:
    add_user(plant.service, "leaving", Role.ADMIN)
    body = {"name": "collector", "scopes": ["telemetry:write"]}
    plant.service.client_of("leaving", Scope.ADMIN).post("/api/v1/api-keys", json=body).raise_for_status()
    console = open_console()
    console.expected_errors = "409"
    page = console.log_in("admin", USERS)

    console.press(page, "admin.users.deleteNamed", name="leaving")
    console.press(dialog(page), "admin.delete")
    expect(dialog(page).get_by_role("alert")).to_contain_text("collector")
    dialog(page).get_by_label(re.compile(f"^{console.text('admin.users.keys.transfer')}")).check()
    console.press(dialog(page), "admin.delete")

    expect(page.locator("[data-user='leaving']")).to_have_count(0)
    assert keys(api, "program")["collector"]["owner"] == "admin"


def test_a_key_is_shown_once_works_and_is_rejected_after_its_revocation(
    open_console: OpenConsole, plant: Serving, api: httpx.Client
) -> None:
    console = open_console()
    page = console.log_in("admin", USERS)

    page.get_by_role("link", name=console.text("common.pages.apiKeys")).click()
    console.press(page, "admin.keys.create")
    page.get_by_label(console.text("admin.keys.name"), exact=True).fill("line-1")
    dialog(page).get_by_label(re.compile("device:read")).check()
    console.press(dialog(page), "admin.keys.create")
    console.press(dialog(page), "forms.secret.done")
    expect(dialog(page).get_by_role("alert")).to_contain_text(console.text("forms.secret.notCopied"))
    page.go_back()
    expect(dialog(page)).to_be_visible()
    secret = secret_of(console, page, "admin.keys.key")
    console.press(dialog(page), "forms.secret.done")
    assert_forgotten(page, secret)

    stored = keys(api, "program")["line-1"]
    assert stored["scopes"] == ["device:read"]
    assert stored["expires_at"] is not None
    assert stored["owner"] == "admin"
    assert get_me(plant.service, key(secret)).json()["name"] == "line-1"

    console.press(page, "admin.keys.revokeNamed", name="line-1")
    expect(dialog(page)).to_contain_text("line-1")
    console.press(dialog(page), "admin.keys.revoke")
    expect(page.get_by_role("row").filter(has_text="line-1")).to_contain_text(console.text("admin.keys.state.revoked"))
    assert get_me(plant.service, key(secret)).status_code == 401


def test_a_wall_link_has_a_key_that_only_reads(
    open_console: OpenConsole, plant: Serving, api: httpx.Client, language: Language
) -> None:
    name = f"hall-{language}"
    console = open_console(language=language)
    page = console.log_in("admin", LINKS)

    console.press(page, "admin.links.create")
    page.get_by_label(console.text("admin.links.name"), exact=True).fill(name)
    dialog(page).get_by_role("combobox", name=console.text("admin.links.team"), exact=True).select_option("班组二")
    console.press(dialog(page), "admin.links.create")
    link = secret_of(console, page, "admin.links.link")
    expect(dialog(page).get_by_role("link", name=console.text("admin.links.open"))).to_have_attribute("href", link)
    console.press(dialog(page), "forms.secret.done")
    assert_forgotten(page, link)

    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{console.url}/wall"
    assert parse_qs(parts.query) == {"type": ["welding"], "team": ["班组二"], "lang": [language], "theme": ["dark"]}
    secret = parts.fragment.removeprefix("key=")
    me = get_me(plant.service, key(secret)).json()
    assert (me["name"], me["scopes"]) == (name, ["device:read", "telemetry:read"])
    board = plant.service.anonymous.get("/api/v1/board/status?type_code=welding", headers=key(secret))
    assert board.json()["total"] == 8
    body = {"device_code": "X", "device_type": "welding"}
    assert plant.service.anonymous.post("/api/v1/device/info", json=body, headers=key(secret)).status_code == 403
    assert name not in keys(api, "program")

    console.press(page, "admin.keys.revokeNamed", name=name)
    console.press(dialog(page), "admin.keys.revoke")
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text(console.text("admin.keys.state.revoked"))
    assert get_me(plant.service, key(secret)).status_code == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_others_than_administrators_see_no_page_of_administration(open_console: OpenConsole, role: Role) -> None:
    console = open_console()
    page = console.log_in(role.value, USERS)

    for path in (USERS, KEYS, LINKS):
        page.goto(console.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_text(console.text("session.forbidden.title"))
    menu = page.get_by_role("navigation", name=console.text("common.mainMenu"))
    expect(menu.get_by_role("link", name=console.text("common.pages.admin"))).to_have_count(0)


def test_a_user_changes_the_own_password_and_logs_in_again(
    open_console: OpenConsole, plant: Serving, language: Language
) -> None:
    username, new = f"own-{language}", "trumpet lagoon orchid seven"
    add_user(plant.service, username)
    console = open_console(language=language)
    console.expected_errors = "40[01]"
    page = console.log_in(username, "/jobs")

    page.get_by_role("button", name=console.text("session.userMenu")).click()
    page.get_by_role("link", name=console.text("common.pages.account")).click()
    old = page.get_by_label(console.text("account.password.old"), exact=True)
    old.fill("wrong")
    page.get_by_label(console.text("account.password.new"), exact=True).fill(new)
    page.keyboard.press("Enter")
    expect(page.locator(".is-error")).to_be_visible()
    old.fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text(console.text("session.end.password-changed"))
    assert new not in page.evaluate(STORED) + page.evaluate(INPUTS)
    assert log_in(plant.service, username).status_code == 401
    page.locator("input[autocomplete=username]").fill(username)
    page.locator("input[autocomplete=current-password]").fill(new)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(console.text("common.pages.account"))


def test_a_phone_and_paper_show_all_pages(open_console: OpenConsole, api: httpx.Client) -> None:
    body = {"name": "n" * 64, "scopes": [each.value for each in Scope]}
    api.post("/api/v1/api-keys", json=body).raise_for_status()
    console = open_console(size=PHONE)
    page = console.log_in("admin", USERS)

    for path, create in ((USERS, "admin.users.create"), (KEYS, "admin.keys.create"), (LINKS, "admin.links.create")):
        page.goto(console.url + path)
        button = page.get_by_role("button", name=console.text(create)).first
        expect(button).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert_fits_width(page)
        page.emulate_media(media="print")
        expect(button).to_be_hidden()
        page.emulate_media(media="screen")
