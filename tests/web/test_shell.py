"""What all pages have in common."""

from playwright.sync_api import expect

from tests.web.conftest import OpenConsole
from tests.web.console import Language, Theme, assert_accessible


def test_an_unknown_page_says_so_in_the_language_of_the_browser(
    open_console: OpenConsole, language: Language, theme: Theme
) -> None:
    console = open_console(language=language, theme=theme)

    page = console.open("/no-such-page")

    page.get_by_role("heading", name=console.text("common.notFound.title")).wait_for()
    expect(page.get_by_text(console.text("common.notFound.hint"))).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == language
    assert_accessible(page)
