"""The socket that the demo takes first."""

import socket

import pytest

from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.listener import Address, listen


def test_without_anything_set_it_is_port_8000_of_this_machine() -> None:
    assert Address.of({}) == Address.of({"PORT": "", "HOST": ""}) == Address("127.0.0.1", 8000)


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000.5", " "])
def test_a_port_that_is_none_is_refused(port: str) -> None:
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
def test_the_address_shown_is_one_that_can_be_opened(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_it_listens_at_once_and_tells_the_port_it_got() -> None:
    listener, address = listen(Address("127.0.0.1", 0))
    with listener, socket.create_connection((address.host, address.port), timeout=5) as connection:
        assert connection.getpeername() == ("127.0.0.1", address.port)


def test_a_port_in_use_is_told_in_one_line() -> None:
    listener, address = listen(Address("127.0.0.1", 0))
    with listener, pytest.raises(DemoFailed) as failed:
        listen(address)

    assert failed.value.detail == f"port {address.port} of 127.0.0.1 is in use; set PORT to another one"


def test_a_host_that_is_not_ours_is_told_in_one_line() -> None:
    with pytest.raises(DemoFailed, match=r"cannot listen on port 0 of 192\.0\.2\.1: \S"):
        listen(Address("192.0.2.1", 0))
