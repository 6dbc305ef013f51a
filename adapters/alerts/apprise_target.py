"""Delivers notices through the library apprise: mail, and the many services that have no sender of their own here.

apprise blocks, so it runs in threads. It is imported when this module is, so import this module only if it is needed.
"""

import asyncio
import logging
import os
import queue
import re
from collections.abc import Callable

import apprise

from adapters.alerts.redaction import parts_of, redact, secrets_of
from adapters.alerts.text import NoticeText, cut
from adapters.alerts.threads import DaemonThreads
from adapters.alerts.urls import InvalidTarget
from arcbeat.domain.errors import AlertNotSent
from arcbeat.domain.jobs.alerts import AlertSeverity, Notice, NoticeKind

THREADS: DaemonThreads[str | None] = DaemonThreads(4)
"""All targets of a process share them."""
TOTAL_SECONDS = 25.0
"""The time limit of one delivery, which includes the wait for a thread."""
SOCKET_SECONDS_MAX = 10.0
"""The highest timeout for connecting, and for each read, that a URL may set with ``cto`` and ``rto``."""
BODY_BYTES_MAX = 4096
NOT_CHECKED = {"dingtalk": "dingtalk", "wecombot": "wecom"}
"""The services of apprise that read only the HTTP status of a response, by what to use instead."""
UNKNOWN = (
    "is none that arcbeat or apprise understands; it must begin with dingtalk+https://, wecom+https:// or "
    "feishu+https://, or be as https://appriseit.com/services describes it, for example "
    "mailto://user:password@mail.example.com"
)
NO_DETAIL = "apprise gives no reason"
_CAUSES = ("Socket Exception", "Notification Exception")
"""apprise logs the cause of a failure at level debug, in a line that begins so."""
_NOISE = re.compile(r"HTTPS?Connection(Pool)?\([^)]*\): (Max retries exceeded with url: \S+ )?")
"""What the HTTP library writes before the cause: the address, and the path, which may be a secret."""


class AppriseTarget:
    """Delivers notices to one URL of apprise; implements AlertSender."""

    def __init__(
        self,
        url: str,
        service: apprise.NotifyBase,
        target: str,
        write: Callable[[Notice], NoticeText],
        *,
        total_seconds: float = TOTAL_SECONDS,
        threads: DaemonThreads[str | None] = THREADS,
    ) -> None:
        """``service`` is that of the URL; ``write`` returns the text of a notice."""
        self._service = service
        self._secrets = _secrets_in(url, service)
        self._target = target
        self._write = write
        self._threads = threads
        self._total_seconds = total_seconds

    @property
    def target(self) -> str:
        return self._target

    async def send(self, notice: Notice) -> None:
        text, kind = self._write(notice), _kind(notice)
        try:
            async with asyncio.timeout(self._total_seconds):
                failure = await self._threads.run(lambda: self._deliver(text, kind))
        except TimeoutError:
            raise AlertNotSent(f"apprise did not deliver the notice within {self._total_seconds:g} s.") from None
        except queue.Full:
            raise AlertNotSent("All threads of apprise hang in earlier deliveries.") from None
        if failure is not None:
            raise AlertNotSent(f"apprise did not deliver the notice: {failure}.")

    def _deliver(self, text: NoticeText, kind: apprise.NotifyType) -> str | None:
        """Send a text and return why it failed; None if it did not."""
        sender = apprise.Apprise(self._service, asset=self._service.asset)
        result = sender.notify(
            cut(text.body, BODY_BYTES_MAX),
            title=text.title,
            notify_type=kind,
            body_format=apprise.NotifyFormat.TEXT,
            log_level=logging.DEBUG,
        )
        if result:
            return None
        reason = _NOISE.sub("", "; ".join(entry.message for entry in result.logs() if _is_reason(entry)))
        return redact(reason, self._secrets).rstrip(".") or NO_DETAIL


def _is_reason(entry: apprise.NotifyLogEntry) -> bool:
    return entry.level in ("WARNING", "ERROR", "CRITICAL") or entry.message.startswith(_CAUSES)


def open_service(url: str) -> apprise.NotifyBase:
    """Return the service of a URL.

    Raises:
        InvalidTarget: apprise does not know its scheme, or it is malformed, or its service is one of NOT_CHECKED.
    """
    _keep_to_ourselves()
    service = apprise.Apprise.instantiate(url, asset=_asset())
    if service is None:
        raise InvalidTarget(UNKNOWN)
    if service.schema in NOT_CHECKED:
        raise InvalidTarget(
            f"is for {service.schema} of apprise, which counts rejected messages as delivered; "
            f"write the webhook of the bot with {NOT_CHECKED[service.schema]}+ in front of https://"
        )
    service.socket_connect_timeout = min(service.socket_connect_timeout, SOCKET_SECONDS_MAX)
    service.socket_read_timeout = min(service.socket_read_timeout, SOCKET_SECONDS_MAX)
    # A failure is a failure, whatever ?optional= is, and repetitions are made by the one who sends.
    service.optional, service.retry = False, 0
    return service


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(
        app_id="arcbeat",
        app_desc="arcbeat",
        async_mode=False,
        http_redirects=False,
        service_timeout=0,  # apprise would use threads of its own for it, which the end of the process waits for
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )


def name_of(service: apprise.NotifyBase) -> str:
    """Return the scheme of a service and its host, unless the host of its URLs is a token."""
    host = _host(service)
    return f"{service.schema} {host}" if host else str(service.schema)


def _secrets_in(url: str, service: apprise.NotifyBase) -> frozenset[str]:
    """Return what no log and no error may contain: each part of the URL but a host and names of parameters."""
    _, _, rest = url.partition("://")
    path, _, query = rest.partition("?")
    values = [pair.partition("=")[2] or pair for pair in query.split("&")]
    parts = {part for text in (path, *values) for part in parts_of(text)}
    return secrets_of(parts - {_host(service), str(service.port)})


def _host(service: apprise.NotifyBase) -> str:
    token = service.template_tokens.get("host")
    return str(service.host) if token and not token.get("private") and service.host else ""


def _kind(notice: Notice) -> apprise.NotifyType:
    if notice.kind is NoticeKind.RECOVERED:
        return apprise.NotifyType.SUCCESS
    is_critical = notice.severity is AlertSeverity.CRITICAL
    return apprise.NotifyType.FAILURE if is_critical else apprise.NotifyType.WARNING


def _keep_to_ourselves() -> None:
    """Let apprise ignore the proxies of the environment, as all other connections do, and keep its log out of ours.

    Its HTTP library reads the variables at each request and has no other switch that apprise passes on. Its log may
    contain secrets; what matters of it becomes the detail of an error.
    """
    os.environ["no_proxy"] = "*"
    logger = logging.getLogger("apprise")
    if logger.propagate:
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
