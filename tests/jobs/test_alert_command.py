"""``python -m jobs test-alert`` in processes of its own."""

import json
from collections.abc import Iterator

import pytest

from tests.adapters.alerts.servers import HOOK, KEY, SECRET, TOKEN, HttpServer, Reply, dingtalk, feishu, serving, wecom
from tests.adapters.alerts.smtp import PASSWORD, receiving_mail
from tests.jobs.programs import PRODUCT, run
from tests.support.ports import free_port

NEEDED = {"DATABASE_URL": "postgresql://localhost:1/none", "LOG_LEVEL": "debug"}
SECRETS = (TOKEN, SECRET, KEY, HOOK, PASSWORD, "check-id-5bf66975")


def command(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the command, and check that it prints and logs no secret."""
    code, out, err = run({**NEEDED, **environment}, "test-alert", *arguments, module=PRODUCT)
    assert not any(secret in out + err for secret in SECRETS), out + err
    return code, out, err


@pytest.fixture
def servers() -> Iterator[dict[str, HttpServer]]:
    """One server per chat service."""
    with serving(dingtalk) as first, serving(wecom) as second, serving(feishu) as third:
        yield {"dingtalk": first, "wecom": second, "feishu": third}


def urls(servers: dict[str, HttpServer], *, wecom_key: str = KEY) -> str:
    return "\n".join(
        [
            f"dingtalk+{servers['dingtalk'].url}/robot/send?access_token={TOKEN}&secret={SECRET}",
            f"wecom+{servers['wecom'].url}/cgi-bin/webhook/send?key={wecom_key}",
            f"feishu+{servers['feishu'].url}/open-apis/bot/v2/hook/{HOOK}?secret={SECRET}",
        ]
    )


def test_it_sends_to_every_target_without_a_database(servers: dict[str, HttpServer]) -> None:
    with receiving_mail() as mail, serving(lambda _: Reply(200, b"OK")) as dead_man:
        code, out, _ = command(
            ALERT_URLS=urls(servers),
            ALERT_ESCALATION_URLS=f"{urls(servers)} mailto://alerts:{PASSWORD}@127.0.0.1:{mail.port}/?from=a@plant.test"
            "&to=b@plant.test&mode=insecure",
            ALERT_DEAD_MAN_URL=f"{dead_man.url}/check-id-5bf66975",
        )

    assert code == 0, out
    assert out.splitlines() == [
        *(f"{name} {server.address}: delivered" for name, server in servers.items()),
        "mailto 127.0.0.1: delivered",
        "ALERT_DEAD_MAN_URL: delivered",
    ]
    assert [len(server.received) for server in servers.values()] == [1, 1, 1], "a target of both settings gets one"
    assert "测试通知" in servers["wecom"].received[0].json["text"]["content"]
    assert len(mail.messages) == 1
    assert [each.path for each in dead_man.received] == ["/check-id-5bf66975"]


def test_it_says_which_target_did_not_accept_the_notice_and_why(servers: dict[str, HttpServer]) -> None:
    servers["feishu"].respond = lambda _: Reply(502, b"<html>")
    code, out, _ = command(
        "--json",
        ALERT_URLS=urls(servers, wecom_key="removed-bot"),
        ALERT_DEAD_MAN_URL=f"http://127.0.0.1:{free_port()}/check-id-5bf66975",
    )

    outcomes = {each["target"].split()[0]: each["error"] for each in map(json.loads, out.splitlines())}
    assert code == 1
    assert outcomes["dingtalk"] is None
    assert outcomes["wecom"].startswith("errcode 93000: invalid webhook url")
    assert outcomes["feishu"] == "HTTP status 502."
    assert outcomes["ALERT_DEAD_MAN_URL"] == "The target cannot be reached: ConnectError."


def test_two_bots_of_one_service_and_host_are_told_apart_by_a_number(servers: dict[str, HttpServer]) -> None:
    url = f"wecom+{servers['wecom'].url}/cgi-bin/webhook/send?key="
    code, out, _ = command(ALERT_URLS=f"{url}{KEY} {url}removed-bot")

    first, second = out.splitlines()
    assert code == 1
    assert first == f"wecom {servers['wecom'].address}: delivered"
    assert second.startswith(f"wecom {servers['wecom'].address} (2): not delivered: errcode 93000")


def test_without_a_target_it_says_what_to_set() -> None:
    code, out, err = command()

    assert (code, out) == (2, "")
    assert "jobs: ALERT_URLS, ALERT_ESCALATION_URLS and ALERT_DEAD_MAN_URL are not set" in err


def test_an_invalid_url_is_named_by_its_position() -> None:
    code, out, err = command(ALERT_URLS=f"wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?id={KEY}")

    assert (code, out) == (2, "")
    assert err == "jobs: ALERT_URLS: URL 1 of 1 has no key; copy the webhook of the bot from WeCom\n"


def test_no_job_command_starts_with_an_invalid_url() -> None:
    environment = {**NEEDED, "ALERT_ESCALATION_URLS": f"pigeon://{TOKEN}"}

    code, _, err = run(environment, "list", module=PRODUCT)

    assert code == 2
    assert err.startswith("jobs: ALERT_ESCALATION_URLS: URL 1 of 1 is none that arcbeat or apprise understands")
    assert TOKEN not in err
