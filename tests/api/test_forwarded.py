"""Tests of the client's address: who may claim it with X-Forwarded-For, and who may not."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from arcbeat.api.access.forwarded import TrustedProxies
from tests.support.identity import TOKEN, add_user
from tests.support.postgres import Server
from tests.support.service import Service

ATTEMPTS_PER_USER = 10
CLAIMS = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")
PROTOCOLS = [Subprotocol("arcbeat"), Subprotocol("bearer.nonsense")]
PROXIES = TrustedProxies([ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


@pytest.fixture(scope="module")
def behind_proxy(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """Run a service that trusts a proxy on this machine."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, forwarded_allow_ips="127.0.0.1, 10.0.0.0/8") as service:
        add_user(service, "vera")
        yield service
    postgres_server.drop_database(url)


def attempts(service: Service, username: str, headers: list[dict[str, str]]) -> list[int]:
    form = {"grant_type": "password", "username": username, "password": "a wrong password"}
    return [service.anonymous.post(TOKEN, data=form, headers=each).status_code for each in headers]


def audited_addresses(service: Service, headers: dict[str, str]) -> set[str]:
    with capture_logs() as logs:
        service.anonymous.get("/api/v1/users", headers=headers)
        service.anonymous.get("/healthz")  # an entry is written after its response
    return {each["address"] for each in logs if each["event"] == "audit"}


def test_rotating_a_claimed_address_does_not_evade_the_login_throttle(service: Service) -> None:
    claims = [dict.fromkeys(CLAIMS, f"203.0.113.{number}") for number in range(30)]

    statuses = attempts(service, "guessed", claims)

    assert statuses == [401] * ATTEMPTS_PER_USER + [429] * 20


@pytest.mark.parametrize("header", CLAIMS)
def test_a_claimed_address_is_not_in_the_audit_log(service: Service, header: str) -> None:
    assert audited_addresses(service, {header: "203.0.113.7"}) == {"127.0.0.1"}


def test_the_address_of_a_client_behind_a_trusted_proxy_counts(behind_proxy: Service) -> None:
    first, second = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}

    statuses = attempts(behind_proxy, "vera", [first] * (ATTEMPTS_PER_USER + 1) + [second])

    assert statuses == [401] * ATTEMPTS_PER_USER + [429, 401]
    assert audited_addresses(behind_proxy, first) == {"203.0.113.1"}


def test_a_client_cannot_evade_the_throttle_by_adding_addresses_in_front_of_the_proxys(behind_proxy: Service) -> None:
    claims = [{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"} for number in range(30)]

    assert attempts(behind_proxy, "vera", claims) == [401] * ATTEMPTS_PER_USER + [429] * 20


@pytest.mark.parametrize("value", ["", "unknown", "x" * 60_000, "203.0.113.1, nonsense", "<script>", "1.2.3.4.5"])
def test_a_value_that_is_not_an_address_counts_as_the_proxys(behind_proxy: Service, value: str) -> None:
    assert audited_addresses(behind_proxy, {"X-Forwarded-For": value}) == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [
        ("203.0.113.1", "203.0.113.1"),
        ("203.0.113.1:4711", "203.0.113.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("198.51.100.1, 203.0.113.1", "203.0.113.1"),
        ("198.51.100.1, 203.0.113.1, 10.1.2.3, fd00::1", "203.0.113.1"),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("203.0.113.1," + "10.0.0.1," * 1000 + "10.0.0.2", "10.0.0.1"),
        ("nonsense, 203.0.113.1", "203.0.113.1"),
        ("203.0.113.1, nonsense, 10.0.0.1", "127.0.0.1"),
        ("203.0.113.1,", "127.0.0.1"),
    ],
)
def test_the_client_is_the_right_most_address_that_is_not_a_proxy(forwarded_for: str, client: str) -> None:
    assert PROXIES.client_of("127.0.0.1", forwarded_for) == client


@given(st.text() | st.lists(st.ip_addresses().map(str)).map(",".join))
def test_the_client_is_always_an_address(forwarded_for: str) -> None:
    client = PROXIES.client_of("127.0.0.1", forwarded_for)

    assert str(ip_address(client)) == client


@given(st.text(), st.ip_addresses().map(str).filter(lambda address: not PROXIES.trusts(address)))
def test_what_a_client_sends_does_not_change_its_address(sent: str, address: str) -> None:
    expected = PROXIES.client_of("127.0.0.1", address)

    assert PROXIES.client_of("127.0.0.1", f"{sent}, {address}") == expected


@pytest.mark.parametrize(
    ("address", "trusted"),
    [("127.0.0.1", True), ("10.200.0.1", True), ("::ffff:10.0.0.1", True), ("11.0.0.1", False), ("", False)],
)
def test_only_the_named_networks_are_trusted(address: str, trusted: bool) -> None:
    assert PROXIES.trusts(address) is trusted


@pytest.mark.parametrize(
    "path", ["/api/v1/users/", "/api/v1/users/vera/", "/docs/", "/healthz//", "//evil.example/docs/"]
)
@pytest.mark.parametrize("service_name", ["service", "behind_proxy"])
def test_a_redirect_never_leads_to_the_host_that_a_client_names(
    request: pytest.FixtureRequest, service_name: str, path: str
) -> None:
    service: Service = request.getfixturevalue(service_name)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    answer = httpx.get(f"{service.url}{path}?page=2", headers=headers, trust_env=False)

    if answer.status_code == 307:
        assert answer.headers["Location"] == f"{path.rstrip('/')}?page=2"
    else:
        assert answer.status_code == 404


async def test_a_rejected_socket_is_audited_with_the_address_of_the_client(behind_proxy: Service) -> None:
    url = f"ws{behind_proxy.url.removeprefix('http')}/api/v1/device/realtime-data/ws"
    headers = {"X-Forwarded-For": "203.0.113.5"}

    with capture_logs() as logs:
        async with connect(url, additional_headers=headers, subprotocols=PROTOCOLS, proxy=None) as socket:
            await socket.wait_closed()

    assert {each["address"] for each in logs if each["event"] == "audit"} == {"203.0.113.5"}
