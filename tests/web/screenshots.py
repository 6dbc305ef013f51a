"""Takes pictures of the pages of the console, with the living data of the demo, into docs/images.

python -m tests.web.screenshots [FOLDER [PAGE...]]
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from arcbeat.demo.folder import DemoNote
from arcbeat.domain.identity.identity import Role
from tests.support.ports import free_port
from tests.support.waiting import eventually
from tests.web.console import DESKTOP, PHONE, TIME_ZONE, launch

IMAGES = Path(__file__).parents[2] / "docs" / "images"
START_SECONDS = 120.0
JOB = "demo_backfill"
"""Its runs fail twice, change their strategy and recover. It runs every two minutes."""
RECOVERED_RUNS = 2
"""How many of its runs the log has before the pictures are taken: a run and the one before it."""
RECOVERED_SECONDS_MAX = 400.0
WALL, WALL_SIZE = "wall", (1920, 1080)
SETTLED_MS = 6_000
"""Longer than a tick, so that the rows have been updated once."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at; the name is part of the file names."""

    name: str
    language: str
    theme: str
    size: tuple[int, int]


LOOKS = (
    Look("zh-light", "zh-CN", "light", DESKTOP),
    Look("zh-dark", "zh-CN", "dark", DESKTOP),
    Look("en-light", "en", "light", DESKTOP),
    Look("en-dark", "en", "dark", DESKTOP),
    Look("phone-zh-light", "zh-CN", "light", PHONE),
    Look("phone-en-dark", "en", "dark", PHONE),
)


@dataclass
class Demo:
    """A running demo, as its administrator."""

    url: str
    username: str
    password: str
    client: httpx.Client

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Demo"]:
        """Run the demo in a folder of its own until the end of the block."""
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "arcbeat", "demo"]
            process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PORT": str(free_port())})
            try:
                note = Path(folder, ".arcbeat", "demo.json")
                eventually("the demo has started", note.exists, seconds=START_SECONDS)
                with httpx.Client(trust_env=False, timeout=20) as client:
                    yield cls._of(DemoNote.model_validate_json(note.read_bytes()), client)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()

    @classmethod
    def _of(cls, note: DemoNote, client: httpx.Client) -> "Demo":
        (admin,) = (user for user in note.users if user.role is Role.ADMIN)
        client.base_url = httpx.URL(note.url)
        grant = {"grant_type": "password", "username": admin.username, "password": admin.password}
        eventually("the demo responds", lambda: _responds(client))
        token = client.post("/api/v1/auth/token", data=grant).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        return cls(note.url, admin.username, admin.password, client)

    def wall_key(self) -> str:
        """Return the key of a new wall link."""
        scopes = ["device:read", "telemetry:read"]
        body = {"name": f"wall-{secrets.token_hex(4)}", "purpose": "wall", "scopes": scopes, "expires_days": 1}
        return str(self.client.post("/api/v1/api-keys", json=body).raise_for_status().json()["api_key"])

    def recovered_runs(self) -> list[int]:
        """Return the ids of the runs that failed, waited and succeeded, the newest first."""
        query = {"job": JOB, "status": "success", "page_size": "10"}
        logs = self.client.get("/api/v1/jobs/logs", params=query).raise_for_status().json()
        return [log["run_id"] for log in logs["items"]]


def _responds(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def pages_of(demo: Demo) -> dict[str, str]:
    """Return the paths of the pages by the names of their pictures."""
    (run, *_) = demo.recovered_runs()
    return {
        "realtime": "/realtime",
        "jobs": "/jobs",
        "job": f"/jobs/{JOB}",
        "job-logs": "/jobs/logs",
        "run": f"/jobs/runs/{run}",
        WALL: f"/wall#key={demo.wall_key()}",
    }


def take(browser: Browser, demo: Demo, look: Look, pages: dict[str, str], folder: Path) -> None:
    """Take the pictures of all pages with one look."""
    context = browser.new_context(
        locale=look.language,
        timezone_id=TIME_ZONE,
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.size[0], "height": look.size[1]},
    )
    page = context.new_page()
    page.goto(f"{demo.url}/login")
    page.locator("input[autocomplete=current-password]").wait_for()
    _save(page, folder / f"login-{look.name}.png")
    page.locator("input[autocomplete=username]").fill(demo.username)
    page.locator("input[autocomplete=current-password]").fill(demo.password)
    page.keyboard.press("Enter")
    page.locator("input[autocomplete=current-password]").wait_for(state="detached")
    for name, path in pages.items():
        if name == WALL and look.size == PHONE:
            continue
        width, height = WALL_SIZE if name == WALL else look.size
        page.set_viewport_size({"width": width, "height": height})
        page.goto(demo.url + path)
        page.wait_for_timeout(SETTLED_MS)
        _save(page, folder / f"{name}-{look.name}.png")
    context.close()


def _save(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    sys.stdout.write(f"{path}\n")


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with Demo.running() as demo, sync_playwright() as playwright:
        eventually(
            "the job has recovered a few times",
            lambda: len(demo.recovered_runs()) >= RECOVERED_RUNS,
            seconds=RECOVERED_SECONDS_MAX,
            poll_seconds=2.0,
        )
        pages = {name: path for name, path in pages_of(demo).items() if not arguments[1:] or name in arguments[1:]}
        with launch(playwright) as browser:
            for look in LOOKS:
                take(browser, demo, look, pages, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
