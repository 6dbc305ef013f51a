"""The samplers of one application, and the pages that are served from them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from arcbeat.app.sharing import SharedSampling
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDetailsSource, DeviceDirectory, TeamSource
from arcbeat.domain.readings.ports import SampleSource
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability.metrics import Metrics
from arcbeat.pages.counted_devices import CountedDevicesCache
from arcbeat.pages.device_details import DeviceDetailsCache
from arcbeat.pages.full_snapshots import FullSnapshots
from arcbeat.pages.query_pages import QueryPages
from arcbeat.pages.snapshot_pages import SnapshotPages
from arcbeat.pages.team_members import TeamMembersCache
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import UNSHARED
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.settings import Settings


@dataclass(frozen=True, slots=True)
class Live:
    """The samplers of one application, each of which starts when it is first needed, and the pages.

    Attributes:
        query_pages: pages that are read from the stores, through caches.
        teams: the members of teams, for filtered snapshots, subscriptions and views.
        device_details: the master data of devices on pages and in views.
        pages: pages from the newest snapshot if the type is sampled, and from ``query_pages`` otherwise.
        counted_devices: counts of the devices of ``pages``.
        shared: sampling shared with other processes; None if each process samples for itself.
    """

    samplers: Samplers
    query_pages: QueryPages
    pages: SnapshotPages
    counted_devices: CountedDevicesCache
    snapshots: FullSnapshots
    device_details: DeviceDetailsCache
    teams: TeamMembersCache
    shared: SharedSampling | None

    @classmethod
    def of(
        cls,
        settings: Settings,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        details: DeviceDetailsSource,
        teams_by_name: TeamSource,
        telemetry: SampleSource,
        metrics: Metrics,
        *,
        samplers_max: int,
    ) -> "Live":
        """Make them from the settings; nothing is sampled yet."""
        period_seconds = settings.sample_seconds
        query_pages = QueryPages(catalogue, devices, telemetry, utc_now, max_age_seconds=period_seconds)
        shared = SharedSampling.of(settings, metrics) if samplers_max else None
        samplers = Samplers(
            SampleReader(catalogue, devices, telemetry, utc_now),
            utc_now,
            period_seconds=period_seconds,
            observer=metrics,
            samplers_max=samplers_max,
            sharing=shared.sharing if shared else UNSHARED,
        )
        metrics.register_gauges(
            "arcbeat_sampled", "Device types and devices that are sampled at every tick", samplers.sizes
        )
        pages = SnapshotPages(query_pages, samplers, utc_now, period_seconds=period_seconds)
        teams = TeamMembersCache(devices, utc_now, max_age_seconds=period_seconds)
        return cls(
            samplers=samplers,
            query_pages=query_pages,
            pages=pages,
            counted_devices=CountedDevicesCache(pages, teams_by_name, utc_now),
            snapshots=FullSnapshots(query_pages, samplers, teams),
            device_details=DeviceDetailsCache(details, utc_now),
            teams=teams,
            shared=shared,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Share the sampling while the context lasts, and stop all samplers at its end."""
        async with AsyncExitStack() as stack:
            if self.shared is not None:
                await stack.enter_async_context(self.shared.running(self.samplers))
            stack.push_async_callback(self.samplers.aclose)
            stack.push_async_callback(self.device_details.aclose)
            yield
