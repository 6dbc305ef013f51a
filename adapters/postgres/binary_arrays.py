"""Sends arrays that are encoded already, in the binary format of PostgreSQL."""

from typing import Any, cast

from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format


class BinaryArray(bytes):
    """An encoded array. A parameter needs a cast in the statement, which determines the type."""

    __slots__ = ()


class _BinaryArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> Buffer:
        return cast("BinaryArray", obj)


def accept_binary_arrays(connection: AsyncConnection[Any]) -> None:
    """Let parameters of statements on this connection be encoded arrays."""
    connection.adapters.register_dumper(BinaryArray, _BinaryArrayDumper)
