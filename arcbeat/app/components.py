"""The parts of one application: adapters, caches, samplers and sockets, made from the settings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.files.table_files import TableFiles
from adapters.postgres.alarms import PostgresAlarmAcknowledgements
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.catalogue_editor import PostgresCatalogueEditor
from adapters.postgres.device_import import PostgresDeviceImport
from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.dictionary import PostgresDictionary
from adapters.postgres.dictionary_editor import PostgresDictionaryEditor
from adapters.postgres.jobs.alerts import PostgresAlertHistory
from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.history.history import PostgresRunHistory
from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.jobs.statistics import PostgresJobStatistics
from arcbeat.api.access.rates import RateLimits
from arcbeat.api.contract.schemas import ContractSchema
from arcbeat.api.problem_texts.translation import CatalogueTranslator
from arcbeat.app.identity import Identities
from arcbeat.app.intake import plain_intake
from arcbeat.app.live import Live
from arcbeat.app.ports import Ports
from arcbeat.app.stores import Readiness, SharedReadiness, Stores
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability.metrics import Metrics
from arcbeat.pages.board import BoardStatistics
from arcbeat.services.plain_intake import PlainIntake
from arcbeat.settings import Settings

if TYPE_CHECKING:
    from arcbeat.app.sockets import Sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """The parts of one application. :mod:`arcbeat.app.lifespan` opens and starts them.

    Attributes:
        sockets: None in a function, which has none.
    """

    stores: Stores
    plain_intake: PlainIntake
    catalogue: PostgresCatalogue
    devices: PostgresDevices
    dictionary: PostgresDictionary
    statistics: BoardStatistics
    identities: Identities
    live: Live
    sockets: "Sockets | None"
    readiness: SharedReadiness
    metrics: Metrics

    @classmethod
    def of(
        cls, settings: Settings, metrics: Metrics, rates: RateLimits, *, samplers_max: int, has_sockets: bool
    ) -> "Components":
        """Make them, and register their gauges with the metrics."""
        stores = Stores.of(settings, metrics)
        catalogue, devices = PostgresCatalogue(stores.database), PostgresDevices(stores.database)
        dictionary = PostgresDictionary(stores.database)
        identities = Identities.of(settings, stores.identity, utc_now)
        live = Live.of(
            settings, catalogue, devices, devices, devices, stores.telemetry, metrics, samplers_max=samplers_max
        )
        components = cls(
            stores=stores,
            plain_intake=plain_intake(stores.database, stores.telemetry, metrics),
            catalogue=catalogue,
            devices=devices,
            dictionary=dictionary,
            statistics=_statistics(settings, stores, dictionary),
            identities=identities,
            live=live,
            sockets=_sockets(settings, stores, live, catalogue, identities, metrics, rates) if has_sockets else None,
            readiness=SharedReadiness(Readiness(stores.identity, stores.telemetry, catalogue)),
            metrics=metrics,
        )
        components._register_gauges()
        return components

    def _register_gauges(self) -> None:
        self.stores.register_gauges(self.metrics)
        self.metrics.register_gauges(
            "arcbeat_memory_entries",
            "Entries of the caches over the stores, by kind",
            lambda: {
                **self.live.query_pages.sizes(),
                **self.statistics.sizes(),
                "device_details": float(len(self.live.device_details)),
            },
        )

    def ports(self, reading_validator: ContractSchema) -> Ports:
        """Return the ports of the handlers; mypy checks here that each adapter has the methods of its Protocol."""
        database, tables = self.stores.database, TableFiles()
        return Ports(
            catalogue=self.catalogue,
            catalogue_editor=PostgresCatalogueEditor(database, self.live.pages.expire_types),
            devices=self.devices,
            device_details=self.live.device_details,
            teams=self.devices,
            device_register=PostgresDeviceInfo(database),
            device_importer=PostgresDeviceImport(database),
            dictionary=self.dictionary,
            dictionary_editor=PostgresDictionaryEditor(database, self.statistics.expire_dictionary),
            telemetry=self.stores.telemetry,
            pages=self.live.pages,
            snapshots=self.live.snapshots,
            counted_devices=self.live.counted_devices,
            statistics=self.statistics,
            plain_intake=self.plain_intake,
            reading_counter=self.metrics,
            reading_validator=reading_validator,
            acknowledgements=PostgresAlarmAcknowledgements(database),
            jobs=PostgresJobCatalogue(database, utc_now),
            runs=PostgresRunQueue(database, utc_now),
            run_history=PostgresRunHistory(database),
            job_logs=PostgresJobLogs(database),
            job_statistics=PostgresJobStatistics(database),
            job_alerts=PostgresAlertHistory(database),
            users=self.identities.users,
            passwords=self.identities.passwords,
            sessions=self.identities.sessions,
            tokens=self.identities.tokens,
            api_keys=self.identities.api_keys,
            throttle=self.identities.throttle,
            download_links=self.identities.download_links,
            detail_translator=CatalogueTranslator(),
            downloads=self.identities.downloads,
            table_reader=tables,
            table_writer=tables,
            clock=utc_now,
            readiness=self.readiness,
            exposition=self.metrics,
        )


def _sockets(
    settings: Settings,
    stores: Stores,
    live: Live,
    catalogue: PostgresCatalogue,
    identities: Identities,
    metrics: Metrics,
    rates: RateLimits,
) -> "Sockets":
    # Here, because a function starts faster without Socket.IO and the client of Redis, which it imports.
    from adapters.postgres.jobs.watch import PostgresRunWatch
    from arcbeat.app.sockets import Sockets
    from arcbeat.realtime.alarms.reading import AlarmSources
    from arcbeat.services.alarms.following import AlarmLookup

    acknowledgements = PostgresAlarmAcknowledgements(stores.database)
    alarms = AlarmSources(AlarmLookup(stores.telemetry, utc_now), acknowledgements, live.device_details, utc_now)
    run_watch = PostgresRunWatch(stores.database, settings.database_url.get_secret_value())
    return Sockets.of(settings, live, catalogue, alarms, run_watch, identities, metrics, utc_now, rates)


def _statistics(settings: Settings, stores: Stores, dictionary: PostgresDictionary) -> BoardStatistics:
    return BoardStatistics(
        dictionary,
        stores.telemetry,
        utc_now,
        database=settings.statistics_db,
        max_age_seconds=settings.sample_seconds,
    )
