"""A mail server on a real socket, as far as a client needs one that delivers a message."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Any

PASSWORD = "mail-Pa55word"


@dataclass
class MailServer:
    """A running server.

    Attributes:
        port: At 127.0.0.1.
        rejects_recipients: Whether it responds with 550 to each recipient.
        messages: The text of the messages that it has accepted, with their subjects.
    """

    port: int
    rejects_recipients: bool = False
    messages: list[tuple[str, str]] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    state: MailServer  # set by the class that receiving_mail makes

    def handle(self) -> None:
        self._say("220 mail.test")
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            self._say(self._reply(verb.upper(), rest))
            if verb.upper() == "QUIT":
                return

    def _reply(self, verb: str, rest: str) -> str:
        if verb == "EHLO":
            return "250-mail.test\r\n250 AUTH PLAIN"
        if verb == "AUTH":
            given = base64.b64decode(rest.split()[1]).decode().rpartition("\0")[2]
            return "235 ok" if given == PASSWORD else "535 5.7.8 Username and Password not accepted"
        if verb == "RCPT" and self.state.rejects_recipients:
            return "550 5.1.1 no such user"
        if verb == "DATA":
            self._accept()
        return "250 ok"

    def _accept(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        message = message_from_bytes(b"".join(lines), policy=default)
        body: Any = message.get_body()
        self.state.messages.append((str(message["Subject"]), body.get_content()))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def receiving_mail() -> Iterator[MailServer]:
    """Run a mail server that requires a login with PASSWORD."""
    listening = _Server(("127.0.0.1", 0), _Handler)
    server = MailServer(listening.server_address[1])
    listening.RequestHandlerClass = type("_HandlerOfThis", (_Handler,), {"state": server})
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
