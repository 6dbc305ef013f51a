"""What a tick of 10 000 machines costs the main thread of a browser: in the table of the console, and without a table."""

import asyncio
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
ROUNDS, TICKS = 5, 8
"""Both sides are measured in turn, so that they share what else the machine does."""
PERIOD_MS = 1_200
"""Longer than a flash; a share of the main thread is that of a period of 5 seconds."""
SAMPLE_MS = 5_000
SCROLL_TICKS, SCROLL_PERIOD_MS = 20, 500
FRAME_MS_MAX, SHARE_PERCENT_MAX, RATIO_MAX = 50, 3, 4


async def measure() -> None:
    """Measure both sides and the frames while scrolling, and save the results."""
    await asyncio.to_thread(_build)
    async with _page() as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        await page.evaluate(f"bench.applyShown({TICKS}, {PERIOD_MS})")  # the browser compiles what runs often
        await page.evaluate(f"bench.applyAlone({TICKS}, {PERIOD_MS})")
        alone, shown = [], []
        for _ in range(ROUNDS):
            alone.append(await _task_ms(page, session, "applyAlone"))
            shown.append(await _task_ms(page, session, "applyShown"))
        frames = await page.evaluate(f"bench.scroll({SCROLL_TICKS}, {SCROLL_PERIOD_MS})")
    _save(statistics.median(alone), statistics.median(shown), frames)


async def _task_ms(page: Page, session: CDPSession, function: str) -> float:
    """Return how long the main thread worked per tick, rendering included."""
    before = await _work_seconds(session)
    await page.evaluate(f"bench.{function}({TICKS}, {PERIOD_MS})")
    return (await _work_seconds(session) - before) / TICKS * 1000


async def _work_seconds(session: CDPSession) -> float:
    metrics = await session.send("Performance.getMetrics")
    return float(next(each["value"] for each in metrics["metrics"] if each["name"] == "TaskDuration"))


def _save(alone: float, shown: float, frames: dict[str, list[float]]) -> None:
    with_tick, without = sorted(frames["withTick"]), sorted(frames["without"])
    share = shown / SAMPLE_MS * 100
    rows = [
        {"side": "parse and apply alone", "main_thread_ms": alone, "share_percent": alone / SAMPLE_MS * 100},
        {
            "side": "table of the console",
            "main_thread_ms": shown,
            "share_percent": share,
            "frame_ms_tick": with_tick[-1],
            "frame_ms_tick_median": statistics.median(with_tick),
            "frame_ms_other": without[-1],
            "frame_ms_other_median": statistics.median(without),
        },
    ]
    targets = [
        record.Target("main thread, % of 5 s", share, SHARE_PERCENT_MAX, at_most=True),
        record.Target("table / parse and apply alone", shown / alone, RATIO_MAX, at_most=True),
        record.Target("longest frame with a tick while scrolling, ms", with_tick[-1], FRAME_MS_MAX, at_most=True),
    ]
    record.save("console", rows, targets)


def _build() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path}
    subprocess.run([WEB / "build", sys.executable, "install"], check=True, env=environment)
    subprocess.run([WEB / "build", sys.executable, "generate"], check=True, env=environment)
    command = ["npx", "--no-install", "vite", "build", "--config", "bench/vite.config.ts", "--logLevel", "error"]
    subprocess.run(command, cwd=WEB, check=True, env=environment)  # noqa: S607 -- of the virtual environment


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
