"""One sample of a device type, read from the stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.ports import SampleSource
from arcbeat.domain.readings.stored_rows import LatestRows, rows_of
from arcbeat.domain.time.clock import Clock

DEVICES_MAX = 200_000
"""Devices of one type in a snapshot. Of a larger type the devices with the greatest codes are left out."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest readings of all devices of a type.

    Attributes:
        device_codes: the registered devices, in order.
        latest: by device code; a device without readings is missing.
        read_at: when reading the stores started.
    """

    device_type: DeviceType
    device_codes: Sequence[str]
    latest: LatestRows
    read_at: datetime


class SampleReader:
    """Reads samples. The store reads newest readings in batches, so that no single statement times out."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        store: SampleSource,
        clock: Clock,
        *,
        devices_max: int = DEVICES_MAX,
    ) -> None:
        self._catalogue = catalogue
        self._devices = devices
        self._store = store
        self._clock = clock
        self._devices_max = devices_max

    async def device_type(self, type_code: str) -> DeviceType:
        """Return the device type from the catalogue.

        Raises:
            UnknownDeviceType: the type does not exist, or was retired.
            StoreError: a store is unavailable.
        """
        return await self._catalogue.get_type(type_code)

    async def read(self, type_code: str) -> Sample:
        """Return the device type, its registered devices and their newest readings.

        Raises:
            UnknownDeviceType: the type does not exist, or was retired.
            StoreError: a store is unavailable.
        """
        read_at = self._clock()
        device_type = await self._catalogue.get_type(type_code)
        listed = await self._devices.page(device_type, DeviceFilter(), offset=0, limit=self._devices_max)
        if listed.total > len(listed.device_codes):
            logger.warning("devices_left_out", type_code=type_code, total=listed.total)
        codes = listed.device_codes
        latest = await self._store.latest_rows(device_type.super_table, codes) if codes else rows_of({})
        return Sample(device_type, codes, latest, read_at)
