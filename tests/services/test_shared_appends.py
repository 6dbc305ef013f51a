"""Batches of requests that wait at the same time are stored together, and each request gets its own outcome."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.catalogue.known_types import KnownType
from arcbeat.domain.errors import (
    StatementTimeout,
    StoreError,
    StoreOverloaded,
    StoreProtocolError,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
)
from arcbeat.domain.readings.plain_batches import MayWrite, PlainBatch, PlainRows, always
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.shared_appends import GATHER_SECONDS, SharedAppends, Sleep
from arcbeat.services.waiting_appends import (
    LARGE_READINGS_MIN,
    STREAMS_WAITING_FOR_ROOM_MAX,
    TOGETHER_BYTES_MAX,
    WAITING_READINGS_MAX,
)
from tests.support.catalogue import CUTTING, CUTTING_COLUMNS
from tests.support.settling import settle

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
CUTTING_TYPE = KnownType("cutting", CUTTING, "1")
TOGETHER_READINGS_MAX = 1_000
OTHER_COLUMNS = (*CUTTING_COLUMNS, Column(name="more", type=ColumnType.INT))


class Types:
    """KnownTypes with one type.

    Attributes:
        absent: the devices that are not registered.
        has_changed: whether the type has changed.
        asked: the codes of each question.
    """

    def __init__(self) -> None:
        self.absent: frozenset[str] = frozenset()
        self.has_changed = False
        self.asked: list[frozenset[str]] = []

    async def type_of(self, type_code: str) -> KnownType:  # noqa: ARG002 -- there is one type
        return CUTTING_TYPE

    async def read(self, type_code: str) -> KnownType:  # noqa: ARG002 -- as above
        return CUTTING_TYPE

    async def unregistered(
        self,
        known: KnownType,  # noqa: ARG002 -- as above
        device_codes: frozenset[str],
    ) -> frozenset[str] | None:
        self.asked.append(device_codes)
        return None if self.has_changed else device_codes & self.absent


class Store:
    """A PlainStore whose appends end when the test says so.

    Attributes:
        started: the batches in the order in which their appends started.
    """

    def __init__(self) -> None:
        self.started: list[PlainBatch] = []
        self._outcomes: list[asyncio.Future[bool]] = []

    async def columns_to_append(self, table: SuperTable) -> Sequence[Column]:  # noqa: ARG002 -- there is one table
        return CUTTING_COLUMNS

    @property
    def readings_together_max(self) -> int:
        return TOGETHER_READINGS_MAX

    async def append_plain(
        self,
        table: SuperTable,  # noqa: ARG002 -- as above
        batch: PlainBatch,
        may_write: MayWrite = always,
    ) -> bool:
        if not await may_write():
            return False
        self.started.append(batch)
        self._outcomes.append(asyncio.get_running_loop().create_future())
        return await self._outcomes[-1]

    async def end(self, number: int, outcome: bool | Exception = True) -> None:
        """End an append, and let its senders go on."""
        if isinstance(outcome, Exception):
            self._outcomes[number].set_exception(outcome)
        else:
            self._outcomes[number].set_result(outcome)
        await settle()

    def codes(self) -> list[list[str]]:
        return [[code for group in batch.groups for code in group.device_codes] for batch in self.started]


class Plant:
    """Shared appends to a store, and the requests that were sent."""

    def __init__(self, sleep: Sleep = lambda _: asyncio.sleep(0)) -> None:
        self.types, self.store = Types(), Store()
        self.appends = SharedAppends(self.types, self.store, sleep=sleep)

    async def send(
        self,
        *codes: str,
        ts: datetime = T0,
        names: tuple[str, ...] = ("pulses",),
        columns: Sequence[Column] = CUTTING_COLUMNS,
        text_bytes: int = 100,
        is_of_stream: bool = False,
    ) -> asyncio.Task[bool]:
        """Send one reading per code in one request."""
        rows = PlainRows(names, codes, [ts] * len(codes), [(1,) * len(names)] * len(codes))
        batch = PlainBatch(columns, (rows,), has_special_characters=False)
        task = asyncio.create_task(self.appends.append(CUTTING_TYPE, batch, text_bytes, is_of_stream=is_of_stream))
        await settle()
        return task


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """A plant whose requests end with the test, instead of after the time that they may wait."""
    plant = Plant()
    yield plant
    await plant.appends.aclose()
    await settle()


def many(count: int, prefix: str = "M") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


async def test_a_request_is_stored_at_once_and_those_that_arrive_meanwhile_together(plant: Plant) -> None:
    requests = [await plant.send(code) for code in "ABCD"]
    assert plant.store.codes() == [["A"]]
    await plant.store.end(0)
    assert plant.store.codes() == [["A"], ["B", "C", "D"]]
    assert [request.done() for request in requests] == [True, False, False, False]
    await plant.store.end(1)

    assert [request.result() for request in requests] == [True] * 4
    assert plant.types.asked == [{"A"}, {"B", "C", "D"}]


async def test_the_next_append_is_put_off_until_senders_with_an_outcome_have_sent_more() -> None:
    gathered = asyncio.Event()

    async def until_gathered(seconds: float) -> None:
        assert seconds == GATHER_SECONDS
        await gathered.wait()

    plant = Plant(until_gathered)
    for code in "AB":
        await plant.send(code)
    await plant.store.end(0)
    more = await plant.send("C")
    assert plant.store.codes() == [["A"]]

    gathered.set()
    await settle()
    await plant.store.end(1)

    assert plant.store.codes() == [["A"], ["B", "C"]]
    assert more.result() is True


async def test_readings_that_name_the_same_columns_become_one_group(plant: Plant) -> None:
    for code, names in (("A", ("pulses",)), ("B", ("pulses",)), ("C", ("power_kw", "pulses")), ("D", ("pulses",))):
        await plant.send(code, names=names)

    await plant.store.end(0)

    groups = {group.names: list(group.device_codes) for group in plant.store.started[1].groups}
    assert groups == {("pulses",): ["B", "D"], ("power_kw", "pulses"): ["C"]}
    assert plant.store.started[1].size == 3


async def test_a_request_of_an_unregistered_device_does_not_keep_the_others_from_being_stored(plant: Plant) -> None:
    plant.types.absent = frozenset("C")
    requests = [await plant.send(code) for code in "ABCD"]

    await plant.store.end(0)
    await plant.store.end(1)

    assert plant.store.codes() == [["A"], ["B", "D"]]
    assert [request.result() for request in requests] == [True, True, False, True]


async def test_nothing_is_stored_if_the_type_has_changed(plant: Plant) -> None:
    plant.types.has_changed = True

    assert await (await plant.send("A")) is False
    assert plant.store.started == []


async def test_of_two_readings_with_one_device_and_ts_the_later_is_stored_later(plant: Plant) -> None:
    for code, ts in (("A", T0), ("B", T0), ("C", T0), ("B", T0), ("D", T0), ("B", T0 + timedelta(seconds=1))):
        await plant.send(code, ts=ts)

    await plant.store.end(0)
    await plant.store.end(1)

    assert plant.store.codes() == [["A"], ["B", "C"], ["B", "D", "B"]]


async def test_a_batch_that_the_store_does_not_take_is_left_to_each_of_its_senders(plant: Plant) -> None:
    requests = [await plant.send(code) for code in "ABC"]

    await plant.store.end(0)
    await plant.store.end(1, outcome=False)

    assert [request.result() for request in requests] == [True, False, False]


@pytest.mark.parametrize("error", [StoreUnauthorised(), StoreProtocolError()], ids=["unauthorised", "no subtable"])
async def test_an_error_that_one_batch_may_have_caused_leaves_each_to_its_sender(
    plant: Plant, error: StoreError
) -> None:
    requests = [await plant.send(code) for code in "ABC"]

    await plant.store.end(0, error)
    await plant.store.end(1, error)

    assert type(requests[0].exception()) is type(error)
    assert [request.result() for request in requests[1:]] == [False, False]


async def test_a_failure_of_the_store_reaches_each_sender_and_the_next_batch_is_stored(plant: Plant) -> None:
    requests = [await plant.send(code) for code in "ABC"]

    await plant.store.end(0, StoreUnavailable("away"))
    errors = [request.exception() for request in requests if request.done()]
    await plant.store.end(1, StoreUnavailable("still away"))
    last = await plant.send("D")
    await plant.store.end(2)

    assert [str(error) for error in errors] == ["away"]
    errors = [request.exception() for request in requests[1:]]
    assert [(type(error), str(error)) for error in errors] == [(StoreUnavailable, "still away")] * 2
    assert errors[0] is not errors[1]
    assert last.result() is True


async def test_what_waits_fails_with_an_append_to_which_the_store_does_not_respond(plant: Plant) -> None:
    requests = [await plant.send(code) for code in "ABC"]

    await plant.store.end(0, StoreTimeout())
    later = await plant.send("D")
    await plant.store.end(1)

    assert [type(request.exception()) for request in requests] == [StoreTimeout] * 3
    assert plant.store.codes() == [["A"], ["D"]]
    assert later.result() is True


@pytest.mark.parametrize("error", [StatementTimeout(), StoreUnavailable()], ids=["late", "unavailable"])
async def test_what_waits_is_stored_after_an_append_for_which_the_store_reports_an_error(
    plant: Plant, error: StoreError
) -> None:
    requests = [await plant.send(code) for code in "ABC"]

    await plant.store.end(0, error)
    await plant.store.end(1)

    assert type(requests[0].exception()) is type(error)
    assert [request.result() for request in requests[1:]] == [True, True]


async def test_a_sender_that_goes_away_does_not_cancel_the_others(plant: Plant) -> None:
    requests = [await plant.send(code) for code in "ABCD"]
    requests[2].cancel()

    await plant.store.end(0)
    requests[1].cancel()
    await plant.store.end(1)

    assert plant.store.codes() == [["A"], ["B", "D"]]
    assert [request.cancelled() for request in requests] == [False, True, True, False]
    assert requests[3].result() is True


async def test_batches_for_other_columns_are_stored_separately(plant: Plant) -> None:
    for code, columns in (("A", CUTTING_COLUMNS), ("B", CUTTING_COLUMNS), ("C", OTHER_COLUMNS), ("D", OTHER_COLUMNS)):
        await plant.send(code, columns=columns)

    await plant.store.end(0)
    await plant.store.end(1)

    assert plant.store.codes() == [["A"], ["B"], ["C", "D"]]


async def test_together_batches_stay_within_the_limits_of_readings_and_bytes(plant: Plant) -> None:
    first = await plant.send("A")
    for prefix in "BCD":
        await plant.send(*many(LARGE_READINGS_MIN - 100, prefix))
    await plant.send("E", text_bytes=TOGETHER_BYTES_MAX)
    assert len(plant.store.started) == 2  # the second while the first is under way
    for number in range(4):
        await plant.store.end(number)

    assert [batch.size for batch in plant.store.started] == [
        1,
        2 * LARGE_READINGS_MIN - 200,
        LARGE_READINGS_MIN - 100,
        1,
    ]
    assert first.done()


async def test_a_large_batch_is_stored_while_another_is_under_way_and_a_third_waits(plant: Plant) -> None:
    large = TOGETHER_READINGS_MAX + 1
    for prefix in "ABC":
        await plant.send(*many(large, prefix))

    assert [batch.size for batch in plant.store.started] == [large, large]
    await plant.store.end(1)
    assert [batch.size for batch in plant.store.started] == [large] * 3


async def test_readings_that_no_append_will_reach_soon_are_not_accepted(plant: Plant) -> None:
    await plant.send("A")
    for number in range(2 + WAITING_READINGS_MAX // 5_000):
        refused = await plant.send(*many(5_000, f"{number}-"))

    with pytest.raises(StoreOverloaded):
        refused.result()


async def fill(plant: Plant) -> list[asyncio.Task[bool]]:
    """Send until no further reading may wait, and return the requests in their order."""
    under_way = [await plant.send(*many(5_000, f"{number}-")) for number in range(2)]
    return under_way + [
        await plant.send(*many(5_000, f"{number}-")) for number in range(2, 2 + WAITING_READINGS_MAX // 5_000)
    ]


async def test_streams_wait_for_room_and_are_stored_in_their_order(plant: Plant) -> None:
    before = await fill(plant)

    streams = [await plant.send(*many(5_000, prefix), is_of_stream=True) for prefix in "XYZ"]
    streams[1].cancel()
    await settle()
    for number in range(len(before) + 2):
        await plant.store.end(number)

    assert [request.result() for request in before] == [True] * len(before)
    assert [codes[0] for codes in plant.store.codes()[-2:]] == ["X0", "Z0"]
    assert [stream.done() and not stream.cancelled() for stream in streams] == [True, False, True]


async def test_more_streams_than_may_wait_for_room_are_not_accepted(plant: Plant) -> None:
    await fill(plant)

    streams = [await plant.send("X", is_of_stream=True) for _ in range(STREAMS_WAITING_FOR_ROOM_MAX + 1)]

    assert [stream.done() for stream in streams] == [False] * STREAMS_WAITING_FOR_ROOM_MAX + [True]
    assert isinstance(streams[-1].exception(), StoreOverloaded)


async def test_streams_without_room_fail_with_an_append_to_which_the_store_does_not_respond(plant: Plant) -> None:
    await fill(plant)
    stream = await plant.send("X", is_of_stream=True)

    await plant.store.end(0, StoreTimeout())

    assert isinstance(stream.exception(), StoreTimeout)


async def test_closing_cancels_what_is_under_way_and_what_waits(plant: Plant) -> None:
    requests = [await plant.send(code) for code in "AB"]

    await plant.appends.aclose()
    await settle()

    assert [request.cancelled() for request in requests] == [True, True]
    assert plant.store.codes() == [["A"]]


async def test_large_requests_that_wait_are_stored_together_up_to_the_limit_of_the_store(plant: Plant) -> None:
    half = TOGETHER_READINGS_MAX // 2
    for prefix in "ABCDE":
        await plant.send(*many(half, prefix))

    await plant.store.end(0)

    assert [batch.size for batch in plant.store.started] == [half, half, 2 * half]


async def test_a_store_that_does_not_take_a_batch_is_not_asked_again(plant: Plant) -> None:
    request = await plant.send("A", "B")

    await plant.store.end(0, outcome=False)

    assert plant.store.codes() == [["A", "B"]]
    assert request.result() is False
