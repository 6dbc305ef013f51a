"""Makes the senders of notices about jobs, and the dead-man switch, as the settings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from adapters.alerts.urls import InvalidTarget
from arcbeat.domain.jobs.ports import AlertSender, DeadManSwitch
from arcbeat.settings import JobSettings, SettingsError

URLS_MAX = 20
"""Of one setting. The targets of a notice are tried one after the other."""


@dataclass(frozen=True, slots=True)
class AlertOutlets:
    """Where the watch of the jobs sends notices, and where it reports that it lives."""

    senders: Sequence[AlertSender]
    escalation_senders: Sequence[AlertSender]
    dead_man: DeadManSwitch | None


def open_alert_outlets(settings: JobSettings) -> AlertOutlets:
    """Return the outlets of a process.

    Raises:
        SettingsError: A URL is invalid. The message names its position and contains no part of it.
    """
    time_zone = ZoneInfo(settings.alert_time_zone)
    return AlertOutlets(
        _senders(time_zone, "ALERT_URLS", settings.alert_urls),
        _senders(time_zone, "ALERT_ESCALATION_URLS", settings.alert_escalation_urls),
        _dead_man(settings.alert_dead_man_url),
    )


def _senders(time_zone: ZoneInfo, setting: str, urls: SecretStr | None) -> Sequence[AlertSender]:
    if urls is None:
        return ()
    # Here and below, because a process without outlets starts faster without the HTTP client.
    from adapters.alerts.targets import Targets

    targets, listed = Targets(time_zone), urls.get_secret_value().split()
    if len(listed) > URLS_MAX:
        raise SettingsError(f"{setting}: has {len(listed)} URLs; it may have at most {URLS_MAX}")
    senders = {}
    for position, url in enumerate(listed, 1):
        try:
            senders[url] = targets.open(url)
        except InvalidTarget as error:
            raise SettingsError(f"{setting}: URL {position} of {len(listed)} {error}") from None
    return tuple(senders.values())


def _dead_man(url: SecretStr | None) -> DeadManSwitch | None:
    if url is None:
        return None
    from adapters.alerts.dead_man import HttpDeadManSwitch

    try:
        return HttpDeadManSwitch(url.get_secret_value())
    except InvalidTarget as error:
        raise SettingsError(f"ALERT_DEAD_MAN_URL: the URL {error}") from None
