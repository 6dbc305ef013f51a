"""Reports to a dead-man switch over HTTP, as healthchecks.io, Cronitor and Better Stack take it."""

import asyncio
import random
from collections.abc import Callable

from adapters.alerts.urls import split_http
from adapters.alerts.webhook import RequestLimits, check_status, request
from arcbeat.domain.errors import AlertNotSent

TRIES_MAX = 3
PAUSE_SECONDS_MAX = 4.0
"""A pause between two tries lasts half of this time at least; the jitter parts reports that fail at the same moment."""
LIMITS = RequestLimits(connect_seconds=5.0, total_seconds=10.0)
"""With TRIES_MAX and PAUSE_SECONDS_MAX, a report takes 38 seconds at most."""


class HttpDeadManSwitch:
    """Sends reports to one URL; implements DeadManSwitch."""

    def __init__(
        self,
        url: str,
        *,
        limits: RequestLimits = LIMITS,
        pause_seconds_max: float = PAUSE_SECONDS_MAX,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``chance`` returns a random number from 0 to 1.

        Raises:
            InvalidTarget: The URL is no https:// or http:// URL.
        """
        self._url = url
        self._limits = limits
        self._pause_seconds_max = pause_seconds_max
        self._chance = chance
        self.target = f"dead-man switch {split_http(url).netloc}"

    async def report(self) -> None:
        """Send a report, and repeat it if the target may accept it later.

        Raises:
            AlertNotSent: It did not arrive; the detail has no secret.
        """
        for _ in range(TRIES_MAX - 1):
            try:
                return await self._report_once()
            except AlertNotSent as error:
                if not error.retryable:
                    raise
            await asyncio.sleep(self._pause_seconds_max * (1 + self._chance()) / 2)
        return await self._report_once()

    async def _report_once(self) -> None:
        check_status((await request("GET", self._url, limits=self._limits)).status)
