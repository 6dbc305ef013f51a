"""An external token issuer: RSA keys, and a small HTTP server that publishes them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "arcbeat-of-the-factory"
ISSUER = "https://login.example"
GOOGLE_AUDIENCE = "https://arcbeat.example"
SERVICE_ACCOUNT = "scheduler@my-project.iam.gserviceaccount.com"


@dataclass
class Key:
    """A pair of RSA keys with its id."""

    kid: str
    bits: int = 2048

    @cached_property
    def private(self) -> RSAPrivateKey:
        return generate_private_key(public_exponent=65537, key_size=self.bits)

    @property
    def jwk(self) -> dict[str, Any]:
        described: dict[str, Any] = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**described, "kid": self.kid, "use": "sig", "alg": "RS256"}

    @property
    def pem(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, *, kid: str | None = None, now: datetime | None = None, **changed: Any) -> str:
        """Return a valid token with some claims changed; a claim that is None is omitted."""
        now = now or datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "external-user",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "scope": "device:read",
            **changed,
        }
        return self._encode(claims, kid)

    def sign_as_google(self, *, kid: str | None = None, now: datetime | None = None, **changed: Any) -> str:
        """Return an ID token of a service account as Google issues them, with some claims changed.

        A claim that is None is omitted.
        """
        now = now or datetime.now(UTC)
        claims = {
            "iss": "https://accounts.google.com",
            "aud": GOOGLE_AUDIENCE,
            "azp": "107517467455664443765",
            "sub": "107517467455664443765",
            "email": SERVICE_ACCOUNT,
            "email_verified": True,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=1)).timestamp()),
            **changed,
        }
        return self._encode(claims, kid)

    def _encode(self, claims: dict[str, Any], kid: str | None) -> str:
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(given, self.private, algorithm="RS256", headers={"kid": kid or self.kid})


@dataclass
class Issuer:
    """A running issuer, whose response can be changed.

    Attributes:
        body: returned instead of the keys, if set.
        request_count: the number of requests so far.
    """

    url: str
    keys: list[Key]
    status: int = 200
    body: bytes | None = None
    request_count: int = 0

    @property
    def answer(self) -> bytes:
        return json.dumps({"keys": [key.jwk for key in self.keys]}).encode() if self.body is None else self.body


@contextmanager
def issuing(*keys: Key) -> Iterator[Issuer]:
    """Run an issuer that publishes these keys."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.request_count += 1
            self.send_response(issuer.status)
            self.end_headers()
            self.wfile.write(issuer.answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the signature of the base class
            """Discard the log line."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}/jwks", list(keys))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
