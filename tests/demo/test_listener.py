"""Tests of the socket that the demo listens on."""

import asyncio
import socket

import httpx
import pytest
import uvicorn
from starlette.responses import Response

from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.listener import Address, listen
from arcbeat.runtime.serving import uvicorn_options


def test_the_address_defaults_to_port_8000_of_this_machine() -> None:
    assert Address.of({}) == Address.of({"PORT": "", "HOST": ""}) == Address("127.0.0.1", 8000)


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000.5", " "])
def test_an_invalid_port_is_rejected(port: str) -> None:
    with pytest.raises(DemoFailed, match="PORT"):
        Address.of({"PORT": port})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 (nothing listens)
        ("::", "http://[::1]:80"),
        ("localhost", "http://localhost:80"),
    ],
)
def test_the_url_of_all_interfaces_is_one_that_can_be_opened(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_it_listens_at_once_and_returns_the_real_port() -> None:
    listener, address = listen(Address("127.0.0.1", 0))
    with listener, socket.create_connection((address.host, address.port), timeout=5) as connection:
        assert connection.getpeername() == ("127.0.0.1", address.port)


def test_a_port_in_use_is_reported_in_one_line() -> None:
    listener, address = listen(Address("127.0.0.1", 0))
    with listener, pytest.raises(DemoFailed) as failed:
        listen(address)

    assert failed.value.detail == f"port {address.port} of 127.0.0.1 is in use; set PORT to another one"


def test_the_host_of_another_machine_is_reported_in_one_line() -> None:
    with pytest.raises(DemoFailed, match=r"cannot listen on port 0 of 192\.0\.2\.1: \S"):
        listen(Address("192.0.2.1", 0))


@pytest.mark.parametrize("opened_by", ["the demo", "the server"])
async def test_responses_are_sent_without_waiting_for_an_acknowledgement(opened_by: str) -> None:
    """Nagle's algorithm is off on accepted connections, in the demo as with `arcbeat serve`."""
    config = uvicorn.Config(Response("ok"), host="127.0.0.1", port=0, lifespan="off", **uvicorn_options())
    server = uvicorn.Server(config)
    listener, _ = listen(Address("127.0.0.1", 0))
    with listener:
        serving = asyncio.create_task(server.serve(sockets=[listener] if opened_by == "the demo" else None))
        while not server.started:  # noqa: ASYNC110 -- uvicorn has no event for it
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await http.get("/")
            (connection,) = server.server_state.connections
            accepted = connection.transport.get_extra_info("socket")
            no_delay = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        server.should_exit = True
        await serving

    assert no_delay
