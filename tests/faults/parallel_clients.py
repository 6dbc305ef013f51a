"""Many HTTP clients that send requests in parallel, and the response to each request."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

CLIENT_COUNT = 20
RESPONSE_SECONDS_MAX = 60.0
SendRequest = Callable[[httpx.Client, str], httpx.Response]
"""Sends a request with this X-Request-ID."""


@dataclass(frozen=True, slots=True)
class RequestResult:
    """The result of one request.

    Attributes:
        response: None if the connection ended without one.
    """

    request_id: str
    response: httpx.Response | None


@dataclass
class ParallelClients:
    """Clients with one connection each; every client sends one request after another."""

    url: str
    authorization: str
    results: list[RequestResult] = field(default_factory=list)

    def send(self, requests: Sequence[SendRequest], *, each: int) -> None:
        """Let every client send ``each`` requests, cycling through ``requests``."""
        self._run(
            lambda client, number: [self._send(client, requests[(number + n) % len(requests)]) for n in range(each)]
        )

    @contextmanager
    def sending(self, request: SendRequest) -> Iterator[None]:
        """Let every client repeat this request inside the block, or until it gets no response any more."""
        ended = threading.Event()

        def send_until_ended(client: httpx.Client, _: int) -> None:
            while not ended.is_set() and self._send(client, request):
                pass

        with ThreadPoolExecutor(1) as executor:
            running = executor.submit(self._run, send_until_ended)
            try:
                yield
            finally:
                ended.set()
            running.result()

    def responses(self) -> list[httpx.Response]:
        return [result.response for result in tuple(self.results) if result.response is not None]

    def _run(self, run_client: Callable[[httpx.Client, int], object]) -> None:
        def run(number: int) -> None:
            headers = {"Authorization": self.authorization}
            with httpx.Client(
                base_url=self.url, headers=headers, trust_env=False, timeout=RESPONSE_SECONDS_MAX
            ) as client:
                run_client(client, number)

        with ThreadPoolExecutor(CLIENT_COUNT) as executor:
            list(executor.map(run, range(CLIENT_COUNT)))

    def _send(self, client: httpx.Client, request: SendRequest) -> bool:
        request_id = uuid4().hex
        try:
            response = request(client, request_id)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            self.results.append(RequestResult(request_id, None))
            return False
        self.results.append(RequestResult(request_id, response))
        return True
