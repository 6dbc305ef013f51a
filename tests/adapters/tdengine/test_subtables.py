"""Finding subtables: concurrent appends share statements, and a row limit of the server is respected."""

import asyncio

from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.shared_reads import SharedReads
from adapters.tdengine.subtables import Subtables
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from tests.adapters.tdengine.conftest import NOW
from tests.adapters.tdengine.script import TABLE, accept_inserts, describe_welding, tags
from tests.support.tdengine.stand_in import StandIn

TAGS_OF = "^select tags .* where"


async def test_appends_at_the_same_time_find_their_subtables_by_one_statement(
    stand_in: StandIn, store: TdengineTelemetry
) -> None:
    describe_welding(stand_in)
    stand_in.on(TAGS_OF, tags(("t_m1", "M1"), ("t_m2", "M2"), ("t_m3", "M3")))
    accept_inserts(stand_in)

    appends = [store.append(TABLE, [Reading(code, NOW, {})]) for code in ("M1", "M2", "M3")]
    assert await asyncio.gather(*appends) == [AppendResult(1)] * 3

    (statement,) = stand_in.matching(TAGS_OF)
    assert statement.endswith("where (`device_code` = 'M1' or `device_code` = 'M2' or `device_code` = 'M3')")
    inserts = stand_in.matching("^insert")
    assert [sum(f"`t_m{number}`" in insert for insert in inserts) for number in (1, 2, 3)] == [1, 1, 1]


async def test_a_result_that_a_row_limit_cuts_off_is_read_in_smaller_parts(
    stand_in: StandIn, rest: TdengineRest
) -> None:
    codes = [str(number) for number in range(600)]
    every, first, second = (tags(*((f"t_{code}", code) for code in part)) for part in (codes, codes[:500], codes[500:]))
    stand_in.on(f"{TAGS_OF}.*'0'.*'599'", every)
    stand_in.on(f"{TAGS_OF}.*'0'", first)
    stand_in.on(TAGS_OF, second)
    stand_in.row_limit = 550

    found = await Subtables(rest, Reads(rest, batches_at_once=2)).find(TABLE, codes)

    assert found == {code: f"t_{code}" for code in codes}
    assert len(stand_in.matching(TAGS_OF)) == 3


class Source:
    """Counts reads; each waits until it is released."""

    def __init__(self) -> None:
        self.started = 0
        self.release = asyncio.Event()

    async def read(self, _: SuperTable) -> int:
        self.started += 1
        number = self.started
        await self.release.wait()
        if number == 1:
            raise ValueError("the first read fails")
        return number


async def start(shared: SharedReads[int], callers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(shared.read(TABLE)) for _ in range(callers)]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_callers_during_a_read_share_the_next_one() -> None:
    source = Source()
    shared = SharedReads(source.read)

    first = await start(shared, 2)
    later = [*await start(shared, 2), *await start(shared, 1)]
    assert source.started == 1
    source.release.set()

    assert await asyncio.gather(*later) == [2, 2, 2]
    errors = await asyncio.gather(*first, return_exceptions=True)
    assert [str(error) for error in errors] == ["the first read fails"] * 2


async def test_a_cancelled_caller_does_not_cancel_the_read_of_others() -> None:
    source = Source()
    shared = SharedReads(source.read)
    source.started = 1

    cancelled, waiting = await start(shared, 2)
    cancelled.cancel()
    source.release.set()

    assert await waiting == 2


async def test_closing_cancels_what_is_read() -> None:
    source = Source()
    shared = SharedReads(source.read)
    waiting = [*await start(shared, 1), *await start(shared, 1)]

    await shared.aclose()

    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 2
