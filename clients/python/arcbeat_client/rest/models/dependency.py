from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.advice import Advice


T = TypeVar("T", bound="Dependency")


@_attrs_define
class Dependency:
    """A store that the service depends on.

    Attributes:
        name (str): Name of the dependency: `database` or `telemetry`. Example: telemetry.
        ready (bool): Whether it responded in time. Example: True.
        latency_ms (float): Time that it took to respond. Example: 3.2.
        version (None | str): Version of its server; null if it did not respond. Example: 3.3.0.1.
        error (None | str): Why it is not ready; null if it is.
        advice (list[Advice]): What an operator should know although the service works.
    """

    name: str
    ready: bool
    latency_ms: float
    version: None | str
    error: None | str
    advice: list[Advice]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        ready = self.ready

        latency_ms = self.latency_ms

        version: None | str
        version = self.version

        error: None | str
        error = self.error

        advice = []
        for advice_item_data in self.advice:
            advice_item = advice_item_data.to_dict()
            advice.append(advice_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "ready": ready,
                "latency_ms": latency_ms,
                "version": version,
                "error": error,
                "advice": advice,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.advice import Advice

        d = dict(src_dict)
        name = d.pop("name")

        ready = d.pop("ready")

        latency_ms = d.pop("latency_ms")

        def _parse_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        version = _parse_version(d.pop("version"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        advice = []
        _advice = d.pop("advice")
        for advice_item_data in _advice:
            advice_item = Advice.from_dict(advice_item_data)

            advice.append(advice_item)

        dependency = cls(
            name=name,
            ready=ready,
            latency_ms=latency_ms,
            version=version,
            error=error,
            advice=advice,
        )

        return dependency
