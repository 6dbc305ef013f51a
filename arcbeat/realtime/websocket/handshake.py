"""Read the credentials of a client of the plain WebSocket, and the parameters in its URL."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import orjson
from starlette.datastructures import Headers
from starlette.websockets import WebSocket, WebSocketDisconnect

from arcbeat.api.access.security import API_KEY_HEADER
from arcbeat.api.contract.asyncapi import MessageSchemas
from arcbeat.domain.errors import InputError, InvalidInput, Unauthenticated

SUBPROTOCOL = "arcbeat"
BEARER_PREFIX = "bearer."
"""Browsers cannot send headers with a WebSocket, so a page offers its token as a second subprotocol."""
CREDENTIALS_SECONDS_MAX = 10.0
REPEATED = frozenset({"device_code", "device_status", "freshness", "include"})
"""The parameters of the URL that may be repeated."""
CREDENTIALS_FORM = 'Send {"token": "…"} or {"api_key": "…"} as the first message.'
OTHER_WAYS = (
    'Or send an Authorization header ("Bearer" and a token), an X-API-Key header, or the subprotocols "arcbeat" and '
    '"bearer." followed by a token.'
)
NONE_IN_TIME = f"No credentials arrived within {CREDENTIALS_SECONDS_MAX:.0f} seconds. {CREDENTIALS_FORM} {OTHER_WAYS}"


class Handshake:
    """Read parameters and credentials, and validate both against the contract."""

    def __init__(self, messages: MessageSchemas, *, token_in_url: bool) -> None:
        self._messages = messages
        self._token_in_url = token_in_url

    def query(self, raw: bytes) -> Mapping[str, Any]:
        """Return the parameters of the URL.

        Raises:
            InvalidInput: they do not match the contract.
        """
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
        query: dict[str, Any] = dict(pairs)
        repeated = {name: [text for each, text in pairs if each == name] for name in REPEATED & query.keys()}
        if len(query) + sum(len(texts) - 1 for texts in repeated.values()) < len(pairs):
            raise InvalidInput((InputError("query", "", "a parameter is given twice"),))
        if query.keys() >= {"device_code", "device_codes"}:
            raise InvalidInput((InputError("query", "device_codes", "must not be given together with device_code"),))
        if "device_codes" in query:
            query["device_codes"] = query["device_codes"].split(",")
        query |= repeated
        return self._messages.check_query(query)

    async def credentials(self, socket: WebSocket, raw_query: bytes) -> Mapping[str, Any]:
        """Return the credentials: from the subprotocols, the headers, the URL if allowed, or else the first message.

        Of the URL only the token is looked at, because the other parameters of a client without credentials must not
        cost anything.

        Raises:
            InvalidInput: the first message is not valid credentials, or a token is in the URL and not allowed there.
            Unauthenticated: no credentials arrived in time.
            WebSocketDisconnect: the client has disconnected.
        """
        subprotocols = socket.scope.get("subprotocols", ())
        tokens = [each.removeprefix(BEARER_PREFIX) for each in subprotocols if each.startswith(BEARER_PREFIX)]
        if tokens:
            return {"token": tokens[0]}
        if (in_headers := _header_credentials(socket.headers)) is not None:
            return in_headers
        token = parse_qs(raw_query.decode("latin-1"), keep_blank_values=True).get("token")
        if token is None:
            return self._checked(_parsed(await _first_message(socket)))
        if not self._token_in_url:
            detail = "a token in the URL is not allowed; send it as a subprotocol or in the first message"
            raise InvalidInput((InputError("query", "token", detail),))
        return {"token": token[0]}

    def _checked(self, message: Any) -> Mapping[str, Any]:
        try:
            return self._messages.check("credentials", message)
        except InvalidInput as error:
            raise InvalidInput(error.errors, f"The credentials are invalid. {CREDENTIALS_FORM}") from error


def _header_credentials(headers: Headers) -> Mapping[str, Any] | None:
    """Return the credentials that a program sends as it does over HTTP; None if there are none.

    A header of another scheme is ignored: a proxy may require it for itself.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return {"token": token.strip()}
    api_key = headers.get(API_KEY_HEADER)
    return None if api_key is None else {"api_key": api_key}


async def _first_message(socket: WebSocket) -> str:
    try:
        async with asyncio.timeout(CREDENTIALS_SECONDS_MAX):
            message = await socket.receive()
    except TimeoutError as error:
        raise Unauthenticated(NONE_IN_TIME) from error
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text") or ""


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        detail = 'not JSON; the first message must be {"token": "…"} or {"api_key": "…"}'
        summary = f"The first message is not JSON. {CREDENTIALS_FORM}"
        raise InvalidInput.of_body(detail, summary) from error
