"""The log of a run: its rows, and the tree, the timeline and the retry statistics that are made of them."""

from arcbeat.domain.jobs.logs.rows import AdaptiveAdjustments, PerformanceMetrics, RetryContext, SyncJobLog
from arcbeat.domain.jobs.logs.segments import SegmentKind, TimelineSegment, timeline
from arcbeat.domain.jobs.logs.strategy import StrategyChange, strategy_changes
from arcbeat.domain.jobs.logs.tree import LogNode, log_tree

__all__ = [
    "AdaptiveAdjustments",
    "LogNode",
    "PerformanceMetrics",
    "RetryContext",
    "SegmentKind",
    "StrategyChange",
    "SyncJobLog",
    "TimelineSegment",
    "log_tree",
    "strategy_changes",
    "timeline",
]
