from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="PerformanceMetricsType0")


@_attrs_define
class PerformanceMetricsType0:
    """What an attempt or a run cost; null is not measured. See docs/reference/job-events.md.

    Attributes:
        cpu_usage_percent (float | None): CPU time of the process divided by the duration; 100 is one core. Example:
            12.5.
        memory_usage_mb (float | None): Resident memory of the process at the end in MiB. Example: 118.2.
        network_latency_ms (float | None): Median time in milliseconds to connect to a store. Example: 1.2.
        database_query_time_ms (float | None): Sum of the times of all statements on PostgreSQL in milliseconds.
            Example: 48.7.
        api_response_time_ms (float | None): Sum of the times of all HTTP requests in milliseconds. Example: 203.4.
    """

    cpu_usage_percent: float | None
    memory_usage_mb: float | None
    network_latency_ms: float | None
    database_query_time_ms: float | None
    api_response_time_ms: float | None

    def to_dict(self) -> dict[str, Any]:
        cpu_usage_percent: float | None
        cpu_usage_percent = self.cpu_usage_percent

        memory_usage_mb: float | None
        memory_usage_mb = self.memory_usage_mb

        network_latency_ms: float | None
        network_latency_ms = self.network_latency_ms

        database_query_time_ms: float | None
        database_query_time_ms = self.database_query_time_ms

        api_response_time_ms: float | None
        api_response_time_ms = self.api_response_time_ms

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "cpu_usage_percent": cpu_usage_percent,
                "memory_usage_mb": memory_usage_mb,
                "network_latency_ms": network_latency_ms,
                "database_query_time_ms": database_query_time_ms,
                "api_response_time_ms": api_response_time_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_cpu_usage_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cpu_usage_percent = _parse_cpu_usage_percent(d.pop("cpu_usage_percent"))

        def _parse_memory_usage_mb(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        memory_usage_mb = _parse_memory_usage_mb(d.pop("memory_usage_mb"))

        def _parse_network_latency_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        network_latency_ms = _parse_network_latency_ms(d.pop("network_latency_ms"))

        def _parse_database_query_time_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        database_query_time_ms = _parse_database_query_time_ms(d.pop("database_query_time_ms"))

        def _parse_api_response_time_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        api_response_time_ms = _parse_api_response_time_ms(d.pop("api_response_time_ms"))

        performance_metrics_type_0 = cls(
            cpu_usage_percent=cpu_usage_percent,
            memory_usage_mb=memory_usage_mb,
            network_latency_ms=network_latency_ms,
            database_query_time_ms=database_query_time_ms,
            api_response_time_ms=api_response_time_ms,
        )

        return performance_metrics_type_0
