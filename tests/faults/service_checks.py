"""Checks of a service during a fault: each asserts, and adds what it observed to docs/explanation/faults.md."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from tests.faults import bounds, requests
from tests.faults.parallel_clients import CLIENT_COUNT, ParallelClients, SendRequest
from tests.faults.table import Row
from tests.support.serving import Serving
from tests.support.waiting import eventually

REQUESTS_EACH = 10
ERROR_STATUSES = {502, 503, 504}
RETRYABLE_STATUSES = {503, 504}
RETRYABLE = "503 or 504 with Retry-After"
"""Timing decides whether a request times out itself (504) or is rejected because earlier ones did (503)."""
ALL_REQUESTS: tuple[SendRequest, ...] = (requests.get_page, requests.get_uncached_page, requests.send_reading)


class ServiceChecks:
    """The checks of one service, for one row of docs/explanation/faults.md."""

    def __init__(self, serving: Serving, row: Row, store_port: int = 0) -> None:
        """``store_port`` is the port on which the service reaches the failing store, if there is one."""
        self._serving = serving
        self._store_port = store_port
        self._row = row
        self._api = serving.service.operator

    def check_works(self) -> None:
        """Check the service before the fault; this also fills the caches that later checks rely on."""
        eventually("the service is ready", lambda: self._api.get("/readyz").status_code == 200)
        assert requests.send_reading(self._api, requests.new_request_id()).status_code == 200
        assert _source(requests.get_uncached_page(self._api, requests.new_request_id())) == "query"
        self._wait_until_sampled()

    def check_alive(self) -> None:
        assert self._api.get("/healthz").status_code == 200
        self._row.saw("/healthz 200")

    def check_unready(self, *names: str) -> None:
        """Check that ``/readyz`` reports exactly these dependencies as not ready, each with a reason."""
        # The result of a check is returned for a second.
        eventually("the service is not ready", lambda: self._api.get("/readyz").status_code == 503)
        response = self._api.get("/readyz")
        failing = {each["name"]: each["error"] for each in response.json()["dependencies"] if not each["ready"]}
        assert (response.status_code, sorted(failing)) == (503, sorted(names))
        assert all(failing.values()), "a dependency has no reason"
        self._row.saw(f"/readyz 503, {' and '.join(names)} with the reason")

    def check_degraded_without(self, *names: str) -> None:
        """Check everything that must hold while these stores are unavailable."""
        self.check_alive()
        self.check_page_from_memory()
        self.check_pages_fail()
        self.check_load()
        self.check_readings_fail()
        self.check_unready(*names)
        self.check_alive()

    def check_ready(self, *advice: str) -> None:
        """Check that ``/readyz`` returns 200 with at least these advice codes."""
        # The result of a check is returned for a second.
        eventually("the service gives the advice", lambda: self._advice().issuperset(advice))
        assert self._api.get("/readyz").status_code == 200
        self._row.saw(" with the advice ".join(("/readyz 200", *advice)))

    def _advice(self) -> set[str]:
        dependencies = self._api.get("/readyz").json()["dependencies"]
        return {each["code"] for dependency in dependencies for each in dependency["advice"]}

    def check_page_from_memory(self) -> None:
        """Check that the page names memory as its source, and how old it is."""
        since = datetime.now(UTC)
        self._wait_for_page_from_memory()
        page = requests.get_page(self._api, requests.new_request_id()).json()
        assert [row["device_code"] for row in page["items"]] == list(requests.DEVICES)
        assert datetime.fromisoformat(page["sampled_at"]) < since
        self._row.saw("the page 200, source memory, sampled_at before the fault")

    def check_ticks_from_memory(self) -> None:
        """Check that every tick publishes a new page, with the readings of the last successful sample."""
        self._wait_for_page_from_memory()
        first = requests.get_page(self._api, requests.new_request_id())
        etag = first.headers["ETag"]
        eventually(
            "ticks continue", lambda: requests.get_page(self._api, requests.new_request_id()).headers["ETag"] != etag
        )
        later = requests.get_page(self._api, requests.new_request_id()).json()
        snapshot = requests.get_snapshot(self._api, requests.new_request_id()).json()
        assert {(each["source"], each["sampled_at"]) for each in (first.json(), later, snapshot)} == {
            ("memory", first.json()["sampled_at"])
        }
        assert [row["ts"] for row in later["items"]] == [row["ts"] for row in first.json()["items"]]
        self._row.saw(
            "the page and the full snapshot 200, source memory, a new one at every tick, sampled_at unchanged"
        )

    def check_samples_again(self) -> None:
        """Check that sampling resumes without a restart."""
        since = datetime.now(UTC)
        self._wait_until_sampled()
        eventually(
            "a new sample is taken",
            lambda: _sampled_at(requests.get_page(self._api, requests.new_request_id())) > since,
        )
        self._row.saw("then source snapshot again, sampled_at after the fault")

    def _wait_for_page_from_memory(self) -> None:
        eventually(
            "the page comes from memory",
            lambda: _source(requests.get_page(self._api, requests.new_request_id())) == "memory",
        )

    def _wait_until_sampled(self) -> None:
        eventually(
            "the page is sampled",
            lambda: _source(requests.get_page(self._api, requests.new_request_id())) == "snapshot",
        )

    def check_reads(self) -> None:
        assert _source(requests.get_uncached_page(self._api, requests.new_request_id())) == "query"
        self._row.saw("the page 200, source query")

    def _succeeds(self, request: SendRequest) -> bool:
        return request(self._api, requests.new_request_id()).status_code == 200

    def check_writes(self) -> None:
        assert requests.send_reading(self._api, requests.new_request_id()).status_code == 200
        self._row.saw("readings 200")

    def check_pages_fail(self) -> None:
        """Check that a page that must not come from memory fails with a problem."""
        response = requests.get_uncached_page(self._api, requests.new_request_id())
        self._row.saw(f"the page with max_age=0 {check_error(response)}")

    def check_readings_fail(self, request: SendRequest = requests.send_reading) -> None:
        self._row.saw(f"readings {check_error(request(self._api, requests.new_request_id()))}")

    def check_load(self, *to_send: SendRequest, each: int = REQUESTS_EACH) -> None:
        """Check that many parallel clients all get responses, and that resources stay bounded."""
        clients = ParallelClients(self._serving.service.url, self._api.headers["Authorization"])
        with bounds.watched(self._serving.process, self._store_port) as usage:
            clients.send(to_send or ALL_REQUESTS, each=each)
        assert len(clients.responses()) == len(clients.results) == CLIENT_COUNT * each
        self._row.saw(f"{CLIENT_COUNT} parallel clients, a response to every request: {_summary(clients.responses())}")
        self._row.saw(bounds.check(usage, CLIENT_COUNT))

    def check_recovers(self, *to_send: SendRequest) -> None:
        """Check that the service recovers without a restart."""
        eventually("the service is ready again", lambda: self._api.get("/readyz").status_code == 200)
        for request in to_send or (requests.get_uncached_page, requests.send_reading):
            eventually("requests succeed again", partial(self._succeeds, request))
        assert self._serving.process.is_running()
        self._row.saw("recovered without a restart")


def check_error(response: httpx.Response) -> str:
    """Check that the response is a problem with Retry-After where a retry helps; return the text for the table."""
    assert response.status_code in ERROR_STATUSES, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["X-Request-ID"]
    if response.status_code not in RETRYABLE_STATUSES:
        return str(response.status_code)
    assert int(response.headers["Retry-After"]) >= 1
    return RETRYABLE


def _source(response: httpx.Response) -> Any:
    return response.json()["source"] if response.status_code == 200 else response.status_code


def _sampled_at(response: httpx.Response) -> datetime:
    return datetime.fromisoformat(response.json()["sampled_at"])


def _summary(responses: Iterable[httpx.Response]) -> str:
    """Return the kinds of responses; the number of each differs from run to run."""
    return ", ".join(sorted({"200" if each.status_code == 200 else check_error(each) for each in responses}))
