/** Lets the browser save devices as a file, without holding it in memory. */

import { createDownloadLink, type ExportDevicesData } from "@/api";
import { client } from "@/api/client.gen";
import { saveUrl } from "@/app/save";
import { unwrapped } from "@/session";
import type { DeviceFilters } from "./filters";

export const FILE_FORMATS = ["csv", "xlsx"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** No code, name, model or location contains a control character, so that the file has only its header. */
export const NO_DEVICE: DeviceFilters = { keyword: "\u0001" };

/** Starts the download of the devices that the filters select. */
export async function exportDevices(filters: DeviceFilters, format: FileFormat): Promise<void> {
  const { url } = await unwrapped(createDownloadLink({ body: { url: exportUrl(filters, format) } }));
  saveUrl(url);
}

/** Returns path and parameters, as the browser will send them: it encodes an apostrophe, which the client of the API does not. */
export function exportUrl(filters: DeviceFilters, format: FileFormat): string {
  const url = client.buildUrl<ExportDevicesData>({
    url: "/api/v1/device/info-export",
    query: { ...filters, format },
  });
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}
