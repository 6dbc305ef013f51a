"""Bursts of legal requests on a healthy PostgreSQL."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.faults import requests
from tests.faults.conftest import TEMPLATE
from tests.faults.healthz import Healthz
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.table import Row
from tests.support.identity import add_user, log_in
from tests.support.serving import Serving

pytestmark = pytest.mark.slow
USER = "wang"
WINDOWS = "/api/v1/device/data/windows"
WINDOWS_QUERY = {
    "from": "2024-01-01T00:00:00Z",
    "to": "2026-01-01T00:00:00Z",
    "device_code": requests.DEVICES[0],
    "interval": "1h",
    "fields": "weld_current",
}
BURST: tuple[tuple[str, Mapping[str, str], int], ...] = (
    ("/readyz", {}, 300),
    ("/api/v1/device/info", {}, 150),
    (requests.PAGE, {"max_age": "0"}, 150),
    (WINDOWS, WINDOWS_QUERY, 16),
)
STATUSES = {200, 429, 503}
EXPECTED = (
    "each request gets a response, 429 and 503 with Retry-After; logins of others succeed meanwhile; no circuit "
    "breaker opens"
)


@pytest.mark.fault("A burst: 300 /readyz, 300 pages and 16 windows of one viewer at once", EXPECTED)
async def test_a_burst_does_not_shut_the_service(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        await asyncio.to_thread(add_user, serving.service, USER)
        healthz = Healthz(serving.service.url)
        with healthz.watched():
            burst = asyncio.create_task(_send_burst(serving))
            logins = [(await asyncio.to_thread(log_in, serving.service, USER)).status_code for _ in range(5)]
            responses = await burst
        last = serving.service.operator.get("/api/v1/device/types")

        rejected = [each for each in responses if each.status_code != 200]
        assert {each.status_code for each in responses} <= STATUSES
        assert all(int(each.headers["Retry-After"]) >= 1 for each in rejected)
        assert (logins, last.status_code) == ([200] * 5, 200)
        assert serving.events("breaker_opened") == []
    row.saw("every request got 200, 429 or 503 with Retry-After; five logins 200 meanwhile; no circuit breaker opened")
    row.saw(f"{len(rejected)} of {len(responses)} requests rejected; /healthz at most {healthz.worst_seconds:.2f} s")


async def _send_burst(serving: Serving) -> list[httpx.Response]:
    headers = {"Authorization": f"Bearer {serving.service.token(*Role.VIEWER.scopes)}"}
    async with httpx.AsyncClient(
        base_url=serving.service.url, headers=headers, trust_env=False, timeout=60, limits=httpx.Limits()
    ) as client:
        calls = [client.get(path, params=dict(params)) for path, params, count in BURST for _ in range(count)]
        return list(await asyncio.gather(*calls))
