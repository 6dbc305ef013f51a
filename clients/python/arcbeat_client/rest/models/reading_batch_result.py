from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.rejected_reading import RejectedReading


T = TypeVar("T", bound="ReadingBatchResult")


@_attrs_define
class ReadingBatchResult:
    """The outcome of the readings. If `results_omitted` is 0, every reading without an entry in `results` is stored.

    Attributes:
        accepted (int): Number of readings that are stored. Example: 299.
        rejected (int): Number of readings that were rejected. Example: 1.
        results (list[RejectedReading]): The rejected readings, in the order of the request; for NDJSON the first 1 000
            of them.
        results_omitted (int): Number of rejected readings that `results` does not list. Example: 0.
    """

    accepted: int
    rejected: int
    results: list[RejectedReading]
    results_omitted: int

    def to_dict(self) -> dict[str, Any]:
        accepted = self.accepted

        rejected = self.rejected

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)

        results_omitted = self.results_omitted

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "accepted": accepted,
                "rejected": rejected,
                "results": results,
                "results_omitted": results_omitted,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.rejected_reading import RejectedReading

        d = dict(src_dict)
        accepted = d.pop("accepted")

        rejected = d.pop("rejected")

        results = []
        _results = d.pop("results")
        for results_item_data in _results:
            results_item = RejectedReading.from_dict(results_item_data)

            results.append(results_item)

        results_omitted = d.pop("results_omitted")

        reading_batch_result = cls(
            accepted=accepted,
            rejected=rejected,
            results=results,
            results_omitted=results_omitted,
        )

        return reading_batch_result
