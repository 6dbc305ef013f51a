"""How a plain WebSocket is opened: what its URL asks for, and where its credentials are."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from arcbeat.api.contract.asyncapi import Messages
from arcbeat.domain.errors import InputError, InvalidInput, Unauthenticated

SUBPROTOCOL = "arcbeat"
BEARER = "bearer."
"""A page cannot send headers with a WebSocket; it may offer its token as a subprotocol, beside the one spoken here."""
CREDENTIALS_SECONDS = 10.0


class Handshake:
    """Reads what a client wants, and who it says that it is."""

    def __init__(self, messages: Messages, *, token_in_url: bool) -> None:
        self._messages = messages
        self._token_in_url = token_in_url

    def query(self, raw: bytes) -> Mapping[str, Any]:
        """The parameters of the URL.

        Raises:
            InvalidInput: they do not fit the contract.
        """
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
        query: dict[str, Any] = dict(pairs)
        if len(query) < len(pairs):
            raise InvalidInput((InputError("query", "", "a parameter is given twice"),))
        if "device_codes" in query:
            query["device_codes"] = query["device_codes"].split(",")
        return self._messages.check_query(query)

    async def credentials(self, socket: WebSocket, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """A token among the subprotocols, in the URL where that is allowed, or what the first message holds.

        Raises:
            InvalidInput: they are where they may not be, or are none.
            Unauthenticated: none came.
            WebSocketDisconnect: the client has gone.
        """
        subprotocols = socket.scope.get("subprotocols", ())
        offered = [each.removeprefix(BEARER) for each in subprotocols if each.startswith(BEARER)]
        if offered:
            return {"token": offered[0]}
        if "token" not in query:
            return self._messages.check("credentials", _parsed(await _first_message(socket)))
        if not self._token_in_url:
            raise InvalidInput((InputError("query", "token", "a token in the URL is not allowed here"),))
        return {"token": query["token"]}


async def _first_message(socket: WebSocket) -> str:
    try:
        async with asyncio.timeout(CREDENTIALS_SECONDS):
            message = await socket.receive()
    except TimeoutError as error:
        raise Unauthenticated(f"No credentials came within {CREDENTIALS_SECONDS:.0f} seconds.") from error
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text") or ""


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput((InputError("body", "", "not JSON"),)) from error
