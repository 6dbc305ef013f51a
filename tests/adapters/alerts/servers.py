"""Servers on real sockets that stand in for chat services, and respond as their documentation says."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "b3f1c0de5a1e47d2a9"
SECRET = "SEC6f2a+e/91=c04"
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
HOOK = "f19a1c2e-hook-4d5e"
SKEW_SECONDS_MAX = 3600


@dataclass(frozen=True)
class Received:
    """A request that a server has received."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Reply:
    """What a server responds.

    Attributes:
        missing_bytes: How many bytes more it announces than it sends, before it hangs.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing_bytes: int = 0


def reply(fields: Mapping[str, object], status: int = 200) -> Reply:
    """Return a reply in JSON, with the Content-Type of DingTalk."""
    return Reply(status, json.dumps(fields).encode(), {"Content-Type": "application/json;charset=utf-8"})


class Reset(Exception):
    """The server resets the connection instead of responding."""


@dataclass
class HttpServer:
    """A running server.

    Attributes:
        address: Its host and port.
        respond: Returns the reply to a request, or raises Reset.
        received: The requests so far.
        closing: Is set when the server is about to end; a reply that hangs waits for it.
    """

    address: str
    respond: Callable[[Received], Reply]
    received: list[Received] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def hang(self, _: Received) -> Reply:
        """Respond when the server ends."""
        self.closing.wait()
        raise Reset


class _Handler(BaseHTTPRequestHandler):
    state: HttpServer  # set by the class that serving makes

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        request = Received(self.command, parts.path, query, dict(self.headers), self.rfile.read(length))
        self.state.received.append(request)
        try:
            self._send(self.state.respond(request))
        except Reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

    do_GET = do_POST = _handle  # noqa: N815 -- the names that the base class looks for

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + reply.missing_bytes))
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.missing_bytes:
            self.wfile.flush()
            self.state.closing.wait()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the signature of the base class
        """Discard the log line."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Discard the error: clients break connections on purpose."""


@contextmanager
def serving(respond: Callable[[Received], Reply], tls: ssl.SSLContext | None = None) -> Iterator[HttpServer]:
    """Run a server that responds so; with ``tls``, over TLS."""
    listening = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    server = HttpServer(f"127.0.0.1:{listening.server_port}", respond)
    listening.RequestHandlerClass = type("_HandlerOfThis", (_Handler,), {"state": server})
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        listening.shutdown()
        listening.server_close()
        thread.join()


def dingtalk(request: Received) -> Reply:
    """Respond as a bot of DingTalk does that checks signatures."""
    if request.query.get("access_token") != TOKEN:
        return reply({"errcode": 300001, "errmsg": "token is not exist"})
    timestamp = request.query.get("timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp) / 1000) > SKEW_SECONDS_MAX:
        return reply({"errcode": 310000, "errmsg": "invalid timestamp"})
    expected = base64.b64encode(hmac.new(SECRET.encode(), f"{timestamp}\n{SECRET}".encode(), hashlib.sha256).digest())
    if request.query.get("sign", "").encode() != expected:
        return reply({"errcode": 310000, "errmsg": "sign not match"})
    if request.json["msgtype"] != "text" or not request.json["text"]["content"]:
        return reply({"errcode": 40035, "errmsg": "缺少参数 json"})
    return reply({"errcode": 0, "errmsg": "ok"})


def dingtalk_with_keyword(request: Received) -> Reply:
    """Respond as a bot of DingTalk does that checks the keyword arcbeat, and no signature."""
    if "arcbeat" not in request.json["text"]["content"]:
        return reply({"errcode": 310000, "errmsg": "keywords not in content"})
    return reply({"errcode": 0, "errmsg": "ok"})


def wecom(request: Received) -> Reply:
    """Respond as a bot of WeCom does."""
    if request.query.get("key") != KEY:
        hint = "invalid webhook url, hint: [1600000000_1_abc], from ip: 10.0.0.1"
        return reply({"errcode": 93000, "errmsg": f"{hint}, more info at https://open.work.weixin.qq.com/devtool"})
    if len(request.json["text"]["content"].encode()) > 2048:
        return reply({"errcode": 40058, "errmsg": "text.content exceed max length 2048. invalid Request Parameter"})
    return reply({"errcode": 0, "errmsg": "ok"})


def feishu(request: Received) -> Reply:
    """Respond as a bot of Feishu does that checks signatures."""
    if request.path != f"/open-apis/bot/v2/hook/{HOOK}":
        return reply({"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}, 400)
    if request.json.get("msg_type") != "text":
        return reply({"code": 9499, "msg": "Bad Request", "data": {}}, 400)
    timestamp = str(request.json.get("timestamp", ""))
    key = f"{timestamp}\n{SECRET}".encode()
    expected = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
    is_late = not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > SKEW_SECONDS_MAX
    if is_late or request.json.get("sign") != expected:
        failure = "sign match fail or timestamp is not within one hour from current time"
        return reply({"code": 19021, "msg": failure, "data": {}})
    return reply({"Extra": None, "StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})
