"""The intake of plain readings, wired for one application."""

from adapters.plain_readings.decoders import ReadingDecoders
from adapters.postgres.known_types import PostgresKnownTypes
from adapters.postgres.pool import Database
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.plain_batches import PlainStore
from arcbeat.services.plain_intake import PlainIntake
from arcbeat.services.shared_appends import SharedAppends


def plain_intake(database: Database, store: PlainStore, reading_counter: ReadingCounter) -> PlainIntake:
    """Return the intake of plain readings."""
    types = PostgresKnownTypes(database)
    return PlainIntake(types, ReadingDecoders(), store, SharedAppends(types, store), reading_counter)
