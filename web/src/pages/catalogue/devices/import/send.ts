/** Sends a file of devices to the API. */

import { type DeviceFile, type DeviceImportReport, importDevices } from "@/api";
import { fetchWithin } from "@/session";

/** The server reads an XLSX file within 20 s, may wait 35 s for other work, and stores within 30 s; the rest is the way. */
const SECONDS_MAX = 150;

export interface ImportRequest {
  bytes: ArrayBuffer;
  contentType: string;
  emptyCells: "keep" | "erase";
  isDryRun: boolean;
  signal?: AbortSignal;
}

/** Returns the report. The bytes are the body, because only then the Content-Type can name the encoding. */
export async function sendDevices(request: ImportRequest): Promise<DeviceImportReport> {
  const { bytes, contentType, emptyCells, isDryRun, signal } = request;
  const { data } = await importDevices({
    body: new Blob([bytes]) as unknown as DeviceFile,
    bodySerializer: null,
    headers: { "Content-Type": contentType },
    query: { dry_run: isDryRun, empty_cells: emptyCells },
    fetch: fetchWithin(SECONDS_MAX),
    throwOnError: true,
    ...(signal && { signal }),
  });
  return data;
}
