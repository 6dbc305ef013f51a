"""What all pages have in common."""

import re

from playwright.sync_api import expect

from tests.web.conftest import OpenConsole
from tests.web.console import Language, Theme, assert_accessible

DARK = re.compile(r"\bdark\b")


def test_an_unknown_page_says_so_in_the_language_of_the_browser(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.open("/no-such-page")

    page.get_by_role("heading", name=console.text("common.notFound.title")).wait_for()
    expect(page.get_by_text(console.text("common.notFound.hint"))).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert_accessible(page)


def test_each_page_has_a_title_of_its_own(open_console: OpenConsole, language: Language) -> None:
    console = open_console(language=language)
    console.expected_errors = "404"  # there is neither such a job nor such a run
    page = console.log_in("viewer", "/jobs/logs")
    expect(page).to_have_title(f"{console.text('jobs.logs.title')} · arcbeat")

    page.goto(f"{console.url}/jobs/check_latest")
    expect(page).to_have_title(f"{console.text('common.pages.job', name='check_latest')} · arcbeat")

    page.goto(f"{console.url}/jobs/runs/412")
    expect(page).to_have_title(f"{console.text('common.pages.run', runId=412)} · arcbeat")


def test_the_help_of_a_page_opens_in_the_language_of_the_page(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)
    page = console.log_in("viewer", "/jobs")
    button = page.get_by_role("button", name=console.text("common.help.button"))
    button.press("Enter")

    panel = page.get_by_role("dialog", name=console.text("common.pages.jobs"))

    expect(panel).to_contain_text({"zh-CN": "这个页面显示什么", "en": "What this page shows"}[language])
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(button).to_be_focused()


def test_paper_shows_the_content_in_light_colours_without_what_cannot_be_pressed(open_console: OpenConsole) -> None:
    page = open_console(theme="dark").log_in("viewer", "/jobs")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_class(DARK)

    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.locator("main button:visible")).to_have_count(0)
    expect(page.locator("html")).not_to_have_class(DARK)
