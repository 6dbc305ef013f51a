"""Pages of the console in a browser, as one person sees them."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.support.identity import PASSWORD
from tests.support.waiting import eventually
from tests.web.texts import text

Language = Literal["zh-CN", "en"]
Theme = Literal["light", "dark"]

LAN_NAME = "factory.lan"
"""A name of this machine in the browser that is no secure context, unlike localhost and 127.0.0.1."""
TIME_ZONE = "Asia/Shanghai"
DESKTOP, PHONE = (1440, 900), (390, 844)
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
NEXT_FRAMES = """
async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
}
"""
"""Waits until the browser has drawn what the page shows by now: a frame, what begins in it, and what that draws."""
ROUNDS_OF_ANIMATIONS_MAX = 20
ANIMATIONS_END = f"""
async () => {{
  const nextFrames = {NEXT_FRAMES};
  const running = () => document.getAnimations()
    .filter((each) => each.playState === "running" && each.effect?.getComputedTiming().endTime !== Infinity);
  let all = [];
  for (let round = 0; round < {ROUNDS_OF_ANIMATIONS_MAX} && (round === 0 || all.length > 0); round += 1) {{
    await Promise.allSettled(all.map((each) => each.finished));
    await nextFrames();
    all = running();
  }}
}}
"""
"""Waits for fades and other animations that end, also those that begin with the next frame, but not for spinners."""
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATION = "policy violation: "
REPORT_VIOLATIONS = f"""
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`{VIOLATION}${{event.violatedDirective}} ${{event.blockedURI}} in ${{event.sourceFile}}`));
"""
IS_OFFLINE = "() => fetch('/theme.js', { cache: 'no-store' }).then(() => false, () => true)"
PATIENCE_MS = 30_000
"""How long a page may take for a step on a busy computer. A test that passes never waits for its end."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Console:
    """One browser profile on the console.

    Attributes:
        url: where the console is served.
        errors: what went wrong in its pages: errors in the console of the browser, and uncaught ones.
        violations: how its pages violated the policy.
        expected_errors: a pattern of errors that the test causes, for example of a connection that it cuts.
    """

    context: BrowserContext
    url: str
    language: Language
    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    expected_errors: str | None = None

    @classmethod
    @contextmanager
    def opened(
        cls,
        browser: Browser,
        url: str,
        *,
        language: Language = "zh-CN",
        theme: Theme = "light",
        size: tuple[int, int] = DESKTOP,
        **options: Any,
    ) -> Iterator["Console"]:
        """Open a profile; at the end of the block, assert that nothing went wrong and no policy was violated."""
        context = browser.new_context(
            locale=language,
            timezone_id=TIME_ZONE,
            color_scheme=theme,
            viewport={"width": size[0], "height": size[1]},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(REPORT_VIOLATIONS)
        console = cls(context, url, language)
        context.on("console", lambda message: console._record(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: console._record(str(error.error)))
        try:
            yield console
            console.assert_sound()
        finally:
            context.close()

    def open(self, path: str = "/") -> Page:
        """Open another tab at a path."""
        page = self.context.new_page()
        page.goto(self.url + path)
        return page

    def log_in(self, username: str, path: str = "/") -> Page:
        """Open a tab at a path and log in as the login page asks for it."""
        page = self.open(path)
        page.locator("input[autocomplete=username]").fill(username)
        page.locator("input[autocomplete=current-password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("input[autocomplete=current-password]")).to_have_count(0)
        return page

    def text(self, key: str, **values: object) -> str:
        """Return a message of the console in the language of this profile."""
        return text(self.language, key, **values)

    def button(self, where: Page | Locator, key: str, **values: object) -> Locator:
        """Return the button that has exactly this message."""
        return where.get_by_role("button", name=self.text(key, **values), exact=True)

    def press(self, where: Page | Locator, key: str, **values: object) -> None:
        """Click the button that has exactly this message."""
        self.button(where, key, **values).click()

    def lose_network(self, page: Page) -> None:
        """Take the network from the browser, and wait until it has none: a request just after may still be sent."""
        self.context.set_offline(True)
        eventually("requests fail", lambda: bool(page.evaluate(IS_OFFLINE)))

    def regain_network(self, page: Page) -> None:
        """Give the network back, and wait until requests pass."""
        self.context.set_offline(False)
        eventually("requests succeed", lambda: not page.evaluate(IS_OFFLINE))

    def assert_sound(self) -> None:
        """Assert that no page violated the policy and none had an error that the test does not expect."""
        self.context.cookies()  # the browser answers after it has reported what happened before
        pattern = self.expected_errors
        assert self.violations == []
        assert [each for each in self.errors if pattern is None or not re.search(pattern, each)] == []

    def _record(self, error: str) -> None:
        (self.violations if error.startswith(VIOLATION) else self.errors).append(error)


def local_time(moment: str) -> str:
    """Return the time of day that pages show for a moment of the API."""
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(TIME_ZONE)):%H:%M:%S}"


@contextmanager
def launch(playwright: Playwright) -> Iterator[Browser]:
    """Run Debian's Chromium, or that of the PATH, until the end of the block."""
    chromium = shutil.which("chromium")
    assert chromium, "there is no chromium on the PATH; on Debian: apt-get install chromium"
    arguments = [f"--host-resolver-rules=MAP {LAN_NAME} 127.0.0.1"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium has no sandbox as root
    browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
    try:
        yield browser
    finally:
        browser.close()


def choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    """Choose an option of the select with exactly this label."""
    page.locator(".el-select").filter(has=page.get_by_label(label, exact=True)).click()
    page.get_by_role("option", name=option, exact=True).click()


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing that violates WCAG AA. In the middle of a fade, a text has less contrast."""
    page.evaluate(ANIMATIONS_END)
    page.evaluate(_axe())
    found = page.evaluate("(rules) => axe.run({runOnly: {type: 'tag', values: rules}})", AXE_RULES)
    problems = [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert not problems, "\n".join(problems)


def assert_fits_width(page: Page) -> None:
    """Assert that the page does not scroll sideways."""
    shown = page.viewport_size
    assert shown
    assert page.evaluate("document.documentElement.scrollWidth") <= shown["width"], page.url
