"""Many clients at once, and what each of them was told."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

CLIENTS = 20
ANSWER_SECONDS_MAX = 60.0
Ask = Callable[[httpx.Client, str], httpx.Response]
"""Sends a request with this X-Request-ID."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a request.

    Attributes:
        answer: None where the connection ended without one.
    """

    request_id: str
    answer: httpx.Response | None


@dataclass
class Crowd:
    """Clients that ask, each with a connection of its own, one request after another."""

    url: str
    authorization: str
    told: list[Told] = field(default_factory=list)

    def ask(self, asks: Sequence[Ask], *, each: int) -> None:
        """Every client asks ``each`` times, in turn."""
        self._run(lambda client, number: [self._tell(client, asks[(number + n) % len(asks)]) for n in range(each)])

    @contextmanager
    def asking(self, ask: Ask) -> Iterator[None]:
        """All ask without a pause until the end, or until they get no answer any more."""
        ended = threading.Event()

        def until_ended(client: httpx.Client, _: int) -> None:
            while not ended.is_set() and self._tell(client, ask):
                pass

        with ThreadPoolExecutor(1) as background:
            asking = background.submit(self._run, until_ended)
            try:
                yield
            finally:
                ended.set()
            asking.result()

    def answers(self) -> list[httpx.Response]:
        return [told.answer for told in tuple(self.told) if told.answer is not None]

    def _run(self, client_does: Callable[[httpx.Client, int], object]) -> None:
        def be_client(number: int) -> None:
            headers = {"Authorization": self.authorization}
            with httpx.Client(
                base_url=self.url, headers=headers, trust_env=False, timeout=ANSWER_SECONDS_MAX
            ) as client:
                client_does(client, number)

        with ThreadPoolExecutor(CLIENTS) as executor:
            list(executor.map(be_client, range(CLIENTS)))

    def _tell(self, client: httpx.Client, ask: Ask) -> bool:
        request_id = uuid4().hex
        try:
            answer = ask(client, request_id)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            self.told.append(Told(request_id, None))
            return False
        self.told.append(Told(request_id, answer))
        return True
