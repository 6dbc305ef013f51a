"""What a tick of 10 000 machines costs the main thread of a browser, with the table of the console and without one."""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from bench import record

WEB = Path(__file__).parents[2] / "web"
PAGE = WEB / "bench" / "dist"
SIZE = {"width": 1920, "height": 1080}
ROUNDS, TICKS = 4, 8
"""Both sides are measured in turn, so that they share what else the machine does."""
PERIOD_MS = 1_200
"""Longer than a flash; a share of the main thread is that of a period of 5 seconds."""
SAMPLE_MS = 5_000
ORDERS = {"code": "order that stays", "field_3": "sorted by a value that changes"}
SCROLL_TICKS, SCROLL_PERIOD_MS = 20, 500
SHARE_PERCENT_MAX, RATIO_MAX, FRAME_MS_MAX = 3, 4, 50

Row = dict[str, Any]


async def measure() -> None:
    """Measure both sides and the frames while scrolling, and save the results."""
    await asyncio.to_thread(_build)
    async with _page() as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.evaluate(f"bench.applyShown({TICKS}, {PERIOD_MS})")  # the browser compiles what runs often
        await page.evaluate(f"bench.applyAlone({TICKS}, {PERIOD_MS})")
        rows = [await _compare(page, session, column) for column in ORDERS]
        frames = await _frames_ms(page)
    _save(rows, frames)


async def _compare(page: Page, session: CDPSession, column: str) -> Row:
    """Return the work per tick with the table and without, medians of rounds that alternate."""
    await page.evaluate("(column) => bench.sortBy(column)", column)
    alone, shown = [], []
    for _ in range(ROUNDS):
        alone.append(await _work_ms(page, session, "applyAlone"))
        shown.append(await _work_ms(page, session, "applyShown"))
    alone_ms, shown_ms = statistics.median(alone), statistics.median(shown)
    share = shown_ms / SAMPLE_MS * 100
    return {
        "rows": ORDERS[column],
        "alone_ms": alone_ms,
        "table_ms": shown_ms,
        "share_percent": share,
        "ratio": shown_ms / alone_ms,
    }


async def _work_ms(page: Page, session: CDPSession, function: str) -> float:
    """Return the CPU time of the main thread per tick, that of layout and painting included."""
    before = await _work_seconds(session)
    await page.evaluate(f"bench.{function}({TICKS}, {PERIOD_MS})")
    return (await _work_seconds(session) - before) / TICKS * 1000


async def _work_seconds(session: CDPSession) -> float:
    metrics = await session.send("Performance.getMetrics")
    return float(next(each["value"] for each in metrics["metrics"] if each["name"] == "TaskDuration"))


async def _frames_ms(page: Page) -> list[float]:
    """Return the CPU time of the main thread from each frame to the next, while the table scrolls and ticks arrive."""
    browser = page.context.browser
    assert browser is not None  # noqa: S101 -- launched below
    await browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
    await page.evaluate(f"bench.scroll({SCROLL_TICKS}, {SCROLL_PERIOD_MS})")
    return frames_of(json.loads(await browser.stop_tracing())["traceEvents"])


def frames_of(events: list[Row]) -> list[float]:
    """Return the milliseconds of CPU time of each frame of a trace: of the tasks before it, and of itself."""
    threads = {
        (each["pid"], each["tid"])
        for each in events
        if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"
    }
    mine = sorted((each for each in events if (each["pid"], each["tid"]) in threads and "ts" in each), key=_start)
    frames = [0.0]
    for event in mine:
        if event["name"] == "ThreadControllerImpl::RunTask":
            frames[-1] += event.get("tdur", 0) / 1000
        if event["name"] == "FireAnimationFrame":
            frames.append(0.0)
    return frames[1:]


def _start(event: Row) -> float:
    return float(event["ts"])


def _save(rows: list[Row], frames: list[float]) -> None:
    longest = max(frames)
    for row in rows:
        row.update(frame_ms_median=statistics.median(frames), frame_ms_max=longest)
    stays = rows[0]
    targets = [
        record.Target("main thread, % of 5 s", stays["share_percent"], SHARE_PERCENT_MAX, at_most=True),
        record.Target("table / parse and apply alone", stays["ratio"], RATIO_MAX, at_most=True),
        record.Target("longest frame while scrolling, ms of CPU", longest, FRAME_MS_MAX, at_most=True),
    ]
    record.save("console", rows, targets)


def _build() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path}
    subprocess.run([WEB / "build", sys.executable, "generate"], check=True, env=environment)
    command = ["npx", "--no-install", "vite", "build", "--config", "bench/vite.config.ts", "--logLevel", "error"]
    subprocess.run(command, cwd=WEB, check=True, env=environment)


@asynccontextmanager
async def _page() -> AsyncIterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(PAGE)))
    Thread(target=server.serve_forever, daemon=True).start()
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has no sandbox as root
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
            page = await browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
            await page.goto(f"http://127.0.0.1:{server.server_port}/")
            await page.wait_for_function("window.bench")
            yield page
            await browser.close()
    finally:
        server.shutdown()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- as inherited
        """Log nothing."""
