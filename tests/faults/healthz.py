"""Watch /healthz while something else happens."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


class Healthz:
    """Requests /healthz over and over, and keeps the longest time until a response."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.worst_seconds = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, ended: threading.Event) -> None:
        with httpx.Client(base_url=self._url, trust_env=False, timeout=60) as client:
            while not ended.wait(0.005):
                started = time.perf_counter()
                assert client.get("/healthz").status_code == 200
                self.worst_seconds = max(self.worst_seconds, time.perf_counter() - started)
