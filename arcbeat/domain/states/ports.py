"""Port of the state runs."""

from collections.abc import Sequence
from typing import Protocol

from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRun, StateRunQuery


class StateRunSource(Protocol):
    """A store that computes state runs."""

    async def state_runs(self, table: SuperTable, query: StateRunQuery) -> Sequence[StateRun]:
        """Return the state runs of the devices, ordered by device code (as text), then by time.

        Two runs that follow each other may have one state although no gap is between them. A reading that is stored
        while the operation lasts is counted or not; every other reading is counted.

        Raises:
            QueryTooLarge: there are more than ``runs_max`` runs, or more readings than the store reads at once.
            StoreObjectMissing: the super table does not exist, or has no such column.
        """
        ...
