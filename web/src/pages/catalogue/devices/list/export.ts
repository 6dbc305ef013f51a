/** Lets the browser save devices as a file, without holding it in memory. */

import { createDownloadLink } from "@/api";
import { saveUrl } from "@/app/save";
import { exportUrl, type FileFormat } from "@/components/exports/request";
import { unwrapped } from "@/session";
import type { DeviceFilters } from "./filters";

/** Those that can be imported again. */
export const FILE_FORMATS = ["csv", "xlsx"] as const satisfies readonly FileFormat[];

/** No code, name, model or location contains a control character, so that the file has only its header. */
export const NO_DEVICE: DeviceFilters = { keyword: "\u0001" };

/** Starts the download of the devices that the filters select. */
export async function exportDevices(filters: DeviceFilters, format: FileFormat): Promise<void> {
  const ofReadings = { deviceCodes: [], from: undefined, to: undefined, fields: [] };
  const url = exportUrl({ operation: "devices", format, parameters: { ...filters }, ...ofReadings });
  const link = await unwrapped(createDownloadLink({ body: { url } }));
  saveUrl(link.url);
}
