"""Stores readings that are plain as a whole: decoded, validated and appended without one object per reading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arcbeat.domain.catalogue.known_types import KnownType, KnownTypes
from arcbeat.domain.errors import StoreError
from arcbeat.domain.metrics import ReadingCounter
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainStore
from arcbeat.domain.readings.plain_decoding import PlainDecoder, PlainDecoders
from arcbeat.services.shared_appends import SharedAppends


@dataclass(frozen=True, slots=True)
class PlainIntake:
    """Stores plain readings. Its methods return None for readings that must be validated and appended one by one.

    Nothing is rejected here: if one reading is not plain, or one device is not registered, :class:`Intake` decides
    about all readings that were sent with it.
    """

    types: KnownTypes
    decoders: PlainDecoders
    store: PlainStore
    appends: SharedAppends
    reading_counter: ReadingCounter

    async def store_body(self, text: bytes, type_code: str | None) -> int | None:
        """Store the readings of a JSON body and return their number.

        Args:
            type_code: which the body must name, if it is not None.

        Raises:
            UnknownDeviceType: no type has this code or alias.
            StoreError: a store failed. Sending the readings again is safe.
        """
        body = self.decoders.open(text)
        if body is None or type_code not in (None, body.type_code):
            return None
        known = await self.types.type_of(body.type_code)
        batch = await self.decode(known, lambda decoder: decoder.decode(body.readings))
        return batch.size if batch and await self.append(known, batch, len(text)) else None

    async def decode(self, known: KnownType, decode: Callable[[PlainDecoder], PlainBatch | None]) -> PlainBatch | None:
        """Return what ``decode`` makes of readings with the decoder of their type; None if there is no decoder."""
        try:
            columns = await self.store.columns_to_append(known.device_type.super_table)
        except StoreError:
            return None  # the other way finds out whether there is anything to append
        decoder = self.decoders.of(columns, known.device_type.fields)
        return None if decoder is None else decode(decoder)

    async def append(self, known: KnownType, batch: PlainBatch, text_bytes: int, *, is_of_stream: bool = False) -> bool:
        """Store all readings of a batch and return True, or return False if they must be appended one by one.

        Args:
            text_bytes: the size of the text that the batch was decoded from.
            is_of_stream: whether to wait for room if too many readings wait.

        Raises:
            StoreError: a store failed. Sending the readings again is safe.
        """
        if not await self.appends.append(known, batch, text_bytes, is_of_stream=is_of_stream):
            return False
        self.reading_counter.count_readings(accepted=batch.size, rejected=0)
        return True


@dataclass(frozen=True, slots=True)
class PlainStream:
    """Implements PlainLines for the readings of one device type."""

    intake: PlainIntake
    known: KnownType

    @property
    def readings_together_max(self) -> int:
        return self.intake.store.readings_together_max

    async def decode(self, lines: Sequence[bytes]) -> PlainBatch | None:
        return await self.intake.decode(self.known, lambda decoder: decoder.decode_lines(lines))

    async def append(self, batch: PlainBatch, text_bytes: int) -> bool:
        return await self.intake.append(self.known, batch, text_bytes, is_of_stream=True)
