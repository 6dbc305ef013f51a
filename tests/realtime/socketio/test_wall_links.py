"""Wall screens that share one link: after a power cut all of them connect and ask at the same moment."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.realtime.support.sockets import SocketIo
from tests.support.service import Service

SCREENS = 50
ROUNDS_MAX = 6
API_KEYS = "/api/v1/api-keys"
STATUS, ALARMS = "/api/v1/board/status?type_code=welding", "/api/v1/device/alarms?type_code=welding&open=true"


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", team_name="班组一")
    service.append("W1", device_status="报警")
    service.append("W2", device_status="焊接")


def wall_link(service: Service, name: str) -> dict[str, Any]:
    body = {"name": name, "purpose": "wall", "scopes": ["device:read", "telemetry:read"], "expires_days": 30}
    created: dict[str, Any] = service.client(*Role.ADMIN.scopes).post(API_KEYS, json=body).json()
    return created


async def read(client: httpx.AsyncClient, path: str) -> Counter[int]:
    """Read a path as a screen does, again after a pause if the server is busy; return the statuses."""
    statuses: Counter[int] = Counter()
    for _ in range(ROUNDS_MAX):
        answer = await client.get(path)
        statuses[answer.status_code] += 1
        if answer.status_code != 429:
            break
        await asyncio.sleep(float(answer.headers["Retry-After"]))
    return statuses


async def test_fifty_screens_with_one_link_connect_at_once_and_all_get_the_alarms(service: Service) -> None:
    key = wall_link(service, "hall-1")["api_key"]
    clients = [SocketIo() for _ in range(SCREENS)]
    limits = httpx.Limits(max_connections=SCREENS)
    async with httpx.AsyncClient(
        base_url=service.url, headers={"X-API-Key": key}, limits=limits, timeout=20, trust_env=False
    ) as screen:
        try:
            await asyncio.gather(*(each.connect(service.url, {"api_key": key}) for each in clients))
            acks = await asyncio.gather(*(each.call("subscribe_alarms", {"type_code": "welding"}) for each in clients))
            counted = await asyncio.gather(*(read(screen, STATUS) for _ in clients))
            listed = await asyncio.gather(*(read(screen, ALARMS) for _ in clients))
        finally:
            await asyncio.gather(*(each.client.disconnect() for each in clients))

    assert {ack["type_code"] for ack in acks} == {"welding"}
    assert sum(counted, Counter()) == {200: SCREENS}
    assert sum(listed, Counter())[200] == SCREENS
    assert set(sum(listed, Counter())) <= {200, 429}


async def test_a_link_that_expires_closes_its_connections(service: Service) -> None:
    link = wall_link(service, "hall-2")
    expire = "update t_api_key set expires_at = now() + interval '5 seconds' where api_key_id = %s"
    await asyncio.to_thread(service.execute, expire, link["api_key_id"])
    await _until_expiry_is_known(service, link["api_key"])

    async with SocketIo.connected(service.url, {"api_key": link["api_key"]}) as client:
        assert (await client.next("closing"))["reason"] == "expired"


async def _until_expiry_is_known(service: Service, key: str) -> None:
    """Wait until the process, which caches keys, has read it again."""
    async with httpx.AsyncClient(base_url=service.url, headers={"X-API-Key": key}, trust_env=False) as client:
        soon = datetime.now(UTC) + timedelta(hours=1)
        for _ in range(100):
            if datetime.fromisoformat((await client.get("/api/v1/auth/me")).json()["expires_at"]) < soon:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the key was not read again")
