"""Sends files with the client that openapi-python-client makes with uploads.yaml. Prints what programs.py expects."""

import json
import sys
from io import BytesIO

from by_openapi_python_client_with_uploads import AuthenticatedClient
from by_openapi_python_client_with_uploads.api.devices import export_devices, import_devices
from by_openapi_python_client_with_uploads.api.readings import append_readings
from by_openapi_python_client_with_uploads.models.device_file import DeviceFile
from by_openapi_python_client_with_uploads.models.device_import_report import DeviceImportReport
from by_openapi_python_client_with_uploads.models.export_devices_format import ExportDevicesFormat
from by_openapi_python_client_with_uploads.models.reading_batch_result import ReadingBatchResult
from by_openapi_python_client_with_uploads.types import File

LINES = b"""{"device_code":"W1","ts":"2024-05-01T00:00:00Z","values":{"weld_current":150.25}}
{"device_code":"W1","ts":1714521660000,"values":{"weld_current":151.5}}
"""


def main(url: str, access_token: str) -> None:
    client = AuthenticatedClient(url, access_token)
    exported = export_devices.sync(client=client, format_=ExportDevicesFormat.CSV)
    assert isinstance(exported, File)
    file = File(exported.payload, file_name="devices.csv", mime_type="text/csv")
    report = import_devices.sync(client=client, body=DeviceFile(file))
    assert isinstance(report, DeviceImportReport)
    outcome = append_readings.sync(client=client, body=File(BytesIO(LINES)))
    assert isinstance(outcome, ReadingBatchResult)
    print(json.dumps({"unchanged": report.unchanged, "rejected": report.rejected, "accepted": outcome.accepted}))


if __name__ == "__main__":
    main(*sys.argv[1:])
