"""Ports in memory, for tests that are not about a store."""

from collections.abc import Mapping, Sequence

from arcbeat.domain.readings import Latest, Reading, SuperTable


class FakeStore:
    """The part of TelemetryStore that reads the newest; ``rows`` is what it holds."""

    def __init__(self) -> None:
        self.rows: dict[tuple[SuperTable, str], Reading] = {}

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        return {code: Latest(self.rows[table, code]) for code in device_codes if (table, code) in self.rows}
