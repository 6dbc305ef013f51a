"""The bots of DingTalk (钉钉): how they are addressed and signed, and what their error codes mean.

Source: open.dingtalk.com, «自定义机器人接入». A signature is HMAC-SHA256 of ``timestamp\\nsecret`` with the
secret as the key, in base64; the timestamp is in milliseconds and may differ from DingTalk's clock by an hour.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from adapters.alerts.bots.chat_bot import ChatService, Post
from adapters.alerts.urls import InvalidTarget, WebhookUrl, parse_webhook

TOKEN = "access_token"  # noqa: S105 -- the name of a parameter
RATE_LIMIT_SECONDS = 600.0
"""A bot that sends more than 20 messages in a minute is blocked for 10 minutes."""


def parse(url: str) -> WebhookUrl:
    """Return the webhook of a bot.

    Raises:
        InvalidTarget: The URL is malformed, or has no access token.
    """
    webhook = parse_webhook(url)
    if not webhook.params.get(TOKEN):
        raise InvalidTarget(f"has no {TOKEN}; copy the webhook of the bot from DingTalk")
    return webhook


def compose(url: WebhookUrl, text: str, now: datetime) -> Post:
    """Return what is posted for a text."""
    params = dict(url.params)
    if url.secret is not None:
        timestamp = str(int(now.timestamp() * 1000))
        params |= {"timestamp": timestamp, "sign": sign(url.secret, timestamp)}
    return Post(params, {"msgtype": "text", "text": {"content": text}})


def sign(secret: str, timestamp: str) -> str:
    """Return the signature of a moment, in milliseconds."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


DINGTALK = ChatService(
    name="dingtalk",
    parse=parse,
    compose=compose,
    text_bytes_max=4096,
    code_names=("errcode",),
    message_names=("errmsg",),
    causes={
        310000: "check the security settings of the bot: the secret of its signature, the keyword arcbeat, its IP "
        "addresses; and the clock of this machine",
        300001: "check access_token",
        130101: "the bot has sent more than 20 messages in a minute",
        410100: "the bot has sent more than 20 messages in a minute",
        400101: "check access_token",
        400013: "the group was dissolved",
        400102: "the bot was stopped in the group",
    },
    retry_seconds={-1: 0.0, 130101: RATE_LIMIT_SECONDS, 410100: RATE_LIMIT_SECONDS},
)
