"""Notices through apprise, against a web server and a mail server."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.alerts.apprise_target import SOCKET_SECONDS_MAX, AppriseTarget, name_of, open_service
from adapters.alerts.text import write_notice
from adapters.alerts.threads import DaemonThreads
from adapters.alerts.urls import InvalidTarget
from arcbeat.domain.errors import AlertNotSent
from arcbeat.domain.jobs.alerts import NoticeKind
from tests.adapters.alerts.notices import OPENED_AT, notice
from tests.adapters.alerts.servers import HttpServer, Received, Reply, serving
from tests.adapters.alerts.smtp import PASSWORD, MailServer, receiving_mail
from tests.support.ports import free_port
from tests.support.waiting import eventually

OK = Reply(200, b"ok")
SECRET = st.text("abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ0123456789+/=-_~&@:", min_size=12, max_size=40)
TOKEN = "path-t0ken-81c4"


@pytest.fixture(autouse=True)
def restored_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo at the end what opening a service changes in the environment."""
    monkeypatch.setenv("no_proxy", "")


def opened(url: str, seconds: float = 20.0, threads: DaemonThreads[str | None] | None = None) -> AppriseTarget:
    """Return the sender of a URL."""
    service = open_service(url)
    own = threads or DaemonThreads(1)
    return AppriseTarget(
        url, service, name_of(service), lambda it: write_notice(it, UTC), total_seconds=seconds, threads=own
    )


def mailto(server: MailServer, password: str = PASSWORD, more: str = "") -> str:
    return f"mailto://alerts:{password}@127.0.0.1:{server.port}/?from=a@plant.test&to=b@plant.test&mode=insecure{more}"


async def failure(sender: AppriseTarget, *secrets: str) -> str:
    """Return why a notice is not sent."""
    with pytest.raises(AlertNotSent) as caught:
        await sender.send(notice())
    assert caught.value.retryable
    assert not any(secret in repr(caught.value) for secret in secrets)
    return caught.value.detail


async def test_a_notice_is_posted_to_a_web_hook() -> None:
    with serving(lambda _: OK) as server:
        await opened(f"json://{server.address}/{TOKEN}/").send(notice())

    [request] = server.received
    assert request.path.rstrip("/") == f"/{TOKEN}"
    assert request.json["title"] == "【arcbeat】告警：任务 sync_devices 运行失败"
    assert request.json["type"] == "failure"
    assert "StoreTimeout" in request.json["message"]


async def test_a_recovery_is_a_success_for_the_service() -> None:
    with serving(lambda _: OK) as server:
        await opened(f"json://{server.address}/").send(notice(kind=NoticeKind.RECOVERED, closed_at=OPENED_AT))

    assert server.received[0].json["type"] == "success"


async def test_a_notice_is_sent_by_mail() -> None:
    with receiving_mail() as server:
        await opened(mailto(server)).send(notice())

    [(subject, body)] = server.messages
    assert subject == "【arcbeat】告警：任务 sync_devices 运行失败"
    assert "始于 2026-03-02 00:05:00 (UTC)" in body


async def test_a_wrong_password_of_a_mail_server_is_a_failure_that_says_so() -> None:
    with receiving_mail() as server:
        detail = await failure(opened(mailto(server, "wrong-Pa55word")), "wrong-Pa55word")

    assert "535" in detail
    assert server.messages == []


async def test_a_rejected_recipient_is_a_failure() -> None:
    with receiving_mail() as server:
        server.rejects_recipients = True
        detail = await failure(opened(mailto(server)), PASSWORD)

    assert detail.startswith("apprise did not deliver the notice: ")
    assert server.messages == []


@pytest.mark.parametrize("status", [500, 403, 302])
async def test_a_status_other_than_success_is_a_failure(status: int) -> None:
    with serving(lambda _: Reply(status, headers={"Location": "/moved"})) as server:
        detail = await failure(
            opened(f"json://user:pa55-word@{server.address}/{TOKEN}?optional=yes&retry=3&wait=0"), TOKEN
        )

    assert f"error={status}" in detail
    assert len(server.received) == 1, "neither a redirect is followed nor is the post repeated"


async def test_a_closed_port_is_a_failure_that_says_so() -> None:
    detail = await failure(
        opened(f"json://user:pa55-word@127.0.0.1:{free_port()}/{TOKEN}?+x={TOKEN}"), TOKEN, "pa55-word"
    )

    assert "Connection refused" in detail


@pytest.fixture(scope="module")
def repeating() -> Iterator[HttpServer]:
    """A server that rejects each request with everything that it has received."""
    with serving(lambda request: Reply(403, repr(request).encode())) as server:
        yield server


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=SECRET, path=SECRET, value=SECRET)
async def test_no_error_has_a_secret_of_the_url(repeating: HttpServer, password: str, path: str, value: str) -> None:
    secrets = (password, path, value, quote(password), quote(path), quote(value))
    for address, reason in ((repeating.address, "error=403"), (f"127.0.0.1:{free_port()}", "refused")):
        url = f"json://user:{quote(password, safe='')}@{address}/{quote(path)}?+X-Token={quote(value)}"
        assert reason in await failure(opened(url), *secrets)


async def test_a_server_that_hangs_is_given_up_and_keeps_its_thread() -> None:
    threads: DaemonThreads[str | None] = DaemonThreads(1)
    with serving(lambda _: OK) as server:
        server.respond = server.hang
        detail = await failure(opened(f"json://{server.address}/?rto=20", 0.2, threads))
        assert detail == "apprise did not deliver the notice within 0.2 s."
        eventually("the server has the request", lambda: len(server.received) == 1)

        # The only thread is taken.
        assert "within 0.2 s" in await failure(opened(f"json://{server.address}/", 0.2, threads))
        assert len(server.received) == 1


async def test_a_thread_is_free_again_when_a_server_that_hung_has_responded() -> None:
    threads: DaemonThreads[str | None] = DaemonThreads(1)
    go_on = threading.Event()

    def respond(_: Received) -> Reply:
        go_on.wait()
        return OK

    with serving(respond) as server:
        await failure(opened(f"json://{server.address}/?rto=20", 0.2, threads))
        go_on.set()
        await opened(f"json://{server.address}/", threads=threads).send(notice())


PROGRAM = """
import asyncio, sys
from zoneinfo import ZoneInfo
from adapters.alerts.apprise_target import AppriseTarget, open_service
from adapters.alerts.text import write_notice
from arcbeat.domain.errors import AlertNotSent
from tests.adapters.alerts.notices import notice

async def main():
    url = sys.argv[1]
    sender = AppriseTarget(url, open_service(url), "x", lambda it: write_notice(it, ZoneInfo("UTC")), total_seconds=0.3)
    try:
        await sender.send(notice())
    except AlertNotSent as error:
        print(error)

asyncio.run(main())
"""


def run_program(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Send a notice to a URL in a process of its own, and return how it ended."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, url],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_process_ends_while_a_delivery_hangs() -> None:
    with serving(lambda _: OK) as server:
        server.respond = server.hang
        # The read timeout is longer than the process may live.
        ended = run_program(f"json://{server.address}/?rto=3600")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "within 0.3 s" in ended.stdout


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(variable: str) -> None:
    proxy = {variable: f"http://127.0.0.1:{free_port()}", "NO_PROXY": "other.example", "no_proxy": "other.example"}
    with serving(lambda _: OK) as server:
        ended = run_program(f"json://{server.address}/", **proxy)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert len(server.received) == 1


def test_nothing_of_apprise_reaches_the_log_of_the_process() -> None:
    with serving(lambda _: Reply(401)) as server:
        ended = run_program(f"json://user:pa55-word@{server.address}/{TOKEN}")

    assert ended.stderr == ""
    assert "error=401" in ended.stdout


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("json://hook.example:8443/a", "json hook.example"),
        ("mailto://user:password@mail.example.com", "mailto mail.example.com"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general", "slack"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord"),
    ],
)
def test_the_name_of_a_target_has_no_token(url: str, name: str) -> None:
    assert opened(url).target == name


@pytest.mark.parametrize("url", ["nosuch://host", "mailto://?from=", "tgram://too/short", "https://chat.example/hook"])
def test_a_url_that_apprise_does_not_understand_is_rejected(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidTarget) as caught:
        open_service(url)

    assert url not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "instead"),
    [
        ("dingtalk://b3f1c0de5a1e47d2a9", "dingtalk"),
        ("wecombot://693a91f67xxx4bc497a00ec2sifa5aaa", "wecom"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f67xxx4bc497a00ec2sifa5aaa", "wecom"),
    ],
)
def test_services_that_do_not_check_the_code_of_a_response_are_rejected(url: str, instead: str) -> None:
    with pytest.raises(InvalidTarget, match=rf"write the webhook of the bot with {instead}\+ in front of https://"):
        open_service(url)


def test_timeouts_that_a_url_sets_have_a_limit() -> None:
    service = open_service("json://hook.example/?cto=3600&rto=2")

    assert (service.socket_connect_timeout, service.socket_read_timeout) == (SOCKET_SECONDS_MAX, 2.0)
