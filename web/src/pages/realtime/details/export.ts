/** Lets the browser save the readings of a device as a file, without holding it in memory. */

import { createDownloadLink, type ExportHistoryData } from "@/api";
import { client } from "@/api/client.gen";
import { timeZone } from "@/app/format";
import { saveUrl } from "@/app/save";
import { unwrapped } from "@/session";

export const FILE_FORMATS = ["csv", "xlsx"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

const RANGE_MILLISECONDS = 24 * 3_600_000;

/** Starts the download of the 24 hours before `now`, in milliseconds since 1970. */
export async function exportHistory(code: string, format: FileFormat, now: number): Promise<void> {
  const { url } = await unwrapped(createDownloadLink({ body: { url: exportUrl(code, format, now) } }));
  saveUrl(url);
}

/** Returns path and parameters, as the browser will send them: it encodes an apostrophe, which the client of the API does not. */
export function exportUrl(code: string, format: FileFormat, now: number): string {
  const from = new Date(now - RANGE_MILLISECONDS).toISOString();
  const url = client.buildUrl<ExportHistoryData>({
    url: "/api/v1/device/data/history/export",
    query: { device_code: code, from, format, time_zone: timeZone },
  });
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}
