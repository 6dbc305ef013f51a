"""Under any sequence of failures, a stream_id and seq name one snapshot on all processes, and all recover."""

import asyncio
from collections.abc import Iterable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from arcbeat.domain.errors import StoreUnavailable
from arcbeat.realtime.sharing.lease_state import LeaseRole
from tests.realtime.sharing.actions import Action, Follow, Forget, Pass, Renew, Round, Tick
from tests.realtime.sharing.memory import Gate
from tests.realtime.sharing.processes import TIMES, Plant
from tests.realtime.sharing.simulated_plant import CUTTING, report

SIZE = 3
ROUNDS_TO_RECOVER = 8

numbers = st.integers(0, SIZE - 1)
some_rounds = st.integers(1, 3)
codes = st.sampled_from(["C1", "C2", "炉#3"])
seconds = st.sampled_from([TIMES.renew_seconds, TIMES.lease_seconds + 0.1])
few_actions = st.lists(
    st.one_of(
        st.builds(Renew, numbers),
        st.builds(Tick, numbers),
        st.builds(Follow, numbers),
        st.builds(Round, st.none() | numbers),
        st.builds(Pass, seconds),
        st.just(Forget()),
    ),
    min_size=1,
    max_size=4,
)


class AnyHistory(RuleBasedStateMachine):
    """Makes events in any order; each client checks the deltas that it gets, and in the end all processes recover."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.Runner()
        self._fields_version = CUTTING.fields_version
        self._running = Plant.running(SIZE)
        self.plant = self._loop.run(self._running.__aenter__())

    @rule(rounds=some_rounds)
    def all_make_ticks(self, rounds: int) -> None:
        self._do([Round()] * rounds)

    @rule(number=numbers, rounds=some_rounds)
    def one_stands_still(self, number: int, rounds: int) -> None:
        self._do([Round(without=number)] * rounds)

    @rule(actions=few_actions)
    def events_in_any_order(self, actions: list[Action]) -> None:
        self._do(actions)

    @rule(number=numbers, gate=st.sampled_from(Gate), meanwhile=few_actions)
    def one_is_slow(self, number: int, gate: Gate, meanwhile: list[Action]) -> None:
        process = self.plant.processes[number]
        process.pause(gate)
        self._do([Renew(number), Tick(number), Follow(number), *meanwhile])
        self._loop.run(process.resume())

    @rule(number=numbers, meanwhile=few_actions)
    def one_cannot_reach_the_exchange(self, number: int, meanwhile: list[Action]) -> None:
        exchange = self.plant.processes[number].exchange
        exchange.is_unreachable = True
        self._do(meanwhile)
        exchange.is_unreachable = False

    @rule(number=numbers, meanwhile=few_actions)
    def one_gets_no_answers(self, number: int, meanwhile: list[Action]) -> None:
        exchange = self.plant.processes[number].exchange
        exchange.loses_responses = True
        self._do(meanwhile)
        exchange.loses_responses = False

    @rule(meanwhile=few_actions)
    def the_store_is_unavailable(self, meanwhile: list[Action]) -> None:
        self.plant.plant.store.failure = StoreUnavailable()
        self._do(meanwhile)
        self.plant.plant.store.failure = None

    @rule()
    def the_exchange_forgets_everything(self) -> None:
        self._do([Forget()])

    @rule(code=codes, power_kw=st.integers(0, 3))
    def a_device_reports(self, code: str, power_kw: int) -> None:
        report(self.plant.plant, code, power_kw)

    @rule(code=codes)
    def a_device_is_removed(self, code: str) -> None:
        self.plant.plant.directory.devices.pop(code, None)

    @rule()
    def the_fields_change(self) -> None:
        self._fields_version += 1
        self.plant.plant.change(CUTTING, fields_version=self._fields_version)

    def _do(self, actions: Iterable[Action]) -> None:
        for action in actions:
            self._loop.run(action.on(self.plant))

    def teardown(self) -> None:
        try:
            self._loop.run(self._recover())
            self._loop.run(self._running.__aexit__(None, None, None))
        finally:
            self._loop.close()

    async def _recover(self) -> None:
        """Check that there is one leader, that the others publish the same, and that no client is reset any more."""
        plant = self.plant
        for _ in range(ROUNDS_TO_RECOVER):
            await plant.round()
        resets = [each.client.resets for each in plant.processes]
        report(plant.plant, "C1", 99)
        await plant.round()

        [leader] = plant.of(LeaseRole.LEADER)
        assert len(plant.of(LeaseRole.FOLLOWER)) == SIZE - 1
        assert leader.snapshot is not None
        assert leader.snapshot.rows["C1"].values["power_kw"] == 99
        assert all(each.snapshot == leader.snapshot for each in plant.watching)
        assert [each.client.resets for each in plant.processes] == resets


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=15)
