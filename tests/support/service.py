"""The real application on a real socket, with its own database."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
import psycopg
import uvicorn
from starlette.types import ASGIApp

from adapters.identity.tokens import JwtTokens
from arcbeat import app
from arcbeat.api.console.folder import ConsoleFolder
from arcbeat.domain.identity.identity import Role, Scope
from arcbeat.domain.identity.sessions import Session
from arcbeat.runtime.http_protocol import KEEP_ALIVE_SECONDS
from arcbeat.runtime.serving import uvicorn_options
from arcbeat.settings import Settings
from tests.support import contract_check

SECRET_KEY = "c1e0ca3e6f1775eae71a092f4e124ca5a32d9fe183d122b079ccef78330f2e49"
START_SECONDS = 60
BATCH_ROWS = 1000


@contextmanager
def served(application: ASGIApp) -> Iterator[str]:
    """Run an application in a thread and yield its URL."""
    config = uvicorn.Config(application, port=0, timeout_graceful_shutdown=5, **uvicorn_options())
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert server.up.wait(START_SECONDS)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
    assert not thread.is_alive()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, *args: Any, **kwargs: Any) -> None:
        await super().startup(*args, **kwargs)
        self.up.set()


@dataclass
class Service:
    """A running arcbeat, and clients to it."""

    url: str
    database_url: str
    settings: Settings
    clients: list[httpx.Client] = field(default_factory=list)

    @classmethod
    @contextmanager
    def running(cls, database_url: str, **overrides: Any) -> Iterator["Service"]:
        """Run the application.

        Args:
            overrides: settings, and ``console``, the folder of a built console.
        """
        console: ConsoleFolder | None = overrides.pop("console", None)
        given = {
            "secret_key": SECRET_KEY,
            "database_url": database_url,
            "sample_seconds": 0.2,
            "retention_hours": 0,
            **overrides,
        }
        settings = Settings.from_environment({}, **given)
        with served(app.build(settings, console=console)) as url:
            service = cls(url, database_url, settings)
            yield service
            for client in service.clients:
                client.close()

    def token(
        self,
        *scopes: Scope,
        username: str = "tester",
        lifetime: timedelta = timedelta(minutes=5),
        session_id: int = 0,
    ) -> str:
        """Return a valid access token of a session that is not stored."""
        now = datetime.now(UTC)
        session = Session(
            session_id=session_id,
            username=username,
            role=Role.ADMIN,
            scopes=frozenset(scopes),
            rotation=0,
            expires_at=now + timedelta(hours=1),
        )
        return JwtTokens(SECRET_KEY, lambda: now, lifetime=lifetime).issue(session).access_token

    def client(self, *scopes: Scope) -> httpx.Client:
        """Return a client with a token of these scopes; without scopes, a client without a token."""
        return self._open({"Authorization": f"Bearer {self.token(*scopes)}"} if scopes else {})

    def client_of(self, username: str, *scopes: Scope) -> httpx.Client:
        """Return a client with a token of this user."""
        return self._open({"Authorization": f"Bearer {self.token(*scopes, username=username)}"})

    def _open(self, headers: dict[str, str]) -> httpx.Client:
        client = httpx.Client(
            base_url=self.url,
            headers=headers,
            trust_env=False,
            timeout=20,
            # A connection that the server is just closing would reset the next request. The server counts from when it
            # has sent a response, which a test on a busy computer reads seconds later.
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS / 10),
            event_hooks={"response": [contract_check.check]},
        )
        self.clients.append(client)
        return client

    @cached_property
    def operator(self) -> httpx.Client:
        return self.client(*Role.OPERATOR.scopes)

    @cached_property
    def anonymous(self) -> httpx.Client:
        return self.client()

    def execute(self, statement: str, *parameters: Any) -> None:
        """Run an SQL statement on the database of the service."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement.encode(), parameters or None)

    def fetch_value(self, query: str, *parameters: Any) -> Any:
        """Return the single value of an SQL query on the database of the service."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(query.encode(), parameters or None).fetchone()
        return row and row[0]

    def register(self, *device_codes: str, device_type: str = "welding", team_name: str | None = None) -> None:
        """Add devices to the master data."""
        for code in device_codes:
            self.execute(
                "insert into t_device_info (device_code, device_name, device_type, team_name) values (%s, %s, %s, %s)",
                code,
                f"name of {code}",
                device_type,
                team_name,
            )

    def append(self, device_code: str, *, type_code: str = "welding", ts: datetime | None = None, **values: Any) -> Any:
        """Send one reading and return the body of the response."""
        reading = {"device_code": device_code, "ts": (ts or datetime.now(UTC)).isoformat(), "values": values}
        answer = self.operator.post("/api/v1/device/data", json={"type_code": type_code, "readings": [reading]})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def append_all(self, device_code: str, readings: Iterable[tuple[datetime, Mapping[str, Any]]]) -> None:
        """Send readings of a welding machine, each with its time and its values."""
        rows = [{"device_code": device_code, "ts": ts.isoformat(), "values": values} for ts, values in readings]
        for first in range(0, len(rows), BATCH_ROWS):
            batch = rows[first : first + BATCH_ROWS]
            answer = self.operator.post("/api/v1/device/data", json={"type_code": "welding", "readings": batch})
            assert answer.raise_for_status().json()["accepted"] == len(batch), answer.text
