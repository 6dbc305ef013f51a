"""The restarts of the demo's PostgreSQL, with a simulated server and clock."""

import asyncio
from collections.abc import Sequence

import pytest

from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.postgres import RESTARTS_MAX, STABLE_SECONDS, keep_running
from arcbeat.domain.errors import StoreUnavailable


class Ended(Exception):
    """The test has seen enough."""


class Server:
    """A server whose state a test gives for each check."""

    def __init__(self, checks: Sequence[bool], *, is_broken: bool = False) -> None:
        self._checks = list(checks)
        self._is_broken = is_broken
        self.starts = 0
        self.waits: list[float] = []
        self.seconds = 0.0

    def start(self) -> str:
        self.starts += 1
        if self._is_broken:
            raise StoreUnavailable
        return "postgresql://"

    def stop(self) -> None: ...

    def is_running(self) -> bool:
        if not self._checks:
            raise Ended
        return self._checks.pop(0)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    async def keep_running(self) -> None:
        await keep_running(self, sleep=self.sleep, monotonic=lambda: self.seconds, jitter=lambda: 1.0)


async def test_a_server_that_has_ended_is_started_again() -> None:
    server = Server([True, False, True])

    with pytest.raises(Ended):
        await server.keep_running()

    assert server.starts == 1


@pytest.mark.parametrize("is_broken", [False, True], ids=["it ends again", "it does not start"])
async def test_restarts_in_a_row_are_limited_and_wait_longer_each_time(is_broken: bool) -> None:
    server = Server([False] * 100, is_broken=is_broken)

    with pytest.raises(DemoFailed, match="6 times in a row"):
        await server.keep_running()

    assert server.starts == RESTARTS_MAX
    assert server.waits[1::2] == [0.5, 1.0, 2.0, 4.0, 8.0]


async def test_a_server_that_has_run_for_a_while_may_be_restarted_again() -> None:
    stable = [True] * int(STABLE_SECONDS)
    server = Server([*([False] * RESTARTS_MAX), *stable, False, True])

    with pytest.raises(Ended):
        await server.keep_running()

    assert server.starts == RESTARTS_MAX + 1
