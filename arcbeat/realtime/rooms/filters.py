"""Reads the filter of a subscription or view from a message, or from the parameters of a URL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.errors import InputError, InvalidInput, InvalidValue
from arcbeat.domain.readings.filtering import SnapshotFilter
from arcbeat.domain.readings.latest import ReadingFilter
from arcbeat.realtime.rooms.feed import Feed
from arcbeat.realtime.rooms.room import Room


def filter_of(message: Mapping[str, Any]) -> SnapshotFilter:
    """Return the filter of a message that matches the contract; without its members it matches every device."""
    states, freshness = message.get("device_status", ()), message.get("freshness", ())
    readings = ReadingFilter(states=frozenset(states), freshness=frozenset(map(Freshness, freshness)))
    return SnapshotFilter(team_name=message.get("team_name"), readings=readings)


async def feed_of(room: Room, message: Mapping[str, Any], *, location: str) -> Feed:
    """Return the feed that the filter of a message selects.

    Args:
        location: where the message is, for the errors: ``body`` or ``query``.

    Raises:
        InvalidInput: snapshots of the type cannot be filtered like this.
        TooManyRequests: clients of this room use too many different filters already.
        StoreError: the members of the team are not known, and the master data is unavailable.
    """
    with input_errors(location):
        return await room.feed(filter_of(message))


@contextmanager
def input_errors(location: str) -> Iterator[None]:
    """Report each InvalidValue of the ``with`` block as errors of a message; ``location`` is ``body`` or ``query``."""
    try:
        yield
    except InvalidValue as error:
        slash = "/" if location == "body" else ""
        errors = [InputError(location, f"{slash}{each.field}", each.detail) for each in error.violations]
        raise InvalidInput(errors) from error
