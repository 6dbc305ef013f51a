"""The subscription that the parameters of a URL describe: to a snapshot and its changes, or to some devices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Language
from arcbeat.domain.devices.ports import LiveDeviceDetails
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.realtime.rooms.feed import Feed
from arcbeat.realtime.rooms.filters import feed_of
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.subscriptions import SnapshotSubscription, Subscription, ViewSubscription
from arcbeat.realtime.sampling.row_encoding import encode_rows_ahead, encode_snapshot


@dataclass(frozen=True, slots=True)
class Labels:
    """Functions that choose how fields are labelled.

    Attributes:
        preferred: returns the language that an Accept-Language header prefers.
        shown: returns the visible fields of a device type in one language.
    """

    preferred: Callable[[str | None], Language]
    shown: Callable[[DeviceType, Language], Sequence[Mapping[str, Any]]]

    def snapshot(self, feed: Feed, language: Language) -> Frame:
        """Return the newest snapshot of a feed, with labels in one language."""
        fields = orjson.dumps(self.shown(feed.device_type, language))
        return Frame("snapshot", encode_snapshot(feed.snapshot, fields))


async def subscription_of(
    room: Room, details: LiveDeviceDetails, labels: Labels, accept_language: str | None, query: Mapping[str, Any]
) -> Subscription:
    """Return the subscription of a client.

    Raises:
        InvalidInput: the parameters do not fit each other, or the device type.
        TooManyRequests: clients of the room use too many different filters already.
        StoreError: the members of the team are not known, and the master data is unavailable.
    """
    feed = await feed_of(room, query, location="query")
    codes = tuple(dict.fromkeys(query.get("device_code") or query.get("device_codes", ())))
    if codes:
        return await _view(feed, codes, details if query.get("include") else None)
    if query.get("include"):
        raise InvalidInput((InputError("query", "include", "only together with device_code"),))
    await encode_rows_ahead(feed.snapshot)  # for the first frame
    language = labels.preferred(accept_language)
    # Labels depend on the language, so there is one snapshot frame per language and tick.
    return SnapshotSubscription(
        feed, lambda feed: feed.cached_frame(("snapshot", language), lambda: labels.snapshot(feed, language))
    )


async def _view(feed: Feed, codes: tuple[str, ...], details: LiveDeviceDetails | None) -> Subscription:
    if details is not None:
        await details.read(codes)  # so that they are known when the first rows are sent
    return ViewSubscription(feed, codes, details)
