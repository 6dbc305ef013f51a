"""A bot in a group of a chat service: signs and posts a notice, and checks the code in the response.

Chat services respond with HTTP 200 to a message that they reject: only the code in the body is the outcome.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from adapters.alerts.redaction import redact
from adapters.alerts.text import NoticeText
from adapters.alerts.urls import WebhookUrl
from adapters.alerts.webhook import LIMITS, RequestLimits, Response, check_status, request
from arcbeat.domain.errors import AlertNotSent, AlertRejected
from arcbeat.domain.jobs.alerts import Notice
from arcbeat.domain.time.clock import Clock, utc_now


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted: the query parameters and the JSON body."""

    params: Mapping[str, str]
    message: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ChatService:
    """How a chat service wants messages, and how it responds.

    Attributes:
        name: The first word of the target, and what the scheme of its URL begins with.
        parse: Returns the parts of a URL, or raises InvalidTarget.
        compose: Returns what is posted for a text, at a moment.
        code_names, message_names: Where the code and the message are in the response; the first one that exists counts.
        causes: What a code means, and what to do about it.
        retry_seconds: The codes that a repetition can mend, and after how many seconds. All others are permanent.
    """

    name: str
    parse: Callable[[str], WebhookUrl]
    compose: Callable[[WebhookUrl, str, datetime], Post]
    text_bytes_max: int
    code_names: Sequence[str]
    message_names: Sequence[str]
    causes: Mapping[int, str]
    retry_seconds: Mapping[int, float]


class Bot:
    """Delivers notices to one bot; implements AlertSender."""

    def __init__(
        self,
        service: ChatService,
        url: WebhookUrl,
        target: str,
        write: Callable[[Notice], NoticeText],
        *,
        clock: Clock = utc_now,
        limits: RequestLimits = LIMITS,
    ) -> None:
        """``write`` returns the text of a notice."""
        self._service = service
        self._url = url
        self._target = target
        self._write = write
        self._clock = clock
        self._limits = limits

    @property
    def target(self) -> str:
        return self._target

    async def send(self, notice: Notice) -> None:
        service = self._service
        post = service.compose(self._url, self._write(notice).cut(service.text_bytes_max), self._clock())
        response = await request(
            "POST", self._url.address, limits=self._limits, params=post.params, message=post.message
        )
        self._check(response)

    def _check(self, response: Response) -> None:
        names, fields = self._service.code_names, response.fields()
        code = _first(fields, names)
        message = redact(str(_first(fields, self._service.message_names) or ""), self._url.secrets)
        if not isinstance(code, int) or isinstance(code, bool):
            check_status(response.status, message)
            raise AlertNotSent(f"The response is no JSON object with a number {names[0]}.")
        if code != 0:
            raise self._error(code, message, response.status)
        check_status(response.status)

    def _error(self, code: int, message: str, status: int) -> AlertNotSent:
        service = self._service
        cause = f"; {service.causes[code]}" if code in service.causes else ""
        detail = f"{service.code_names[0]} {code}: {message}{cause}."
        if code in service.retry_seconds:
            return AlertNotSent(detail, retry_after_seconds=service.retry_seconds[code])
        return AlertNotSent(detail) if status >= httpx.codes.INTERNAL_SERVER_ERROR else AlertRejected(detail)


def _first(fields: Mapping[str, object], names: Sequence[str]) -> object:
    return next((fields[name] for name in names if name in fields), None)
