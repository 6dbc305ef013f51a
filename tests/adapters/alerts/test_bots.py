"""The bots of chat services, against servers that respond as the documentation of each service says."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from adapters.alerts.bots.chat_bot import Bot
from adapters.alerts.bots.dingtalk import sign as sign_for_dingtalk
from adapters.alerts.bots.feishu import sign as sign_for_feishu
from adapters.alerts.targets import SERVICES
from adapters.alerts.text import write_notice
from adapters.alerts.webhook import RESPONSE_BYTES_MAX, RequestLimits
from arcbeat.domain.errors import AlertNotSent, AlertRejected
from arcbeat.domain.time.clock import utc_now
from tests.adapters.alerts.certificates import self_signed
from tests.adapters.alerts.notices import notice
from tests.adapters.alerts.servers import (
    HOOK,
    KEY,
    SECRET,
    TOKEN,
    HttpServer,
    Received,
    Reply,
    Reset,
    dingtalk,
    dingtalk_with_keyword,
    feishu,
    reply,
    serving,
    wecom,
)
from tests.support.ports import free_port

SECRETS = (TOKEN, SECRET, KEY, HOOK)
BOTS = {
    "dingtalk": (dingtalk, f"/robot/send?access_token={TOKEN}&secret={SECRET}"),
    "wecom": (wecom, f"/cgi-bin/webhook/send?key={KEY}"),
    "feishu": (feishu, f"/open-apis/bot/v2/hook/{HOOK}?secret={SECRET}"),
}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def bot(
    name: str, server: HttpServer | str, path: str = "", *, clock: Callable[[], datetime] = utc_now, seconds: float = 10
) -> Bot:
    """Return a bot whose webhook is at a server."""
    address = server if isinstance(server, str) else server.url
    webhook = SERVICES[name].parse(f"{address}{path or BOTS[name][1]}")
    limits = RequestLimits(connect_seconds=seconds, total_seconds=seconds)
    return Bot(
        SERVICES[name], webhook, f"{name} of the test", lambda it: write_notice(it, UTC), clock=clock, limits=limits
    )


async def failure(sender: Bot) -> AlertNotSent:
    """Return the error of a notice that is not accepted."""
    with pytest.raises(AlertNotSent) as caught:
        await sender.send(notice())
    assert not any(secret in f"{caught.value!r} {caught.value.__cause__!r}" for secret in SECRETS)
    return caught.value


@pytest.fixture(params=BOTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(name: str) -> Iterator[HttpServer]:
    with serving(BOTS[name][0]) as running:
        yield running


async def test_a_notice_is_accepted_whose_signature_the_server_verifies(name: str, server: HttpServer) -> None:
    await bot(name, server).send(notice())

    [request] = server.received
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/json"
    assert "【arcbeat】告警：任务 sync_devices 运行失败".encode() in request.body, (
        "WeCom reads no escapes such as \\u4efb"
    )


async def test_the_signing_secret_itself_is_not_sent(name: str, server: HttpServer) -> None:
    await bot(name, server).send(notice())

    [request] = server.received
    assert SECRET not in f"{request.query} {request.body.decode()}"


async def test_a_long_message_is_cut_to_what_the_service_accepts(name: str, server: HttpServer) -> None:
    await bot(name, server).send(notice(message="超时。" * 5000))

    [request] = server.received
    assert "…" in json.dumps(request.json, ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "path", "part"),
    [
        (
            "dingtalk",
            f"/robot/send?access_token={TOKEN}&secret=another",
            "errcode 310000: sign not match; check the sec",
        ),
        ("dingtalk", f"/robot/send?access_token={TOKEN}", "errcode 310000: invalid timestamp; check the security"),
        ("dingtalk", "/robot/send?access_token=another", "errcode 300001: token is not exist; check access_token"),
        ("wecom", "/cgi-bin/webhook/send?key=another", "errcode 93000: invalid webhook url, hint: .* check the key"),
        ("feishu", f"/open-apis/bot/v2/hook/{HOOK}?secret=another", "code 19021: sign match fail .* check the secret"),
        ("feishu", f"/open-apis/bot/v2/hook/{HOOK}", "code 19021: sign match fail or timestamp is not within one hour"),
        ("feishu", "/open-apis/bot/v2/hook/another", "code 19001: param invalid: .*; check the webhook"),
    ],
)
async def test_a_rejection_is_permanent_and_says_what_to_check(
    name: str, path: str, part: str, server: HttpServer
) -> None:
    error = await failure(bot(name, server, path))

    assert isinstance(error, AlertRejected)
    assert not error.retryable
    assert pytest.approx(0) == error.retry_after_seconds
    assert re.match(part, error.detail), error.detail


@pytest.mark.parametrize("name", ["dingtalk", "feishu"], indirect=True)
async def test_a_signature_of_another_time_is_rejected(name: str, server: HttpServer) -> None:
    error = await failure(bot(name, server, clock=lambda: LONG_AGO))

    assert isinstance(error, AlertRejected)
    assert "the clock of this machine" in error.detail


@pytest.mark.parametrize(
    ("name", "answer", "part", "seconds"),
    [
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, "errcode 130101", 600),
        ("dingtalk", {"errcode": 410100, "errmsg": "发送速度太快而限流"}, "errcode 410100", 600),
        ("dingtalk", {"errcode": -1, "errmsg": "系统繁忙"}, "errcode -1: 系统繁忙", 0),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "errcode 45009: api freq out of limit", 60),
        ("feishu", {"code": 11232, "msg": "frequency limited psm[lark.oapi]"}, "code 11232: frequency limited", 60),
    ],
)
async def test_a_rate_limit_tells_when_to_try_again(
    name: str, answer: dict[str, object], part: str, seconds: float, server: HttpServer
) -> None:
    server.respond = lambda _: reply(answer)

    error = await failure(bot(name, server))

    assert error.retryable
    assert error.retry_after_seconds == seconds
    assert part in error.detail


@pytest.mark.parametrize(
    ("name", "answer", "part"),
    [
        ("feishu", {"code": 9499, "msg": "Bad Request", "data": {}}, "code 9499: Bad Request"),
        ("feishu", {"code": 19024, "msg": "Key Words Not Found"}, "code 19024: Key Words Not Found; the keywords"),
        ("feishu", {"code": 19022, "msg": "Ip Not Allowed"}, "code 19022: Ip Not Allowed; the bot accepts"),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "errcode 310000: keywords not in conte"),
    ],
)
async def test_other_codes_are_permanent(name: str, answer: dict[str, object], part: str, server: HttpServer) -> None:
    server.respond = lambda _: reply(answer)

    error = await failure(bot(name, server))

    assert isinstance(error, AlertRejected)
    assert error.detail.startswith(part)


@pytest.mark.parametrize(
    ("name", "mention", "shown"),
    [("wecom", "<@all>", "(@all>"), ("feishu", '<at user_id="all"></at>', '(at user_id="all"></at>')],
)
async def test_a_mention_in_a_message_is_plain_text(name: str, mention: str, shown: str, server: HttpServer) -> None:
    await bot(name, server).send(notice(message=mention * 1000))

    body = server.received[0].body.decode().replace('\\"', '"')
    assert shown in body
    assert mention not in body


async def test_the_earlier_form_of_a_response_of_feishu_is_read() -> None:
    with serving(lambda _: reply({"Extra": None, "StatusCode": 0, "StatusMessage": "success"})) as server:
        await bot("feishu", server).send(notice())


async def test_a_bot_of_dingtalk_that_checks_a_keyword_accepts_each_kind_of_notice() -> None:
    with serving(dingtalk_with_keyword) as server:
        await bot("dingtalk", server, "/robot/send?access_token=x").send(notice(message="短"))


@pytest.mark.parametrize(
    "answer",
    [
        Reply(body=b"<html>login</html>", headers={"Content-Type": "text/html"}),
        Reply(body=b'{"errcode": 0'),
        Reply(body=b"[0]"),
        Reply(body=b""),
        Reply(body=b'{"errcode": "0", "code": "0"}'),
        Reply(body=b'{"errcode": false, "code": false}'),
        Reply(body=b'{"errcode": null}'),
    ],
    ids=lambda it: it.body.decode() or "nothing",
)
async def test_a_response_without_a_code_counts_as_not_sent(answer: Reply, name: str, server: HttpServer) -> None:
    server.respond = lambda _: answer

    error = await failure(bot(name, server))

    assert error.retryable
    assert error.detail.startswith("The response is no JSON object with a number ")


@pytest.mark.parametrize(
    ("status", "is_retryable"), [(500, True), (502, True), (429, True), (404, False), (403, False), (302, True)]
)
async def test_a_status_is_checked_whatever_the_body_says(
    status: int, is_retryable: bool, name: str, server: HttpServer
) -> None:
    server.respond = lambda _: Reply(status, b'{"errcode": 0, "code": 0}', {"Location": f"{server.url}/moved"})

    error = await failure(bot(name, server))

    assert error.retryable is is_retryable
    assert error.detail.startswith(f"HTTP status {status}")
    assert len(server.received) == 1, "a redirect is not followed"


async def test_a_huge_response_is_not_read(name: str, server: HttpServer) -> None:
    server.respond = lambda _: Reply(body=b" " * (8 * RESPONSE_BYTES_MAX) + b'{"errcode": 0, "code": 0}')

    error = await failure(bot(name, server))

    assert error.detail == f"The response has more than {RESPONSE_BYTES_MAX} bytes."


async def test_a_server_that_hangs_is_given_up(name: str, server: HttpServer) -> None:
    server.respond = server.hang

    error = await failure(bot(name, server, seconds=0.2))

    assert error.retryable
    assert error.detail == "No response within 0.2 s."


async def test_a_response_that_stops_in_the_middle_is_given_up(name: str, server: HttpServer) -> None:
    server.respond = lambda _: Reply(body=b'{"errcode": 0, "code": 0', missing_bytes=1)

    error = await failure(bot(name, server, seconds=0.2))

    assert error.retryable
    assert error.detail == "No response within 0.2 s."


async def test_an_unknown_code_with_a_status_of_the_server_is_tried_again(name: str, server: HttpServer) -> None:
    server.respond = lambda _: reply({"errcode": 60001, "code": 60001, "errmsg": "oops", "msg": "oops"}, 503)

    assert (await failure(bot(name, server))).retryable


async def test_a_server_without_a_valid_certificate_gets_nothing(name: str, tmp_path: Path) -> None:
    with serving(BOTS[name][0], self_signed(tmp_path)) as server:
        error = await failure(bot(name, server.url.replace("http://", "https://")))

    assert error.detail == "The target cannot be reached: ConnectError."
    assert server.received == []


async def test_a_connection_that_is_reset_is_reported(name: str, server: HttpServer) -> None:
    def reset(_: Received) -> Reply:
        raise Reset

    server.respond = reset

    error = await failure(bot(name, server))

    assert error.retryable
    assert error.detail.startswith("The target cannot be reached: ")


async def test_a_closed_port_is_reported(name: str) -> None:
    error = await failure(bot(name, f"http://127.0.0.1:{free_port()}"))

    assert error.detail == "The target cannot be reached: ConnectError."


async def test_a_proxy_of_the_environment_is_not_used(
    name: str, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    await bot(name, server).send(notice())


async def test_secrets_that_a_server_repeats_are_removed_from_errors(name: str, server: HttpServer) -> None:
    def repeat(request: Received) -> Reply:
        text = f"rejected {request.path} {request.query} {quote(SECRET)} {SECRET if name != 'wecom' else ''}"
        return reply({"errcode": 1, "code": 1, "errmsg": text, "msg": text})

    server.respond = repeat
    secret = "" if name == "wecom" else f"&secret={SECRET}"

    error = await failure(bot(name, server, f"/open-apis/bot/v2/hook/{HOOK}?access_token={TOKEN}&key={KEY}{secret}"))

    assert "rejected /open-apis/bot/v2/hook/[redacted] {'access_token': '[redacted]', 'key': '[redac" in error.detail


def test_a_signature_for_dingtalk_is_that_of_openssl() -> None:
    assert sign_for_dingtalk("this is secret", "1577262236757") == DINGTALK_SIGNATURE


def test_a_signature_for_feishu_is_that_of_openssl() -> None:
    assert sign_for_feishu("demo", "1599360473") == FEISHU_SIGNATURE


DINGTALK_SIGNATURE = "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
"""printf '1577262236757\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64"""
FEISHU_SIGNATURE = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
"""printf '' | openssl dgst -sha256 -hmac "$(printf '1599360473\ndemo')" -binary | base64"""
