"""Ports that decode sent readings and validate them at the same time, as one batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.readings.plain_batches import PlainBatch
from arcbeat.domain.schema.columns import Column


@dataclass(frozen=True, slots=True)
class SentBody:
    """A JSON body with readings that are not decoded yet.

    Attributes:
        readings: the JSON text of the array of readings.
    """

    type_code: str
    readings: bytes | memoryview


class PlainDecoder(Protocol):
    """Decodes readings of one device type.

    What it returns follows the contract, the columns of the super table and the rules of the fields; ``append`` would
    store each value as it is. It returns None for anything else, and for what it does not decode although it may be
    valid: integers as text or with a fraction of 0, timestamps, binary data, numbers near zero that have no normal
    representation, null characters.
    """

    def decode(self, readings: bytes | memoryview) -> PlainBatch | None:
        """Return the readings of a JSON array, or None if one of them is not plain."""
        ...

    def decode_lines(self, lines: Sequence[bytes]) -> PlainBatch | None:
        """Return the readings of JSON lines, one per line, or None if one of them is not plain.

        No line may be blank.
        """
        ...


class PlainDecoders(Protocol):
    """The decoders of all device types."""

    def open(self, body: bytes) -> SentBody | None:
        """Return the parts of a JSON body as the contract defines it, or None if it has another form."""
        ...

    def of(self, columns: Sequence[Column], fields: Sequence[Field]) -> PlainDecoder | None:
        """Return the decoder for a super table and the rules of its fields, or None if no reading of it is plain.

        It is found fastest by the same objects as before.
        """
        ...
