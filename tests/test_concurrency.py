"""SingleFlight under any interleaving of callers, cancellations, results, errors and forgotten keys."""

import asyncio
import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from arcbeat.concurrency import SingleFlight, run_each
from tests.support.settling import settle

KEYS = ("a", "b", "c")

Result = tuple[str, int]
"""A key, and the number of the call that it comes from."""


class CallFailedError(Exception):
    """The error of a call; its argument is the number of the call."""


@dataclass(eq=False)
class Call:
    """One call, which ends when a step of the test says so.

    Attributes:
        number: calls are numbered in the order in which they start.
        storable: the keys whose result must be stored if the call succeeds now.
    """

    number: int
    keys: tuple[str, ...]
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    storable: set[str] = field(default_factory=set)

    async def result(self) -> Mapping[str, Result]:
        await self.ended.wait()
        if self.fails:
            raise CallFailedError(self.number)
        return {key: (key, self.number) for key in self.keys}


@dataclass(eq=False)
class Caller:
    """A task that waits for results, and the calls that they must come from by key."""

    task: "asyncio.Task[Mapping[str, Result]]"
    calls: dict[str, Call]


class SingleFlightMachine(RuleBasedStateMachine):
    """Compares SingleFlight to a model of it: which calls are started, joined, stored and returned."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.unretrieved: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, context: self.unretrieved.append(context))
        self.stored: dict[str, Result] = {}
        self.flight: SingleFlight[str, Result] = SingleFlight(self.stored.update)
        self.started: list[Call] = []
        self.callers: list[Caller] = []
        # The model: all calls in order, those that have not ended, and what must be stored.
        self.expected_calls: list[tuple[str, ...]] = []
        self.running: list[Call] = []
        self.expected_stored: dict[str, Result] = {}

    def settle(self) -> None:
        self.loop.run_until_complete(settle())

    async def call(self, keys: Sequence[str]) -> Mapping[str, Result]:
        call = Call(len(self.started) + 1, tuple(keys))
        self.started.append(call)
        return await call.result()

    def joinable(self, key: str) -> Call | None:
        return next((call for call in reversed(self.running) if key in call.storable), None)

    @rule(keys=st.lists(st.sampled_from(KEYS), unique=True, min_size=1), join=st.booleans())
    def ask(self, keys: list[str], join: bool) -> None:
        """A caller asks for some keys, and joins what is in flight or does not."""
        joined = {key: call for key in keys if join and (call := self.joinable(key)) is not None}
        to_start = tuple(key for key in keys if key not in joined)

        task = self.loop.create_task(self.ask_flight(keys, join=join))
        self.settle()

        if to_start:
            self.expected_calls.append(to_start)
            new = self.started[-1]
            new.storable.update(to_start)
            self.running.append(new)
            joined.update(dict.fromkeys(to_start, new))
        self.callers.append(Caller(task, joined))

    async def ask_flight(self, keys: list[str], *, join: bool) -> Mapping[str, Result]:
        return await self.flight.run_many(keys, self.call, join=join)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), fails=st.booleans())
    def end(self, data: st.DataObject, fails: bool) -> None:
        """A call that is running returns its results, or raises."""
        call = data.draw(st.sampled_from(self.running))
        call.fails = fails
        call.ended.set()
        self.settle()

        self.running.remove(call)
        if not fails:
            for key in call.storable:
                self.expected_stored[key] = (key, call.number)
                for each in self.running:
                    if each.number < call.number:
                        each.storable.discard(key)  # its result would be older than the stored one

    @precondition(lambda self: any(not caller.task.done() for caller in self.callers))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """A caller that waits is cancelled."""
        caller = data.draw(st.sampled_from([each for each in self.callers if not each.task.done()]))
        caller.task.cancel()
        self.settle()
        assert caller.task.cancelled()
        self.callers.remove(caller)

    @rule(key=st.sampled_from(KEYS))
    def forget(self, key: str) -> None:
        """What is in flight for a key is out of date from now on."""
        self.flight.forget(key)
        for call in self.running:
            call.storable.discard(key)

    @rule()
    def forget_all(self) -> None:
        """Everything in flight is out of date from now on."""
        self.flight.forget_all()
        for call in self.running:
            call.storable.clear()

    @invariant()
    def a_call_is_started_only_where_none_can_be_joined(self) -> None:
        assert [call.keys for call in self.started] == self.expected_calls
        assert {key for key in KEYS if key in self.flight} == {key for key in KEYS if self.joinable(key) is not None}

    @invariant()
    def no_older_or_forgotten_result_overwrites_a_newer_one(self) -> None:
        assert self.stored == self.expected_stored

    @invariant()
    def every_caller_gets_the_results_or_an_error_of_its_calls(self) -> None:
        for caller in self.callers:
            calls = set(caller.calls.values())
            failed = {call.number for call in calls if call.ended.is_set() and call.fails}
            if all(call.ended.is_set() for call in calls):
                assert caller.task.done()
            if not caller.task.done():
                continue
            if failed:
                error = caller.task.exception()
                assert isinstance(error, CallFailedError)
                assert error.args[0] in failed
            else:
                assert caller.task.result() == {key: (key, call.number) for key, call in caller.calls.items()}

    def teardown(self) -> None:
        """Closing ends every call and every caller, and no error is left that asyncio would report."""
        waiting = [caller for caller in self.callers if not caller.task.done()]
        self.loop.run_until_complete(self.flight.aclose())
        self.settle()
        assert all(caller.task.done() for caller in waiting)
        for caller in self.callers:
            if not caller.task.cancelled():
                caller.task.exception()  # of the caller itself, which this test holds
        self.callers.clear()
        waiting.clear()
        gc.collect(1)  # the tasks of one example are young, and a full collection takes long
        self.loop.close()
        assert self.unretrieved == []


SingleFlightMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=20)
TestSingleFlight = SingleFlightMachine.TestCase


@pytest.mark.parametrize("arguments", [[], [1], [1, 2, 3]])
def test_results_of_calls_are_in_the_order_of_their_arguments(arguments: list[int]) -> None:
    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    assert asyncio.run(run_each(double, iter(arguments), at_once=2)) == [2 * number for number in arguments]


@pytest.mark.parametrize("arguments", [[0], [1, 0, 1]])
def test_the_error_of_a_call_is_raised_as_it_is(arguments: list[int]) -> None:
    async def divide(number: int) -> float:
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run_each(divide, arguments, at_once=2))
