"""Takes pictures of the pages of the console, with the living data of the demo, into docs/images.

python -m tests.web.screenshots [FOLDER [PICTURE...]]
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from arcbeat.demo.folder import DemoNote
from arcbeat.domain.identity.identity import Role
from tests.support.ports import free_port
from tests.support.waiting import eventually
from tests.web.console import DESKTOP, PHONE, TIME_ZONE, Language, launch
from tests.web.past_readings import DEVICE, send_past
from tests.web.texts import text
from tests.web.wall import Link

IMAGES = Path(__file__).parents[2] / "docs" / "images"
START_SECONDS = 120.0
JOB = "demo_backfill"
"""Its runs fail twice, change their strategy and recover. It runs every two minutes."""
RECOVERED_RUNS = 2
"""How many of its runs the log has before the pictures are taken: a run and the one before it."""
RECOVERED_SECONDS_MAX = 400.0
WALL_SIZE = (1920, 1080)
ALARMS_ON_WALL, ALARMS_SECONDS_MAX = 2, 300.0
SETTLED_MS = 6_000
"""Longer than a tick, so that the rows have been updated once."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at; the name is part of the file names."""

    name: str
    language: Language
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
ALL = tuple(look.name for look in LOOKS)
WIDE = tuple(look.name for look in LOOKS if look.size != PHONE)
FEW = ("zh-light", "en-dark", "phone-zh-light")
FEW_WIDE = ("zh-light", "en-dark")
DEVICES_FILE = """device_code,device_name,device_type,production_date,team_name
14412T0301,焊机-301,welding,2023-08-23,班组一
14412T0302,焊机-302,milling,45161,班组一
14412T0001,焊机-001,welding,2019-03-11,班组九
14412T0303,焊机-303,welding,2023-13-01,班组二
"""
"""A file whose third row has two errors and whose fifth has one."""


@dataclass(frozen=True)
class Picture:
    """A page, and how its picture is taken.

    Attributes:
        looks: the names of its looks; few of them keep the repository small.
        size: the size of the window, if it is not that of the look.
        height: the height of the window on a desktop, if it is not that of the look.
        prepare: brings the page into the state that is shown.
    """

    path: str
    looks: tuple[str, ...] = ALL
    size: tuple[int, int] | None = None
    height: int | None = None
    prepare: Callable[[Page, Look], None] | None = None

    def window(self, look: Look) -> tuple[int, int]:
        """Return the width and the height of the window."""
        if self.size is not None:
            return self.size
        width, height = look.size
        return width, (self.height or height) if look.size == DESKTOP else height


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

    def recovered_runs(self) -> list[int]:
        """Return the ids of the runs that failed, waited and succeeded, the newest first."""
        query = {"job": JOB, "status": "success", "page_size": "10"}
        logs = self.client.get("/api/v1/jobs/logs", params=query).raise_for_status().json()
        return [log["run_id"] for log in logs["items"]]

    def wait_for_recovered_runs(self) -> None:
        """Wait until the log has enough of them."""
        eventually(
            "the job has recovered a few times",
            lambda: len(self.recovered_runs()) >= RECOVERED_RUNS,
            seconds=RECOVERED_SECONDS_MAX,
            poll_seconds=2.0,
        )


def _responds(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def _check_file(page: Page, look: Look) -> None:
    file = {"name": "devices.csv", "mimeType": "text/csv", "buffer": DEVICES_FILE.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a TypedDict of the library
    page.get_by_role("button", name=text(look.language, "devices.import.check"), exact=True).click()
    page.locator("[data-row]").first.wait_for()


def _wait_for_alarms(page: Page, _: Look) -> None:
    page.locator(".wall-tile").nth(ALARMS_ON_WALL - 1).wait_for(timeout=ALARMS_SECONDS_MAX * 1000)


LOGIN = "login"
PICTURES = {
    LOGIN: Picture("/login"),
    "realtime": Picture("/realtime"),
    "board": Picture("/board", looks=FEW, height=1560),
    "device": Picture(f"/devices/{DEVICE}?range=1h", looks=FEW_WIDE, height=1000),
    "alarms": Picture("/alarms", looks=FEW),
    "types": Picture("/catalogue/types/welding/fields", looks=FEW_WIDE),
    "import": Picture("/catalogue/devices/import", looks=FEW_WIDE, prepare=_check_file),
    "guide": Picture("/admin/guide", looks=FEW_WIDE),
    "jobs": Picture("/jobs"),
    "job": Picture(f"/jobs/{JOB}"),
    "job-logs": Picture("/jobs/logs"),
    "run": Picture("/jobs/runs/{run}"),
    "wall": Picture("/wall#key={key}", looks=WIDE, size=WALL_SIZE, prepare=_wait_for_alarms),
}
OF_JOBS = {"jobs", "job", "job-logs", "run"}


def take(browser: Browser, demo: Demo, look: Look, pictures: dict[str, Picture], folder: Path) -> None:
    """Take all pictures that have this look."""
    context = browser.new_context(
        locale=look.language,
        timezone_id=TIME_ZONE,
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.size[0], "height": look.size[1]},
    )
    page = context.new_page()
    page.goto(f"{demo.url}/login")
    page.locator("input[autocomplete=current-password]").wait_for()
    if LOGIN in pictures:
        _save(page, folder / f"{LOGIN}-{look.name}.png")
    page.locator("input[autocomplete=username]").fill(demo.username)
    page.locator("input[autocomplete=current-password]").fill(demo.password)
    page.keyboard.press("Enter")
    page.locator("input[autocomplete=current-password]").wait_for(state="detached")
    for name, picture in pictures.items():
        if name == LOGIN or look.name not in picture.looks:
            continue
        width, height = picture.window(look)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(demo.url + picture.path)
        page.wait_for_timeout(SETTLED_MS)
        if picture.prepare is not None:
            picture.prepare(page, look)
        _save(page, folder / f"{name}-{look.name}.png")
    context.close()


def _save(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    sys.stdout.write(f"{path}\n")


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    names = set(arguments[1:]) or set(PICTURES)
    with Demo.running() as demo, sync_playwright() as playwright:
        send_past(demo.client)
        if names & OF_JOBS:
            demo.wait_for_recovered_runs()
        pictures = {name: _filled(picture, demo) for name, picture in PICTURES.items() if name in names}
        with launch(playwright) as browser:
            for look in LOOKS:
                take(browser, demo, look, pictures, folder)


def _filled(picture: Picture, demo: Demo) -> Picture:
    """Put what this demo has into the path."""
    path = picture.path
    if "{run}" in path:
        path = path.format(run=demo.recovered_runs()[0])
    if "{key}" in path:
        path = path.format(key=Link.made(demo.client).api_key)
    return replace(picture, path=path)


if __name__ == "__main__":
    main(sys.argv[1:])
