"""Tests of what a client of Socket.IO is subscribed to."""

import time

import pytest

from arcbeat.domain.errors import Conflict
from arcbeat.realtime.job_runs.room import RunRoom
from arcbeat.realtime.socketio.client_subscriptions import ClientSubscriptions
from tests.realtime.support.served import ServedPlant
from tests.support.catalogue import CUTTING
from tests.support.fakes import FakeRunWatch


async def test_a_client_that_was_closed_while_it_waited_for_a_room_joins_none() -> None:
    plant, runs = ServedPlant(), RunRoom(FakeRunWatch())
    client = ClientSubscriptions(plant.rooms, plant.alarm_rooms, SilentSender())  # type: ignore[arg-type] # sends nothing
    async with plant.rooms.joined(CUTTING.type_code) as room, runs.joined():
        client.leave_all()

        with pytest.raises(Conflict):
            client.subscribe(room, room)
        with pytest.raises(Conflict):
            client.watch(room, room, ("C1",), None)
        with pytest.raises(Conflict):
            client.subscribe_runs(runs, frozenset())
        assert not room.members
        assert not runs.members
    await plant.rooms.aclose()
    await plant.samplers.aclose()
    await runs.aclose()


class SilentSender:
    """A PacketSender whose packets are never written."""

    monotonic = staticmethod(time.monotonic)
