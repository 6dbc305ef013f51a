"""The bots of WeCom (企业微信): how they are addressed, and what their error codes mean.

Source: developer.work.weixin.qq.com, «消息推送配置说明» (群机器人) and «全局错误码».
"""

from datetime import datetime

from adapters.alerts.bots.chat_bot import ChatService, Post
from adapters.alerts.urls import InvalidTarget, WebhookUrl, parse_webhook

KEY = "key"
RATE_LIMIT_SECONDS = 60.0
"""A bot may send 20 messages in a minute."""
TEXT_BYTES_MAX = 2048
"""Of a text message; longer ones are rejected with the code 40058."""


def parse(url: str) -> WebhookUrl:
    """Return the webhook of a bot.

    Raises:
        InvalidTarget: The URL is malformed, or has no key, or a secret, which WeCom does not have.
    """
    webhook = parse_webhook(url)
    if not webhook.params.get(KEY):
        raise InvalidTarget(f"has no {KEY}; copy the webhook of the bot from WeCom")
    if webhook.secret is not None:
        raise InvalidTarget("has a secret, but bots of WeCom check no signature; leave it out")
    return webhook


def compose(url: WebhookUrl, text: str, _: datetime) -> Post:
    """Return what is posted for a text."""
    # In a text of WeCom, <@…> mentions people, and texts contain errors that others have written.
    return Post(url.params, {"msgtype": "text", "text": {"content": text.replace("<@", "(@")}})


WECOM = ChatService(
    name="wecom",
    parse=parse,
    compose=compose,
    text_bytes_max=TEXT_BYTES_MAX,
    code_names=("errcode",),
    message_names=("errmsg",),
    causes={
        93000: "check the key: the webhook is wrong, or the bot was removed from the group",
        45009: "the bot has sent more than 20 messages in a minute",
    },
    retry_seconds={-1: 0.0, 45009: RATE_LIMIT_SECONDS},
)
