"""The senders of URLs, and what no error and no name may contain."""

import subprocess
import sys
from datetime import UTC

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from adapters.alerts.redaction import redact, secrets_of
from adapters.alerts.targets import Targets
from adapters.alerts.urls import InvalidTarget

SECRET = st.text("abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ0123456789+/=-_~", min_size=12, max_size=40)
FORMS = (
    "dingtalk+https://oapi.dingtalk.com/robot/send?access_token={0}&secret=SEC{1}",
    "dingtalk+https://oapi.dingtalk.com:{0}/robot/send?access_token={1}",
    "dingtalk+https://{0}:{1}@oapi.dingtalk.com/robot/send?access_token=x",
    "dingtalk+https://oapi.dingtalk.com/robot/send?token={0}{1}",
    "wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={0}{1}",
    "wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={0}&secret={1}",
    "feishu+https://open.feishu.cn/open-apis/bot/v2/hook/{0}?secret={1}",
    "feishu+https://open.feishu.cn/open-apis/{0}{1}",
    "feishu+ftp://open.feishu.cn/open-apis/bot/v2/hook/{0}{1}",
    "json://user:{0}@hook.example/{1}",
    "mailto://user:{0}@mail.example.com?to={1}@plant.example",
    "slack://{0}/{1}/TIiajkdnlazkcOXrIdevi7FQ",
    "discord://{0}/{1}",
    "unknown://{0}/{1}",
    "https://chat.example/{0}?token={1}",
    "{0}{1}",
)


@pytest.fixture(autouse=True)
def restored_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo at the end what opening a service changes in the environment."""
    monkeypatch.setenv("no_proxy", "")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=SECRET, second=SECRET)
def test_no_name_no_error_and_no_representation_has_a_part_of_a_url(form: str, first: str, second: str) -> None:
    try:
        sender = Targets(UTC).open(form.format(first, second))
        shown = f"{sender.target} {sender!r} {sender!s}"
    except InvalidTarget as error:
        shown = f"{error!r} {error.__cause__!r}"

    assert first not in shown
    assert second not in shown


@given(secret=SECRET, before=st.text(), after=st.text())
def test_a_secret_is_removed_from_a_text_wherever_it_is(secret: str, before: str, after: str) -> None:
    assume(secret not in before + after)

    shown = redact(f"{before}{secret}{after}", secrets_of([secret]))

    assert secret not in shown
    assert len(shown) <= 300
    assert shown.isprintable() or not before.isprintable() or not after.isprintable()


def test_a_short_secret_is_removed_where_it_is_a_whole_word() -> None:
    assert redact("user ab: about 'ab' and cab", secrets_of(["ab"])) == "user [redacted]: about '[redacted]' and cab"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("dingtalk+https://oapi.dingtalk.com/robot/send?access_token=x&secret=SECx", "dingtalk oapi.dingtalk.com"),
        ("DingTalk+http://relay.plant:8080/robot/send?access_token=x", "dingtalk relay.plant:8080"),
        ("wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", "wecom qyapi.weixin.qq.com"),
        ("feishu+https://open.larksuite.com/open-apis/bot/v2/hook/x", "feishu open.larksuite.com"),
        ("mailto://user:password@mail.example.com", "mailto mail.example.com"),
    ],
)
def test_a_target_is_named_by_its_service_and_host(url: str, name: str) -> None:
    assert Targets(UTC).open(url).target == name


def test_one_url_is_one_target() -> None:
    targets = Targets(UTC)
    url = "wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="

    first, second = targets.open(f"{url}a"), targets.open(f"{url}b")

    assert first is not second
    assert targets.open(f"{url}b") is second


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("dingtalk+https://oapi.dingtalk.com/robot/send", "has no access_token"),
        ("dingtalk+https://oapi.dingtalk.com/robot/send?access_token=x&secret=", "has an empty secret"),
        ("dingtalk+https:///robot/send?access_token=x", "is no https:// or http:// URL with a host"),
        ("dingtalk+ftp://oapi.dingtalk.com/robot/send?access_token=x", "is no https:// or http:// URL with a host"),
        ("dingtalk+https://oapi.dingtalk.com:x/robot/send?access_token=x", "has no valid host and port"),
        ("dingtalk+https://[oapi/robot/send?access_token=x", "has no valid host and port"),
        ("dingtalk+https://me@oapi.dingtalk.com/robot/send?access_token=x", "has a user or a fragment"),
        ("dingtalk+https://oapi.dingtalk.com/robot/send?access_token=x#y", "has a user or a fragment"),
        ("dingtalk+https://oapi.dingtalk.com/robot/发送?access_token=x", "is no https:// or http:// URL with a host"),
        ("wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", "has no key"),
        ("wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x&secret=y", "check no signature"),
        ("feishu+https://open.feishu.cn/open-apis/bot/v2/hook/", "has no id behind /hook/"),
        ("feishu+https://open.feishu.cn/", "has no id behind /hook/"),
        ("oapi.dingtalk.com/robot/send", "has no scheme"),
        ("dingtalk+", "is no https:// or http:// URL with a host"),
        ("telegraph+https://x.example/y", "is none that arcbeat or apprise understands"),
    ],
)
def test_an_invalid_url_is_rejected_with_what_would_be_right(url: str, message: str) -> None:
    with pytest.raises(InvalidTarget, match=message):
        Targets(UTC).open(url)


def test_apprise_is_imported_only_for_urls_that_need_it() -> None:
    program = """
import sys
from datetime import UTC
import arcbeat.app.jobs
from adapters.alerts.targets import Targets
Targets(UTC).open("wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x")
assert "apprise" not in sys.modules
Targets(UTC).open("json://hook.example/")
assert "apprise" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
