"""The two ways to follow a device type: all its devices by a snapshot and deltas, or some of them by complete rows."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal, Protocol, TypedDict, cast

from arcbeat_client.frames import Delta, SnapshotMessage, View, Watched
from arcbeat_client.live.rows import Gap, Rows, Update
from arcbeat_client.live.session import Payload, Session


class Filters(TypedDict, total=False):
    """Only devices that match, as in the parameters of the pages."""

    team_name: str
    device_status: list[str]
    freshness: list[Literal["live", "late", "stale", "never"]]


class Mode(Protocol):
    """Keeps rows up to date during one session after another."""

    rows: Rows

    async def start(self, session: Session) -> Update | None:
        """Subscribe, and bring the rows up to date."""

    async def receive(self, session: Session, event: str, payload: Payload) -> Update | None:
        """Handle an event; return what it changed, or None."""


class Subscription:
    """All devices of a type that match a filter."""

    def __init__(self, type_code: str, filters: Filters) -> None:
        self.rows = Rows()
        self._type_code = type_code
        self._filters = filters

    async def start(self, session: Session) -> Update | None:
        position = await session.ask("subscribe", {"type_code": self._type_code, **self._filters})
        return await self._catch_up(session, position)

    async def receive(self, session: Session, event: str, payload: Payload) -> Update | None:
        if event in {"lagging", "reset"}:
            return await self._take_snapshot(session, payload["snapshot_url"])
        if event != "delta":
            return None
        try:
            return self.rows.apply(cast("Delta", payload))
        except Gap:
            return await self.start(session)

    async def _catch_up(self, session: Session, position: Payload) -> Update | None:
        """Get the missed changes in one delta if the server still has them, or else take the snapshot."""
        if position["stream_id"] == self.rows.stream_id:
            since = {"type_code": self._type_code, "stream_id": self.rows.stream_id, "since": self.rows.seq}
            answer = await session.ask("resync", since)
            if "snapshot_url" in answer:
                position = answer
            else:
                with suppress(Gap):
                    return self.rows.apply(answer["delta"], "resync")
        return await self._take_snapshot(session, position["snapshot_url"])

    async def _take_snapshot(self, session: Session, path: str) -> Update:
        snapshot: SnapshotMessage = await session.fetch(path)
        return self.rows.take(snapshot)


class Viewing:
    """Some devices of a type, with complete rows at every tick."""

    def __init__(self, type_code: str, filters: Filters, device_codes: Sequence[str], include: Sequence[str]) -> None:
        self.rows = Rows()
        self._request: dict[str, Any] = {"type_code": type_code, "device_codes": list(device_codes), **filters}
        if include:
            self._request["include"] = list(include)

    async def start(self, session: Session) -> Update | None:
        return self.rows.show(cast("Watched", await session.ask("watch", self._request)))

    async def receive(self, session: Session, event: str, payload: Payload) -> Update | None:  # noqa: ARG002 - the protocol's
        return self.rows.show(cast("View", payload)) if event == "view" else None
