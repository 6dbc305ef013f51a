"""The decoders of all super tables, compiled once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import msgspec
from cachetools import LRUCache
from msgspec import Meta

from adapters.plain_readings.decoder import ReadingDecoder
from adapters.plain_readings.structs import NoPlainReadings
from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.readings.plain_decoding import SentBody
from arcbeat.domain.schema.columns import Column

DECODERS_MAX = 256
"""The size limit of the cache, which has one decoder per super table and version of its fields."""


class _Body(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The body of the contract, of which only the type is decoded."""

    type_code: Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^[^\x00]*$")]
    readings: msgspec.Raw


@dataclass(frozen=True, slots=True)
class _Found:
    """A decoder with the objects for which it was looked up; holding them keeps their identities from being reused."""

    columns: Sequence[Column]
    fields: Sequence[Field]
    decoder: ReadingDecoder | None


class ReadingDecoders:
    """Implements PlainDecoders."""

    def __init__(self) -> None:
        self._body = msgspec.json.Decoder(_Body)
        self._by_identity: LRUCache[tuple[int, int], _Found] = LRUCache(DECODERS_MAX)

    def open(self, body: bytes) -> SentBody | None:
        """Return the parts of a JSON body, or None if it has another form than in the contract."""
        try:
            decoded = self._body.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return SentBody(decoded.type_code, memoryview(decoded.readings))

    def of(self, columns: Sequence[Column], fields: Sequence[Field]) -> ReadingDecoder | None:
        """Return the decoder for these columns and rules, or None if no reading is plain.

        Thirty columns and fields take longer to hash than one reading to decode, so the same objects are found first.
        """
        key = id(columns), id(fields)
        found = self._by_identity.get(key)
        if found is None:
            ruled = tuple(field for field in fields if field.has_rules)
            found = self._by_identity[key] = _Found(columns, fields, _compiled(tuple(columns), ruled))
        return found.decoder


@lru_cache(DECODERS_MAX)
def _compiled(columns: tuple[Column, ...], ruled: tuple[Field, ...]) -> ReadingDecoder | None:
    try:
        return ReadingDecoder(columns, ruled)
    except NoPlainReadings:
        return None
