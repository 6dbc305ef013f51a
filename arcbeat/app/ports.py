"""The ports that handlers may take as parameters, one field per port."""

from dataclasses import dataclass, fields

from arcbeat.domain.alarms.ports import AlarmAcknowledgements
from arcbeat.domain.board import Statistics
from arcbeat.domain.catalogue.ports import CatalogueEditor, DeviceCatalogue
from arcbeat.domain.device_counts import CountedDevices
from arcbeat.domain.devices.ports import (
    CachedDeviceDetails,
    DeviceDirectory,
    DeviceImporter,
    DeviceRegister,
    TeamSource,
)
from arcbeat.domain.dictionary.ports import DictionaryEditor, DictionaryReader
from arcbeat.domain.downloads.ports import Downloads
from arcbeat.domain.files.tables import TableReader, TableWriter
from arcbeat.domain.health import ReadinessProbe
from arcbeat.domain.identity.ports import (
    ApiKeyDirectory,
    DownloadLinks,
    LoginThrottle,
    PasswordHasher,
    Sessions,
    TokenIssuer,
    UserDirectory,
)
from arcbeat.domain.jobs.ports import AlertHistory, JobCatalogue, JobLogs, JobStatistics, RunHistory, RunQueue
from arcbeat.domain.metrics import MetricsExposition, ReadingCounter
from arcbeat.domain.readings.ports import LatestPages, SchemaValidator, SnapshotSource, TelemetryStore
from arcbeat.domain.texts import DetailTranslator
from arcbeat.domain.time.clock import Clock
from arcbeat.services.plain_intake import PlainIntake


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """A handler receives a port by naming a parameter like the field and annotating it with the field's type.

    mypy checks that each adapter has the methods of its Protocol where the instance is made;
    :mod:`arcbeat.api.signatures` checks the handlers' parameters when the application starts.
    """

    # device types, devices, the dictionary
    catalogue: DeviceCatalogue
    catalogue_editor: CatalogueEditor
    devices: DeviceDirectory
    device_details: CachedDeviceDetails
    teams: TeamSource
    device_register: DeviceRegister
    device_importer: DeviceImporter
    dictionary: DictionaryReader
    dictionary_editor: DictionaryEditor

    # readings
    telemetry: TelemetryStore
    pages: LatestPages
    snapshots: SnapshotSource
    counted_devices: CountedDevices
    statistics: Statistics
    plain_intake: PlainIntake
    reading_counter: ReadingCounter
    reading_validator: SchemaValidator

    # alarms
    acknowledgements: AlarmAcknowledgements

    # jobs
    jobs: JobCatalogue
    runs: RunQueue
    run_history: RunHistory
    job_logs: JobLogs
    job_statistics: JobStatistics
    job_alerts: AlertHistory

    # users, tokens, API keys
    users: UserDirectory
    passwords: PasswordHasher
    sessions: Sessions
    tokens: TokenIssuer
    api_keys: ApiKeyDirectory
    throttle: LoginThrottle
    download_links: DownloadLinks
    downloads: Downloads

    # files, time, health
    detail_translator: DetailTranslator
    table_reader: TableReader
    table_writer: TableWriter
    clock: Clock
    readiness: ReadinessProbe
    exposition: MetricsExposition

    def by_name(self) -> dict[str, object]:
        """Return the ports by the names of their fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
