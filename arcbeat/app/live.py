"""What is sampled, and the pages that come from it."""

from dataclasses import dataclass

from arcbeat.domain.clock import utc_now
from arcbeat.domain.ports import DeviceCatalogue, DeviceDirectory, LatestSource
from arcbeat.observability import Metrics
from arcbeat.realtime.feeds import Feeds
from arcbeat.realtime.pages import MemorizedPages
from arcbeat.realtime.sampling import Sampling
from arcbeat.realtime.snapshot_pages import SnapshotPages
from arcbeat.realtime.whole import WholeSnapshots
from arcbeat.settings import Settings


@dataclass(frozen=True, slots=True)
class Live:
    """The feeds of one application; each starts when somebody wants it.

    Attributes:
        memory: what pages are asked for through.
    """

    feeds: Feeds
    memory: MemorizedPages
    pages: SnapshotPages

    @classmethod
    def of(
        cls,
        settings: Settings,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        telemetry: LatestSource,
        metrics: Metrics,
        *,
        max_feeds: int,
    ) -> "Live":
        """By the settings; nothing is sampled yet."""
        period_seconds = settings.sample_seconds
        memory = MemorizedPages(catalogue, devices, telemetry, utc_now, max_age_seconds=period_seconds)
        feeds = Feeds(
            Sampling(catalogue, devices, telemetry, utc_now),
            utc_now,
            period_seconds=period_seconds,
            observer=metrics,
            max_feeds=max_feeds,
        )
        metrics.gauges("arcbeat_sampled", "How much is sampled at every tick, by kind", feeds.sizes)
        return cls(feeds, memory, SnapshotPages(memory, feeds, utc_now, period_seconds=period_seconds))

    @property
    def ports(self) -> dict[str, object]:
        """What handlers may ask for, by name."""
        return {"pages": self.pages, "snapshots": WholeSnapshots(self.memory, self.feeds)}
