"""The frames about alarms, for clients that read at different times."""

from typing import Any

import orjson

from arcbeat.realtime.alarms.changes import (
    CHANGES_MAX,
    ITEMS_MAX,
    AlarmChange,
    AlarmChanges,
    AlarmEvent,
    AlarmSubscription,
)

OPENED, CLOSED = "alarm_opened", "alarm_closed"


def change(number: int, event: AlarmEvent = AlarmEvent.OPENED) -> AlarmChange:
    return AlarmChange(event, orjson.dumps(number))


def taken(subscription: AlarmSubscription) -> list[tuple[str, list[Any], bool]]:
    """Take all frames."""
    frames = []
    while (frame := subscription.next_frame()) is not None:
        body = orjson.loads(frame.body)
        assert body["type_code"] == "welding"
        frames.append((frame.event, body["items"], body["missed"]))
    return frames


def test_a_client_gets_each_change_once_in_order() -> None:
    changes = AlarmChanges("welding")
    changes.extend([change(0)])
    subscription = AlarmSubscription(changes)
    assert not subscription.has_more

    changes.extend([change(1), change(2), change(3, AlarmEvent.CLOSED), change(4)])

    assert taken(subscription) == [(OPENED, [1, 2], False), (CLOSED, [3], False), (OPENED, [4], False)]
    changes.extend([])
    assert taken(subscription) == []


def test_clients_at_the_same_position_are_sent_the_same_frame() -> None:
    changes = AlarmChanges("welding")
    first, second = AlarmSubscription(changes), AlarmSubscription(changes)
    changes.extend([change(1)])

    assert first.next_frame() is second.next_frame()


def test_changes_that_a_client_did_not_read_in_time_are_reported_as_missed() -> None:
    changes = AlarmChanges("welding")
    subscription = AlarmSubscription(changes)
    changes.extend(change(number) for number in range(CHANGES_MAX + 1))

    frames = taken(subscription)

    assert [missed for _, _, missed in frames] == [True] + [False] * (CHANGES_MAX // ITEMS_MAX - 1)
    assert [item for _, items, _ in frames for item in items] == list(range(1, CHANGES_MAX + 1))
    assert max(len(items) for _, items, _ in frames) == ITEMS_MAX
