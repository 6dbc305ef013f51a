"""Downloads that were started with a link: how far they are, and how they are cancelled."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from arcbeat.domain.downloads.downloads import KEPT_AFTER_END, LOST_AFTER
from arcbeat.domain.identity.identity import Scope
from tests.support.identity import add_api_key, key
from tests.support.service import Service
from tests.support.serving import Serving
from tests.support.waiting import eventually

PATH = "/api/v1/downloads"
MANY = 200_000
FEW = 1_200
DAY = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z"
LONG = f"/api/v1/device/data/history/export?device_code=LONG&{DAY}&format=ndjson"
"""Some 80 MB: more than the buffers of sockets, so that the export waits for a client that does not read."""
SHORT = f"/api/v1/device/data/history/export?device_code=SHORT&{DAY}&format=csv"
XLSX = f"/api/v1/device/data/history/export?device_code=LONG&{DAY}&format=xlsx"
TO_FINISH_SECONDS = 20.0

FILL = """
insert into test_db.welding_real_data (ts, device_code, device_status, weld_current)
select timestamptz '2026-03-02 00:00Z' + number * interval '1 day' / %(rows)s, %(code)s, '焊接', number
  from generate_series(0, %(rows)s::int - 1) as number"""

EXPIRE = """
with link as (update t_download_link set expires_at = now() - interval '1 second' where download_id = %s returning *)
update t_download set expires_at = link.expires_at from link where t_download.download_id = link.download_id"""


@pytest.fixture(scope="module", autouse=True)
def readings(service: Service) -> None:
    service.register("LONG", "SHORT")
    fill(service.database_url)


def fill(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for code, rows in (("LONG", MANY), ("SHORT", FEW)):
            connection.execute(FILL, {"code": code, "rows": rows})


class Link:
    """A download link of the operator."""

    def __init__(self, service: Service, body: dict[str, Any]) -> None:
        self.service = service
        self.url: str = body["url"]
        self.download_id: str = body["download_id"]
        self.path = f"{PATH}/{self.download_id}"

    @classmethod
    def make(cls, service: Service, url: str) -> "Link":
        answer = service.operator.post(PATH, json={"url": url})
        assert answer.status_code == 201, answer.text
        return cls(service, answer.json())

    def through(self, service: Service) -> "Link":
        """Return the same download, as another process shows it."""
        return Link(service, {"url": self.url, "download_id": self.download_id})

    @property
    def state(self) -> dict[str, Any]:
        answer = self.service.operator.get(self.path)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def cancel(self) -> None:
        assert self.service.operator.delete(self.path).status_code == 204

    def wait_for(self, status: str) -> dict[str, Any]:
        """Wait until the download has a status, and return its state."""
        eventually(f"the download is {status}", lambda: self.state["status"] == status, seconds=TO_FINISH_SECONDS)
        return self.state

    def wait_for_rows(self) -> dict[str, Any]:
        """Wait until rows were reported, and return the state."""
        eventually("rows are reported", lambda: self.state["rows"] > 0, seconds=TO_FINISH_SECONDS)
        return self.state

    @contextmanager
    def opened(self) -> Iterator[Iterator[bytes]]:
        """Use the link, read its first bytes, and yield the rest, which is not read yet."""
        plain = {"Accept-Encoding": ""}
        with (
            httpx.Client(trust_env=False, timeout=TO_FINISH_SECONDS) as client,
            client.stream("GET", f"{self.service.url}{self.url}", headers=plain) as response,
        ):
            chunks = response.iter_raw(1024)
            assert next(chunks)
            yield chunks


def test_a_download_is_followed_from_its_link_to_its_end(service: Service) -> None:
    link = Link.make(service, SHORT)
    waiting = link.state
    file = service.anonymous.get(link.url, headers={"Accept-Encoding": ""})
    finished = link.wait_for("finished")

    assert (waiting["status"], waiting["rows"], waiting["started_at"], waiting["finished_at"]) == (
        "waiting",
        0,
        None,
        None,
    )
    assert (finished["rows"], finished["bytes_sent"], finished["progress"]) == (FEW, len(file.content), 1.0)
    assert waiting["created_at"] <= finished["started_at"] <= finished["finished_at"]
    assert (finished["failure"], finished["problem_type"]) == (None, None)


def test_a_long_download_shows_rows_bytes_and_the_share_of_its_range(service: Service) -> None:
    link = Link.make(service, LONG)
    with link.opened():
        state = link.wait_for_rows()

    assert state["status"] == "running"
    assert 0 < state["rows"] < MANY
    assert state["bytes_sent"] > state["rows"]
    assert state["progress"] == pytest.approx(state["rows"] / MANY, abs=0.01)


def test_a_descending_export_shows_its_share_too(service: Service) -> None:
    link = Link.make(service, f"{LONG}&order=desc")
    with link.opened():
        state = link.wait_for_rows()

    assert state["progress"] == pytest.approx(state["rows"] / MANY, abs=0.01)


def test_a_running_download_is_cancelled_and_its_client_sees_an_incomplete_file(service: Service) -> None:
    link = Link.make(service, LONG)
    with link.opened() as chunks:
        link.wait_for_rows()
        link.cancel()
        state = link.wait_for("cancelled")
        with pytest.raises(httpx.RemoteProtocolError):
            for _ in chunks:
                pass

    assert state["rows"] < MANY
    assert state["finished_at"] is not None
    assert state["failure"] is None


def test_a_cancelled_download_leaves_no_statement_and_no_slot_behind(service: Service) -> None:
    """Were a slot of heavy requests kept, the last of these would be rejected with 429."""
    for _ in range(service.settings.heavy_requests_per_caller + 1):
        link = Link.make(service, LONG)
        with link.opened():
            link.cancel()
            link.wait_for("cancelled")
    statements = "select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle'"

    eventually("only this statement runs", lambda: service.fetch_value(statements) == 1)


def test_an_xlsx_file_is_counted_while_it_is_built_and_its_building_is_cancelled(service: Service) -> None:
    link = Link.make(service, XLSX)
    with ThreadPoolExecutor(1) as browser:
        answering = browser.submit(service.anonymous.get, link.url)
        building = link.wait_for_rows()
        link.cancel()
        answer = answering.result(TO_FINISH_SECONDS)
    state = link.wait_for("cancelled")

    assert (building["status"], building["bytes_sent"]) == ("running", 0)
    assert 0 < building["progress"] < 1
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:download-cancelled")
    assert state["rows"] < MANY


def test_an_unused_link_is_withdrawn(service: Service) -> None:
    link = Link.make(service, SHORT)
    link.cancel()

    assert link.state["status"] == "cancelled"
    assert service.anonymous.get(link.url).status_code == 401
    link.cancel()
    assert link.state["status"] == "cancelled"


def test_a_download_that_has_ended_is_not_changed_by_a_cancellation(service: Service) -> None:
    link = Link.make(service, SHORT)
    assert service.anonymous.get(link.url).status_code == 200
    finished = link.wait_for("finished")
    link.cancel()

    assert link.state == finished


def test_withdrawn_links_do_not_count_as_unused(service: Service) -> None:
    for _ in range(3):
        Link.make(service, SHORT).cancel()

    assert service.fetch_value("select count(*) from t_download_link") == 0


def test_an_unused_link_expires(service: Service) -> None:
    link = Link.make(service, SHORT)
    service.execute(EXPIRE, link.download_id)
    expired = link.state
    link.cancel()

    assert expired["status"] == "expired"
    assert expired["finished_at"] is not None
    assert link.state == expired


def test_the_download_of_another_caller_is_unknown(service: Service) -> None:
    link = Link.make(service, SHORT)
    other = service.client_of("other", Scope.DEVICE_READ, Scope.TELEMETRY_READ)
    with_key = service.anonymous.get(link.path, headers=key(add_api_key(service, "other", Scope.DEVICE_READ)))
    answers = [other.get(link.path), other.delete(link.path), with_key, service.operator.get(f"{PATH}/{'0' * 32}")]

    assert {(each.status_code, each.json()["type"]) for each in answers} == {
        (404, "urn:arcbeat:problem:unknown-download")
    }
    assert service.anonymous.get(link.path).status_code == 401
    assert link.state["status"] == "waiting"


def test_a_client_that_disconnects_ends_its_download(service: Service) -> None:
    link = Link.make(service, LONG)
    with link.opened():
        link.wait_for_rows()
    state = link.wait_for("failed")

    assert (state["failure"], state["problem_type"]) == ("disconnected", None)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (f"/api/v1/device/data/history/export?device_code=NONE&{DAY}", "unknown-device"),
        ("/api/v1/device/info-export?format=pdf", "invalid-input"),
    ],
)
def test_a_rejected_download_names_its_problem(service: Service, url: str, problem: str) -> None:
    link = Link.make(service, url)
    answer = service.anonymous.get(link.url)
    state = link.wait_for("failed")

    assert (state["failure"], state["problem_type"]) == ("problem", answer.json()["type"])
    assert state["problem_type"] == f"urn:arcbeat:problem:{problem}"


def test_a_download_without_the_scope_names_its_problem(service: Service) -> None:
    reader = service.client_of("reader", Scope.DEVICE_READ)
    made = reader.post(PATH, json={"url": SHORT}).json()
    assert service.anonymous.get(made["url"]).status_code == 403

    def state() -> Any:
        return reader.get(f"{PATH}/{made['download_id']}").json()

    eventually("the download has failed", lambda: state()["status"] == "failed")
    assert state()["problem_type"] == "urn:arcbeat:problem:forbidden"


def test_an_export_goes_on_while_its_reports_fail(service: Service) -> None:
    link = Link.make(service, LONG)
    with link.opened() as chunks:
        link.wait_for_rows()
        service.execute("alter table t_download rename to t_download_away")
        rows = sum(chunk.count(b"\n") for chunk in chunks)
        service.execute("alter table t_download_away rename to t_download")
    state = link.wait_for("finished")

    assert state["rows"] == MANY
    assert rows > MANY - FEW


def test_a_download_of_a_killed_process_has_failed(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    with Serving.running(tmp_path, database_url) as serving, Service.running(database_url) as other:
        other.register("LONG")
        links = [Link.make(serving.service, LONG) for _ in range(2)]
        with links[0].opened(), links[1].opened():
            for each in links:
                each.wait_for_rows()
            serving.kill()
        failed, cancelled = (each.through(other) for each in links)
        still_running = failed.state["status"]
        cancelled.cancel()
        other.execute("update t_download set updated_at = updated_at - %s", LOST_AFTER)
        state = failed.state

        assert still_running == "running"
        assert (state["status"], state["failure"]) == ("failed", "server_lost")
        assert state["finished_at"] is not None
        assert cancelled.state["status"] == "cancelled"


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/device/info-export?format=csv",
        f"/api/v1/device/data/windows/export?device_code=SHORT&{DAY}&interval=1h&fields=weld_current",
        f"/api/v1/device/data/states/spans/export?device_code=SHORT&device_code=LONG&{DAY}",
    ],
)
def test_every_export_counts_its_rows(service: Service, url: str) -> None:
    link = Link.make(service, url)
    file = service.anonymous.get(link.url)
    state = link.wait_for("finished")

    assert state["rows"] == len(file.text.splitlines()) - 1
    assert state["progress"] == (None if "info-export" in url else 1.0)


def test_an_export_with_a_token_is_not_followed(service: Service) -> None:
    before = service.fetch_value("select count(*) from t_download where status <> 'waiting'")
    assert service.operator.get(SHORT).status_code == 200

    assert service.fetch_value("select count(*) from t_download where status <> 'waiting'") == before


def test_ended_downloads_are_forgotten(service: Service) -> None:
    link = Link.make(service, SHORT)
    link.cancel()
    statement = "update t_download set updated_at = updated_at - 2 * %s::interval where download_id = %s"
    service.execute(statement, KEPT_AFTER_END, link.download_id)
    Link.make(service, SHORT)

    assert service.operator.get(link.path).status_code == 404


def test_a_download_is_followed_and_cancelled_through_another_process(service: Service) -> None:
    with Service.running(service.database_url) as other:
        link = Link.make(service, LONG)
        there = link.through(other)
        with link.opened():
            there.wait_for_rows()
            there.cancel()
            state = link.wait_for("cancelled")

    assert state["rows"] < MANY
