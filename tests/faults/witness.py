"""Looks at a service while something around it fails: every method asserts, and notes what it saw in the table."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from tests.faults import asking, bounds
from tests.faults.crowd import CLIENTS, Ask, Crowd
from tests.faults.serving import Serving
from tests.faults.table import Row
from tests.faults.waiting import eventually

REQUESTS_EACH = 10
REFUSALS = {502, 503, 504}
TO_COME_AGAIN = {503, 504}
COME_AGAIN = "503 or 504 with Retry-After"
"""Whether a request waits in vain or is refused because others did is a matter of chance."""
ALL_REQUESTS: tuple[Ask, ...] = (asking.page, asking.newest, asking.ingest)


class Witness:
    """One service, one row."""

    def __init__(self, serving: Serving, row: Row, store_port: int = 0) -> None:
        """``store_port`` is where the service finds the store that fails, if it has one."""
        self._serving = serving
        self._store_port = store_port
        self._row = row
        self._api = serving.service.operator

    def works(self) -> None:
        """Before anything fails: all is known that is asked for later."""
        eventually("the service is ready", lambda: self._api.get("/readyz").status_code == 200)
        assert asking.ingest(self._api, asking.new_id()).status_code == 200
        assert _source(asking.newest(self._api, asking.new_id())) == "query"
        self._is_sampled()

    def lives(self) -> None:
        assert self._api.get("/healthz").status_code == 200
        self._row.saw("/healthz 200")

    def is_unready(self, *names: str) -> None:
        """``/readyz`` names these dependencies, each with its reason."""
        answer = self._api.get("/readyz")
        failing = {each["name"]: each["error"] for each in answer.json()["dependencies"] if not each["ready"]}
        assert (answer.status_code, sorted(failing)) == (503, sorted(names))
        assert all(failing.values()), "no reason is told"
        self._row.saw(f"/readyz 503, {' and '.join(names)} with the reason")

    def does_without(self, *names: str) -> None:
        """All that holds of a service while these stores are away."""
        self.lives()
        self.serves_what_is_known()
        self.refuses_pages()
        self.stands_a_crowd()
        self.refuses_readings()
        self.is_unready(*names)
        self.lives()

    def stays_ready(self, *advice: str) -> None:
        """``/readyz`` is 200 and gives this advice, among other."""
        answer = self._api.get("/readyz")
        given = {each["code"] for dependency in answer.json()["dependencies"] for each in dependency["advice"]}
        assert answer.status_code == 200
        assert given.issuperset(advice)
        self._row.saw(" with the advice ".join(("/readyz 200", *advice)))

    def serves_what_is_known(self) -> None:
        """The page says that it comes from memory, and how old it is."""
        since = datetime.now(UTC)
        eventually("the page comes from memory", lambda: _source(asking.page(self._api, asking.new_id())) == "memory")
        answer = asking.page(self._api, asking.new_id()).json()
        assert [row["device_code"] for row in answer["items"]] == list(asking.DEVICES)
        assert datetime.fromisoformat(answer["sampled_at"]) < since
        self._row.saw("the page 200, source memory, sampled_at before the fault")

    def goes_on_from_memory(self) -> None:
        """At every tick there is another answer, and it is still what was sampled last."""
        eventually("the page comes from memory", lambda: _source(asking.page(self._api, asking.new_id())) == "memory")
        first = asking.page(self._api, asking.new_id())
        since = first.headers["ETag"]
        eventually("ticks go on", lambda: asking.page(self._api, asking.new_id()).headers["ETag"] != since)
        later, whole = asking.page(self._api, asking.new_id()).json(), asking.whole(self._api, asking.new_id()).json()
        assert {(each["source"], each["sampled_at"]) for each in (first.json(), later, whole)} == {
            ("memory", first.json()["sampled_at"])
        }
        assert [row["ts"] for row in later["items"]] == [row["ts"] for row in first.json()["items"]]
        self._row.saw("the page and the whole snapshot 200, source memory, another one at every tick, sampled_at stays")

    def samples_again(self) -> None:
        """By itself."""
        since = datetime.now(UTC)
        self._is_sampled()
        eventually("it is sampled anew", lambda: _sampled_at(asking.page(self._api, asking.new_id())) > since)
        self._row.saw("then source snapshot again, sampled_at after the fault")

    def _is_sampled(self) -> None:
        eventually("the page is sampled", lambda: _source(asking.page(self._api, asking.new_id())) == "snapshot")

    def reads(self) -> None:
        assert _source(asking.newest(self._api, asking.new_id())) == "query"
        self._row.saw("the page 200, source query")

    def _succeeds(self, ask: Ask) -> bool:
        return ask(self._api, asking.new_id()).status_code == 200

    def writes(self) -> None:
        assert asking.ingest(self._api, asking.new_id()).status_code == 200
        self._row.saw("readings 200")

    def refuses_pages(self) -> None:
        """That are not to come from memory."""
        self._row.saw(f"the page with max_age=0 {check_refusal(asking.newest(self._api, asking.new_id()))}")

    def refuses_readings(self, ask: Ask = asking.ingest) -> None:
        self._row.saw(f"readings {check_refusal(ask(self._api, asking.new_id()))}")

    def stands_a_crowd(self, *asks: Ask, each: int = REQUESTS_EACH) -> None:
        """Many clients at once: everybody is answered, and nothing piles up."""
        crowd = Crowd(self._serving.service.url, self._api.headers["Authorization"])
        with bounds.watched(self._serving.process, self._store_port) as taken:
            crowd.ask(asks or ALL_REQUESTS, each=each)
        assert len(crowd.answers()) == len(crowd.told) == CLIENTS * each
        self._row.saw(f"{CLIENTS} clients at once, every request answered: {_summary(crowd.answers())}")
        self._row.saw(bounds.check(taken, CLIENTS))

    def recovers(self, *asks: Ask) -> None:
        """Without a restart."""
        eventually("the service is ready again", lambda: self._api.get("/readyz").status_code == 200)
        for ask in asks or (asking.newest, asking.ingest):
            eventually("all is answered again", partial(self._succeeds, ask))
        assert self._serving.process.is_running()
        self._row.saw("recovered without a restart")


def check_refusal(answer: httpx.Response) -> str:
    """A problem that says when to come again, where that helps; answers the fact for the table."""
    assert answer.status_code in REFUSALS, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    if answer.status_code not in TO_COME_AGAIN:
        return str(answer.status_code)
    assert int(answer.headers["Retry-After"]) >= 1
    return COME_AGAIN


def _source(answer: httpx.Response) -> Any:
    return answer.json()["source"] if answer.status_code == 200 else answer.status_code


def _sampled_at(answer: httpx.Response) -> datetime:
    return datetime.fromisoformat(answer.json()["sampled_at"])


def _summary(answers: Iterable[httpx.Response]) -> str:
    """Which answers there were; how many of each differs from run to run."""
    return ", ".join(sorted({"200" if answer.status_code == 200 else check_refusal(answer) for answer in answers}))
