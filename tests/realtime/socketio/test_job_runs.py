"""Runs of jobs over Socket.IO: in the complete application, while a worker carries them out."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from arcbeat.domain.identity.identity import Scope
from tests.realtime.support.sockets import SocketIo
from tests.support.identity import add_api_key
from tests.support.jobs import CHECK, Worker, retried
from tests.support.service import Service
from tests.support.waiting import eventually

JOBS = "/api/v1/jobs"


@pytest.fixture(scope="module")
def worker(service: Service) -> Worker:
    worker = Worker(service.database_url)
    worker.register(CHECK, replace(CHECK, name="other"))
    return worker


@pytest.fixture(scope="module")
def operator(service: Service, worker: Worker) -> httpx.Client:
    return service.client(Scope.JOB_READ, Scope.JOB_RUN)


def start(operator: httpx.Client, job: str = "check") -> int:
    """Start a job and return the id of the run."""
    run_id: int = operator.post(f"{JOBS}/{job}/runs", json={}).json()["id"]
    return run_id


def cancel(operator: httpx.Client, run_id: int) -> None:
    """Request the cancellation of a run."""
    assert operator.post(f"{JOBS}/runs/{run_id}/cancel").status_code == 202


async def phases(client: SocketIo, run_id: int, last: str) -> list[tuple[str, int]]:
    """Return the phases and attempts of a run as they are published, up to a phase."""
    found: list[tuple[str, int]] = []
    while not found or found[-1][0] != last:
        items = (await client.next("job_runs"))["items"]
        found += [(each["phase"], each["attempts"]) for each in items if each["id"] == run_id]
    return found


async def test_a_run_is_followed_from_the_request_to_its_end(
    service: Service, operator: httpx.Client, worker: Worker
) -> None:
    async with SocketIo.connected(service.url, {"token": service.token(Scope.JOB_READ)}) as client:
        assert (await client.call("subscribe_jobs", {}))["items"] == []
        run_id = start(operator)
        queued = await phases(client, run_id, "queued")
        run = await asyncio.to_thread(worker.claim)
        first = await phases(client, run_id, "attempt")
        row = retried(run, 2, datetime.now(UTC), wait_seconds=60)
        await asyncio.to_thread(worker.append, run, row)
        waiting = await phases(client, run_id, "wait")
        await asyncio.to_thread(worker.complete, run, replace(row, ended_at=datetime.now(UTC)))
        second = await phases(client, run_id, "attempt")
        cancel(operator, run_id)
        cancelling = (await client.next("job_runs"))["items"]
        await asyncio.to_thread(worker.finish, run, attempts=2)
        ended = await phases(client, run_id, "ended")

    assert [queued, first, waiting, second, ended] == [
        [("queued", 0)],
        [("attempt", 1)],
        [("wait", 1)],
        [("attempt", 2)],
        [("ended", 2)],
    ]
    assert [(each["id"], each["cancel_requested"]) for each in cancelling] == [(run_id, True)]


async def test_a_client_that_comes_later_gets_the_runs_that_have_not_ended(
    service: Service, operator: httpx.Client, worker: Worker
) -> None:
    run_id = start(operator)
    run = await asyncio.to_thread(worker.claim)
    async with SocketIo.connected(service.url, {"token": service.token(Scope.JOB_READ)}) as client:
        everything = await client.call("subscribe_jobs", {})
        others = await client.call("subscribe_jobs", {"jobs": ["other"]})
        await asyncio.to_thread(worker.finish, run)
        other_id = start(operator, "other")
        frame = await client.next("job_runs")
        left = await client.call("unsubscribe_jobs", {})

    assert [(each["id"], each["phase"]) for each in everything["items"]] == [(run_id, "attempt")]
    assert others["items"] == []
    assert [each["id"] for each in frame["items"]] == [other_id]
    assert left == {}


async def test_each_event_requires_its_own_scope(service: Service) -> None:
    key = await asyncio.to_thread(add_api_key, service, "follows-jobs", Scope.JOB_READ)
    async with SocketIo.connected(service.url, {"api_key": key}) as jobs:
        for event in ("subscribe", "unsubscribe", "unwatch"):
            ack = await jobs.call(event, {"type_code": "welding"})
            assert (ack["problem"]["status"], "telemetry:read" in ack["problem"]["detail"]) == (403, True)
    async with SocketIo.connected(service.url, {"token": service.token(Scope.TELEMETRY_READ)}) as readings:
        ack = await readings.call("subscribe_jobs", {})
        assert (ack["problem"]["status"], "job:read" in ack["problem"]["detail"]) == (403, True)


@pytest.mark.parametrize("payload", [{"jobs": []}, {"jobs": [""]}, {"jobs": ["a\x00"]}, {"job": "check"}, []])
async def test_an_invalid_message_is_a_client_error(service: Service, payload: object) -> None:
    async with SocketIo.connected(service.url, {"token": service.token(Scope.JOB_READ)}) as client:
        assert (await client.call("subscribe_jobs", payload))["problem"]["status"] == 400


async def test_one_connection_listens_while_there_are_clients(service: Service, worker: Worker) -> None:
    def is_listening(connections: int) -> bool:
        found = service.fetch_value(
            "select count(*) from pg_stat_activity where datname = current_database() and query = 'listen sync_job_run'"
        )
        return bool(found == connections)

    auth = {"token": service.token(Scope.JOB_READ)}
    async with SocketIo.connected(service.url, auth) as first, SocketIo.connected(service.url, auth) as second:
        await first.call("subscribe_jobs", {})
        await second.call("subscribe_jobs", {})
        await asyncio.to_thread(eventually, "one connection listens", lambda: is_listening(1))
    await asyncio.to_thread(eventually, "no connection listens", lambda: is_listening(0))
