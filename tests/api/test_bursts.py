"""Bursts of legal requests on a real PostgreSQL: they must not shut the service for others."""

import asyncio
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.identity import add_user, log_in
from tests.support.postgres import Server
from tests.support.service import Service

PAGE = "/api/v1/device/data/realtime"
WINDOWS = "/api/v1/device/data/windows"
ALLOWED = {200, 429, 503}


@pytest.fixture(scope="module")
def busy(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A service with one user, whose readings can be locked by a test."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as service:
        add_user(service, "wang")
        service.register("B1")
        yield service
    postgres_server.drop_database(url)


def _viewer(service: Service) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {service.token(*Role.VIEWER.scopes)}"}
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=service.url, headers=headers, trust_env=False, timeout=60, limits=limits)


async def _gather(service: Service, *requests: tuple[str, dict[str, str]]) -> list[httpx.Response]:
    """Send all requests at the same time, as a viewer."""
    async with _viewer(service) as client:
        return list(await asyncio.gather(*(client.get(path, params=params) for path, params in requests)))


def _check_open_for_others(service: Service) -> None:
    login = log_in(service, "wang")
    types = service.operator.get("/api/v1/device/types")
    assert (login.status_code, types.status_code) == (200, 200), (login.text, types.text)


def _check_rejections(responses: list[httpx.Response]) -> None:
    assert {each.status_code for each in responses} <= ALLOWED
    assert all(int(each.headers["Retry-After"]) >= 1 for each in responses if each.status_code != 200)


async def test_many_readiness_checks_at_once_do_not_shut_the_service(busy: Service) -> None:
    responses = await _gather(busy, *[("/readyz", {})] * 300)

    assert {each.status_code for each in responses} == {200}
    _check_open_for_others(busy)


async def test_many_cheap_requests_at_once_do_not_shut_the_service(busy: Service) -> None:
    responses = await _gather(busy, *[("/api/v1/device/info", {})] * 150)

    _check_rejections(responses)
    _check_open_for_others(busy)


async def test_logins_and_keys_work_while_readings_wait_for_the_database(busy: Service) -> None:
    with psycopg.connect(busy.database_url) as holder:
        holder.execute("lock table test_db.welding_real_data")
        waiting = asyncio.create_task(_gather(busy, *[(PAGE, {"max_age": "0"})] * 30))
        while await asyncio.to_thread(_count_waiting, busy.database_url) < 10:
            pass

        login = await asyncio.to_thread(log_in, busy, "wang")
        ready = await asyncio.to_thread(busy.anonymous.get, "/readyz")
        holder.rollback()

    assert (login.status_code, ready.status_code) == (200, 200), (login.text, ready.text)
    _check_rejections(await waiting)
    _check_open_for_others(busy)


async def test_heavy_queries_beyond_the_share_of_a_caller_are_rejected_at_once(busy: Service) -> None:
    day = {"from": "2024-05-01T00:00:00Z", "to": "2024-05-02T00:00:00Z"}
    query = {**day, "device_code": "B1", "interval": "1h", "fields": "weld_current"}
    others = busy.client_of("zhao", *Role.VIEWER.scopes)
    with psycopg.connect(busy.database_url) as holder:
        holder.execute("lock table test_db.welding_real_data")
        async with _viewer(busy) as client:
            requests = [asyncio.create_task(client.get(WINDOWS, params=query)) for _ in range(16)]
            rejected, _ = await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
            while await asyncio.to_thread(_count_waiting, busy.database_url) < 4:
                pass
            types = await asyncio.to_thread(others.get, "/api/v1/device/types")
            holder.rollback()
            responses = await asyncio.gather(*requests)

    assert {each.result().status_code for each in rejected} == {429}
    assert sorted(each.status_code for each in responses) == [*[200] * 12, *[429] * 4]
    assert types.status_code == 200
    _check_rejections(responses)
    _check_open_for_others(busy)


def _count_waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
