"""The devices that only one side of a device type has, its registered devices or the readings store."""

from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.drift import DeviceDrift, DriftKind
from arcbeat.domain.schema.super_tables import Subtable
from arcbeat.services.device_drift import device_drift

CODES = st.frozensets(st.text(max_size=3), max_size=20)
EVERYTHING = 1_000


def subtables(*codes: str) -> list[Subtable]:
    return [Subtable(f"t_{code}", code) for code in sorted(codes)]


@given(CODES)
async def test_equal_sides_have_no_drift(codes: frozenset[str]) -> None:
    found = await device_drift(codes, subtables(*codes), offset=0, limit=EVERYTHING)

    assert found.total == 0


@given(CODES, CODES)
async def test_each_device_that_one_side_lacks_is_listed_once_by_code(
    registered: frozenset[str], stored: frozenset[str]
) -> None:
    found = await device_drift(registered, subtables(*stored), offset=0, limit=EVERYTHING)

    by_side = {
        side: {each.device_code for each in found.devices if each.drift is side and (each.subtable is None) == vanished}
        for side, vanished in ((DriftKind.VANISHED, True), (DriftKind.UNREGISTERED, False))
    }
    assert by_side == {
        DriftKind.VANISHED: registered - stored,
        DriftKind.UNREGISTERED: stored - registered,
    }
    assert [each.device_code for each in found.devices] == sorted(registered ^ stored)
    assert found.total == len(found.devices)


@given(CODES, CODES, st.integers(1, 5))
async def test_the_pages_together_equal_the_full_list(
    registered: frozenset[str], stored: frozenset[str], size: int
) -> None:
    tables = subtables(*stored)
    full = await device_drift(registered, tables, offset=0, limit=EVERYTHING)

    pages = [await device_drift(registered, tables, offset=start, limit=size) for start in range(0, full.total, size)]

    assert tuple(each for page in pages for each in page.devices) == full.devices
    assert {page.total for page in pages} <= {full.total}


async def test_a_device_with_several_subtables_is_listed_with_the_first() -> None:
    tables = [Subtable("t_m1", "M1"), Subtable("welder_7", "M1")]

    found = await device_drift(frozenset(), tables, offset=0, limit=EVERYTHING)

    assert found.devices == (DeviceDrift("M1", DriftKind.UNREGISTERED, "t_m1"),)
