"""The client of arcbeat: a function per operation of the HTTP API (``rest``), and `LiveTable`, which follows a type."""

from arcbeat_client.errors import ArcbeatError, ConnectionEnded, Rejected
from arcbeat_client.live.modes import Filters
from arcbeat_client.live.rows import Update
from arcbeat_client.live.table import ConnectionState, LiveTable
from arcbeat_client.login import Login, TokenSource

__all__ = [
    "ArcbeatError",
    "ConnectionEnded",
    "ConnectionState",
    "Filters",
    "LiveTable",
    "Login",
    "Rejected",
    "TokenSource",
    "Update",
]
