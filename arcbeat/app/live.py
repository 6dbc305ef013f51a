"""What is sampled, and the pages that come from it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from arcbeat.app.sharing import SharedSampling
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.ports import LatestSource
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability.metrics import Metrics
from arcbeat.pages.full_snapshots import FullSnapshots
from arcbeat.pages.query_pages import QueryPages
from arcbeat.pages.snapshot_pages import SnapshotPages
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import UNSHARED
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.settings import Settings


@dataclass(frozen=True, slots=True)
class Live:
    """The samplers of one application; each starts when somebody wants it.

    Attributes:
        memory: what pages are asked for through.
        shared: how the sampling is shared with other processes; None where it is not.
    """

    samplers: Samplers
    memory: QueryPages
    pages: SnapshotPages
    snapshots: FullSnapshots
    shared: SharedSampling | None

    @classmethod
    def of(
        cls,
        settings: Settings,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        telemetry: LatestSource,
        metrics: Metrics,
        *,
        samplers_max: int,
    ) -> "Live":
        """By the settings; nothing is sampled yet."""
        period_seconds = settings.sample_seconds
        memory = QueryPages(catalogue, devices, telemetry, utc_now, max_age_seconds=period_seconds)
        shared = SharedSampling.of(settings, metrics) if samplers_max else None
        samplers = Samplers(
            SampleReader(catalogue, devices, telemetry, utc_now),
            utc_now,
            period_seconds=period_seconds,
            observer=metrics,
            samplers_max=samplers_max,
            sharing=shared.sharing if shared else UNSHARED,
        )
        metrics.register_gauges("arcbeat_sampled", "How much is sampled at every tick, by kind", samplers.sizes)
        pages = SnapshotPages(memory, samplers, utc_now, period_seconds=period_seconds)
        return cls(samplers, memory, pages, FullSnapshots(memory, samplers), shared)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Samplers may start for as long as this lasts."""
        async with AsyncExitStack() as stack:
            if self.shared is not None:
                await stack.enter_async_context(self.shared.running(self.samplers))
            stack.push_async_callback(self.samplers.aclose)
            yield
