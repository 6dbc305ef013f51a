"""Makes the senders of notices about jobs, and the dead-man switch, as the settings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from adapters.alerts.urls import InvalidTarget
from arcbeat.domain.jobs.ports import AlertSender, DeadManSwitch
from arcbeat.settings import JobSettings, SettingsError

if TYPE_CHECKING:
    from adapters.alerts.targets import Targets

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
    targets = _open_targets(settings)
    return AlertOutlets(
        _senders(targets, "ALERT_URLS", settings.alert_urls),
        _senders(targets, "ALERT_ESCALATION_URLS", settings.alert_escalation_urls),
        _dead_man(settings.alert_dead_man_url),
    )


def _open_targets(settings: JobSettings) -> "Targets | None":
    """Return what makes the senders of both settings: a URL that is in both has one sender."""
    if settings.alert_urls is None and settings.alert_escalation_urls is None:
        return None
    # Here and below, because a process without outlets starts faster without the HTTP client.
    from adapters.alerts.targets import Targets

    return Targets(ZoneInfo(settings.alert_time_zone))


def _senders(targets: "Targets | None", setting: str, urls: SecretStr | None) -> Sequence[AlertSender]:
    if targets is None or urls is None:
        return ()
    listed = urls.get_secret_value().split()
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
