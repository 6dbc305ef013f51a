"""Makes the sender of each target from its URL."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import partial

from adapters.alerts.bots.chat_bot import Bot, ChatService
from adapters.alerts.bots.dingtalk import DINGTALK
from adapters.alerts.bots.feishu import FEISHU
from adapters.alerts.bots.wecom import WECOM
from adapters.alerts.text import write_notice
from adapters.alerts.urls import InvalidTarget
from arcbeat.domain.jobs.ports import AlertSender

SERVICES: Mapping[str, ChatService] = {service.name: service for service in (DINGTALK, WECOM, FEISHU)}


class Targets:
    """Makes senders, one per URL.

    Args:
        zone: The time zone of the moments in notices.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._write = partial(write_notice, zone=zone)
        self._senders: dict[str, AlertSender] = {}

    def open(self, url: str) -> AlertSender:
        """Return the sender of a URL; for the same URL, the same sender.

        Raises:
            InvalidTarget: The URL is malformed, or of no known service.
        """
        if url not in self._senders:
            prefix, plus, webhook = url.partition("+")
            service = SERVICES.get(prefix.lower()) if plus else None
            self._senders[url] = self._open_bot(service, webhook) if service else self._open_apprise(url)
        return self._senders[url]

    def _open_bot(self, service: ChatService, webhook: str) -> AlertSender:
        address = service.parse(webhook)
        return Bot(service, address, f"{service.name} {address.host}", self._write)

    def _open_apprise(self, url: str) -> AlertSender:
        if "://" not in url:
            raise InvalidTarget("has no scheme, for example dingtalk+https://")
        # It takes a tenth of a second to import, which most processes can do without.
        from adapters.alerts.apprise_target import AppriseTarget, name_of, open_service

        service = open_service(url)
        return AppriseTarget(url, service, name_of(service), self._write)
