"""The bots of Feishu and Lark (飞书): how they are addressed and signed, and what their error codes mean.

Source: open.larkoffice.com, «自定义机器人使用指南». Unlike DingTalk's, a signature is HMAC-SHA256 of an empty message
with ``timestamp\\nsecret`` as the key, in base64; the timestamp is in seconds and may differ from Feishu's clock by an
hour.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from adapters.alerts.bots.chat_bot import ChatService, Post
from adapters.alerts.urls import InvalidTarget, WebhookUrl, parse_webhook

HOOK = "/hook/"
RATE_LIMIT_SECONDS = 60.0
"""A bot may send 5 messages in a second and 100 in a minute; Feishu as a whole may be overloaded on the full hour."""


def parse(url: str) -> WebhookUrl:
    """Return the webhook of a bot.

    Raises:
        InvalidTarget: The URL is malformed, or its path does not end with the id of a hook.
    """
    webhook = parse_webhook(url)
    if not webhook.address.rpartition(HOOK)[2] or HOOK not in webhook.address:
        raise InvalidTarget("has no id behind /hook/; copy the webhook of the bot from Feishu")
    return webhook


def compose(url: WebhookUrl, text: str, now: datetime) -> Post:
    """Return what is posted for a text."""
    # In a text of Feishu, <at …> mentions people, and texts contain errors that others have written.
    message: dict[str, object] = {"msg_type": "text", "content": {"text": text.replace("<at", "(at")}}
    if url.secret is not None:
        timestamp = str(int(now.timestamp()))
        message |= {"timestamp": timestamp, "sign": sign(url.secret, timestamp)}
    return Post(url.params, message)


def sign(secret: str, timestamp: str) -> str:
    """Return the signature of a moment, in seconds."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


FEISHU = ChatService(
    name="feishu",
    parse=parse,
    compose=compose,
    text_bytes_max=8192,
    code_names=("code", "StatusCode"),
    message_names=("msg", "StatusMessage"),
    causes={
        19001: "check the webhook: the bot was removed from the group, or the id behind /hook/ is wrong",
        19021: "check the secret, and the clock of this machine",
        19022: "the bot accepts messages only from other IP addresses",
        19024: "the keywords of the bot must include arcbeat",
        11232: "the bot sends too many messages, or Feishu is overloaded",
    },
    retry_seconds={11232: RATE_LIMIT_SECONDS},
)
