/** What is exported, and the URL of its file. */

import type { ExportDevicesData, ExportHistoryData, ExportStateSpansData, ExportWindowsData } from "@/api";
import { client } from "@/api/client.gen";
import { timeZone } from "@/app/format";

export const FILE_FORMATS = ["csv", "xlsx", "ndjson"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
export type ExportOperation = "history" | "states" | "windows" | "devices";

/** Further parameters of the operation: the interval of windows, for example, or the filters of devices. */
export type ExportParameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ExportRequest {
  operation: ExportOperation;
  format: FileFormat;
  deviceCodes: readonly string[];
  /** RFC 3339; ignored for devices. */
  from: string | undefined;
  /** Without it, the range ends when the export begins. */
  to: string | undefined;
  /** Empty: all fields. Ignored for states and devices. */
  fields: readonly string[];
  parameters: ExportParameters;
}

const PATHS = {
  history: "/api/v1/device/data/history/export" satisfies ExportHistoryData["url"],
  states: "/api/v1/device/data/states/spans/export" satisfies ExportStateSpansData["url"],
  windows: "/api/v1/device/data/windows/export" satisfies ExportWindowsData["url"],
  devices: "/api/v1/device/info-export" satisfies ExportDevicesData["url"],
};

/** Returns path and parameters, as the browser will send them: it encodes an apostrophe, which the client of the API does not. */
export function exportUrl(request: ExportRequest): string {
  const url = client.buildUrl({ url: PATHS[request.operation], query: queryOf(request) });
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}

function queryOf(request: ExportRequest): Record<string, unknown> {
  const { operation, format, parameters } = request;
  if (operation === "devices") return { ...parameters, format };
  const fields = operation === "states" || request.fields.length === 0 ? undefined : request.fields;
  const device_code = operation === "history" ? request.deviceCodes[0] : request.deviceCodes;
  return { device_code, from: request.from, to: request.to, fields, ...parameters, format, time_zone: timeZone };
}
