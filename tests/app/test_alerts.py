"""The settings of alerts, and the senders that they make."""

from pathlib import Path

import pytest

from arcbeat.app.alerts import AlertOutlets, open_alert_outlets
from arcbeat.settings import JobSettings, SettingsError

NEEDED = {"DATABASE_URL": "postgresql://localhost/none"}
DINGTALK = "dingtalk+https://oapi.dingtalk.com/robot/send?access_token=t0ken-of-the-group&secret=SEC0123456789"
WECOM = "wecom+https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=key-of-the-group"
SECRETS = ("t0ken-of-the-group", "SEC0123456789", "key-of-the-group")


def opened(**environment: str) -> AlertOutlets:
    return open_alert_outlets(JobSettings.from_environment({**NEEDED, **environment}))


def test_without_settings_nothing_is_sent() -> None:
    assert opened() == AlertOutlets((), (), None)


def test_urls_are_separated_by_white_space_and_one_url_is_one_target() -> None:
    outlets = opened(ALERT_URLS=f" {DINGTALK}\n\t{WECOM}  {WECOM}\n", ALERT_ESCALATION_URLS=WECOM)

    assert [each.target for each in outlets.senders] == ["dingtalk oapi.dingtalk.com", "wecom qyapi.weixin.qq.com"]
    assert list(outlets.escalation_senders) == [outlets.senders[1]]


def test_urls_and_the_dead_man_url_can_be_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "urls").write_text(f"{DINGTALK}\n{WECOM}\n")
    (tmp_path / "dead").write_text("https://hc-ping.com/5bf66975\n")

    outlets = opened(ALERT_URLS_FILE=str(tmp_path / "urls"), ALERT_DEAD_MAN_URL_FILE=str(tmp_path / "dead"))

    assert len(outlets.senders) == 2
    assert outlets.dead_man is not None


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"ALERT_URLS": f"{DINGTALK} dingtalk+https://oapi.dingtalk.com/robot/send?t=t0ken-of-the-group {WECOM}"},
            "^ALERT_URLS: URL 2 of 3 has no access_token; copy the webhook of the bot from DingTalk$",
        ),
        (
            {"ALERT_ESCALATION_URLS": "pigeon://key-of-the-group"},
            "^ALERT_ESCALATION_URLS: URL 1 of 1 is none that arcbeat or apprise understands; it must begin with",
        ),
        (
            {"ALERT_URLS": " ".join(f"{WECOM}{number}" for number in range(21))},
            "^ALERT_URLS: has 21 URLs; it may have at most 20$",
        ),
        ({"ALERT_DEAD_MAN_URL": "hc-ping.com/key-of-the-group"}, "^ALERT_DEAD_MAN_URL: the URL is no https:// or http"),
        ({"ALERT_TIME_ZONE": "Asia/Peking"}, "^ALERT_TIME_ZONE: no IANA time zone is named 'Asia/Peking'; an exam"),
        ({"ALERT_TIME_ZONE": "../etc/passwd"}, "^ALERT_TIME_ZONE: no IANA time zone is named"),
    ],
)
def test_an_error_names_the_setting_and_the_position_and_no_secret(
    environment: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "")

    with pytest.raises(SettingsError, match=message) as caught:
        opened(**environment)

    assert not any(secret in repr(caught.value) for secret in SECRETS)


def test_no_representation_of_the_settings_has_a_url() -> None:
    settings = JobSettings.from_environment({**NEEDED, "ALERT_URLS": f"{DINGTALK} {WECOM}"})

    assert not any(secret in f"{settings!r} {settings} {open_alert_outlets(settings)!r}" for secret in SECRETS)
