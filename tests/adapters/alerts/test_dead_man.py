"""The dead-man switch, against a web server."""

import random
from collections.abc import Callable

import pytest

from adapters.alerts.dead_man import TRIES_MAX, HttpDeadManSwitch
from adapters.alerts.urls import InvalidTarget
from adapters.alerts.webhook import RequestLimits
from arcbeat.domain.errors import AlertNotSent, AlertRejected
from tests.adapters.alerts.servers import HttpServer, Received, Reply, serving
from tests.support.ports import free_port

CHECK = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"
OK = Reply(200, b"OK")


def switch(address: str, seconds: float = 10.0, chance: Callable[[], float] = random.random) -> HttpDeadManSwitch:
    """Return a switch whose pauses are short."""
    limits = RequestLimits(connect_seconds=seconds, total_seconds=seconds)
    url = f"http://{address}/{CHECK}?env=plant"
    return HttpDeadManSwitch(url, limits=limits, pause_seconds_max=0.01, chance=chance)


async def test_a_report_is_a_get() -> None:
    with serving(lambda _: OK) as server:
        await switch(server.address).report()

    [request] = server.received
    assert (request.method, request.path, request.query) == ("GET", f"/{CHECK}", {"env": "plant"})


async def test_a_report_is_repeated_after_a_passing_failure() -> None:
    def respond(_: Received) -> Reply:
        return OK if len(server.received) == TRIES_MAX else Reply(503)

    with serving(respond) as server:
        await switch(server.address).report()

    assert len(server.received) == TRIES_MAX


@pytest.mark.parametrize(
    ("answer", "tries", "detail"),
    [
        (Reply(500), TRIES_MAX, "HTTP status 500."),
        (Reply(302, headers={"Location": "http://127.0.0.1/"}), TRIES_MAX, "HTTP status 302."),
        (Reply(404, b"(not found)"), 1, "HTTP status 404."),
    ],
    ids=["500", "302", "404"],
)
async def test_a_report_that_fails_raises_an_error_without_the_url(answer: Reply, tries: int, detail: str) -> None:
    with serving(lambda _: answer) as server, pytest.raises(AlertNotSent) as caught:
        await switch(server.address).report()

    assert caught.value.detail == detail
    assert CHECK not in repr(caught.value)
    assert isinstance(caught.value, AlertRejected) is (tries == 1)
    assert len(server.received) == tries


async def test_a_server_that_hangs_is_given_up_each_time() -> None:
    pauses: list[float] = []

    def chance() -> float:
        pauses.append(0.0)
        return 0.0

    with serving(lambda _: OK) as server:
        server.respond = server.hang
        with pytest.raises(AlertNotSent, match=r"^No response within 0\.3 s\.$"):
            await switch(server.address, seconds=0.3, chance=chance).report()

    assert len(pauses) == TRIES_MAX - 1


async def test_a_closed_port_and_a_proxy_that_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(AlertNotSent, match="cannot be reached: ConnectError"):
        await switch(f"127.0.0.1:{free_port()}").report()
    server: HttpServer
    with serving(lambda _: OK) as server:
        await switch(server.address).report()


@pytest.mark.parametrize("url", [f"ftp://hc.example/{CHECK}", CHECK, f"https://me@hc.example/{CHECK}", "https://a b/"])
def test_a_url_that_is_not_http_is_rejected_without_naming_it(url: str) -> None:
    with pytest.raises(InvalidTarget) as caught:
        HttpDeadManSwitch(url)

    assert CHECK not in str(caught.value)


def test_neither_the_name_nor_the_representation_has_the_url() -> None:
    shown = switch("hc.example")

    assert CHECK not in f"{shown.target} {shown!r}"
