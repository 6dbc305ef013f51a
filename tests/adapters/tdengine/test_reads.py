"""Results that a row limit cut off are noticed."""

import pytest

from adapters.tdengine.reads import PROBE_FRESH_SECONDS, PROBE_ROWS_MIN, Reads, ResultCutOff
from adapters.tdengine.rest import TdengineRest
from arcbeat.domain.errors import StoreUnavailable
from tests.adapters.tdengine.conftest import Monotonic
from tests.adapters.tdengine.script import TABLE
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, error, rows

ROWS = "select a"


@pytest.fixture
def reads(rest: TdengineRest, monotonic: Monotonic) -> Reads:
    return Reads(rest, batches_at_once=2, monotonic=monotonic)


def script(stand_in: StandIn, count: int) -> None:
    stand_in.on(ROWS, rows({"a": "INT"}, *([number] for number in range(count))))


def test_a_row_limit_of_the_rest_api_leaves_no_mark() -> None:
    """The probe asked for seven rows, behind a taosAdapter with restfulRowLimit = 3."""
    exchange = EXCHANGES["changes-row-limit-cut"]

    assert (exchange.status, exchange.code, exchange.body["rows"], len(exchange.rows)) == (200, 0, 3, 3)


@pytest.mark.parametrize("limit", [1, 3, 1000, PROBE_ROWS_MIN, 5000])
async def test_a_result_with_as_many_rows_as_the_row_limit_is_an_error(
    stand_in: StandIn, reads: Reads, limit: int
) -> None:
    script(stand_in, limit + 1)
    stand_in.row_limit = limit

    for _ in range(2):
        with pytest.raises(ResultCutOff, match=f"at most {limit} rows"):
            await reads.read(TABLE, ROWS)


@pytest.mark.parametrize("count", [0, 1, 2, 1023, 1024, 1025, 5000])
async def test_a_result_with_fewer_rows_than_the_row_limit_is_complete(
    stand_in: StandIn, reads: Reads, count: int
) -> None:
    script(stand_in, count)
    stand_in.row_limit = count + 1

    assert len((await reads.read(TABLE, ROWS)).rows) == count


async def test_a_full_page_is_complete_whatever_the_row_limit_is(stand_in: StandIn, reads: Reads) -> None:
    script(stand_in, 10)
    stand_in.row_limit = 10

    assert len((await reads.read(TABLE, ROWS, limit=10)).rows) == 10
    assert stand_in.probes == []


async def test_one_probe_covers_all_smaller_results_for_a_minute(
    stand_in: StandIn, reads: Reads, monotonic: Monotonic
) -> None:
    stand_in.on("select big", rows({"a": "INT"}, *([number] for number in range(2000))))
    script(stand_in, 500)

    async def probes_after(statement: str) -> int:
        await reads.read(TABLE, statement)
        return len(stand_in.probes)

    assert [await probes_after(each) for each in (ROWS, ROWS, "select big", "select big", ROWS)] == [1, 1, 2, 2, 2]
    monotonic.seconds += PROBE_FRESH_SECONDS + 1
    assert await probes_after(ROWS) == 3


async def test_a_row_limit_that_was_lowered_is_noticed_after_a_minute(
    stand_in: StandIn, reads: Reads, monotonic: Monotonic
) -> None:
    script(stand_in, 20)
    await reads.read(TABLE, ROWS)
    stand_in.row_limit = 10
    monotonic.seconds += PROBE_FRESH_SECONDS + 1

    with pytest.raises(ResultCutOff):
        await reads.read(TABLE, ROWS)


async def test_a_row_limit_that_was_raised_is_noticed_at_once(stand_in: StandIn, reads: Reads) -> None:
    script(stand_in, 20)
    stand_in.row_limit = 10
    with pytest.raises(ResultCutOff):
        await reads.read(TABLE, ROWS)

    stand_in.row_limit = 1000

    assert len((await reads.read(TABLE, ROWS)).rows) == 20


@pytest.mark.parametrize("code", [0x2600, 0x2603, 0x2615])
async def test_results_of_a_server_that_cannot_generate_rows_are_taken_as_they_are(
    stand_in: StandIn, reads: Reads, code: int
) -> None:
    script(stand_in, 20)
    stand_in.probe_error = error(code)

    for _ in range(3):
        assert len((await reads.read(TABLE, ROWS)).rows) == 20
    assert len(stand_in.probes) == 1


async def test_without_a_response_to_the_probe_the_read_fails(stand_in: StandIn, reads: Reads) -> None:
    script(stand_in, 20)
    stand_in.probe_error = error(0x000B)

    with pytest.raises(StoreUnavailable):
        await reads.read(TABLE, ROWS)


async def test_one_cut_off_batch_fails_all(stand_in: StandIn, reads: Reads) -> None:
    script(stand_in, 20)
    stand_in.on("select few", rows({"a": "INT"}, [1]))
    stand_in.row_limit = 10

    with pytest.raises(ResultCutOff):
        await reads.read_all(TABLE, ["select few", ROWS, "select few"])
