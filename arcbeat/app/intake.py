"""The intake of plain readings, wired for one application."""

from collections.abc import Sequence

from adapters.plain_readings.decoders import ReadingDecoders
from adapters.postgres.known_types import PostgresKnownTypes
from adapters.postgres.pool import Database
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainStore
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.plain_intake import PlainIntake
from arcbeat.services.shared_appends import SharedAppends


class _TakesNone:
    async def columns_to_append(self, table: SuperTable) -> Sequence[Column]:  # noqa: ARG002 -- the signature of the port
        raise StoreUnavailable

    async def append_plain(self, table: SuperTable, batch: PlainBatch) -> bool:  # noqa: ARG002 -- the signature of the port
        return False


def plain_intake(database: Database, telemetry: TelemetryStore, reading_counter: ReadingCounter) -> PlainIntake:
    """Return the intake of plain readings; a store that takes none gets none."""
    types = PostgresKnownTypes(database)
    store: PlainStore = telemetry if isinstance(telemetry, PlainStore) else _TakesNone()
    return PlainIntake(types, ReadingDecoders(), store, SharedAppends(types, store), reading_counter)
