"""Tests of the demo's output."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from arcbeat.demo import progress as module
from arcbeat.demo.progress import Console, Progress

NOW = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_device_is_live_for_15_seconds_after_its_last_reading() -> None:
    progress = Progress(registered=3, period_seconds=5)
    progress.last_seen = {"a": NOW, "b": NOW - timedelta(seconds=15), "c": NOW - timedelta(seconds=16)}

    assert progress.live(NOW) == 2


def test_with_slow_ticks_a_device_is_live_for_three_of_them() -> None:
    progress = Progress(registered=2, period_seconds=60)
    progress.last_seen = {"a": NOW - timedelta(seconds=180), "b": NOW - timedelta(seconds=181)}

    assert progress.live(NOW) == 1


def test_the_line_shows_devices_readings_and_the_last_tick() -> None:
    progress = Progress(registered=300, period_seconds=5, sent=12345, last_tick=NOW, last_seen={"a": NOW})

    line = progress.line(NOW)

    assert line.startswith("1 of 300 devices live, 12,345 readings sent, last tick ")
    assert line.endswith(f"{NOW.astimezone():%H:%M:%S}")


def test_the_line_shows_skipped_ticks_and_that_there_was_no_tick_yet() -> None:
    line = Progress(registered=300, period_seconds=5, skipped=2).line(NOW)

    assert line == "0 of 300 devices live, 0 readings sent, last tick not yet, 2 ticks skipped"


def test_on_a_terminal_the_line_is_overwritten_by_the_next_one_but_not_by_other_output() -> None:
    terminal = Terminal()
    console = Console(terminal)

    console.show("one")
    console.show("two")
    console.write("stopped")

    assert terminal.getvalue() == "\r\x1b[Kone\r\x1b[Ktwo\nstopped\n"


def test_in_a_file_every_line_stays() -> None:
    stream = StringIO()
    console = Console(stream)

    console.show("one")
    console.show("two")
    console.write("stopped")

    assert stream.getvalue() == "one\ntwo\nstopped\n"


async def test_the_progress_is_shown_repeatedly_until_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_SECONDS", 0.0)
    shown_twice = asyncio.Event()

    class Pipe(StringIO):
        def flush(self) -> None:
            if self.getvalue().count("\n") == 2:
                shown_twice.set()

    pipe = Pipe()
    showing = asyncio.create_task(Console(pipe).follow(Progress(registered=300, period_seconds=5)))
    await asyncio.wait_for(shown_twice.wait(), timeout=10)

    showing.cancel()
    with suppress(asyncio.CancelledError):
        await showing

    assert pipe.getvalue().startswith("0 of 300 devices live")
