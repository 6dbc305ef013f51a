/** Uses the client that @hey-api/openapi-ts makes. See programs.py for what it prints. */

import { client } from "./by_hey_api/client.gen";
import * as api from "./by_hey_api/sdk.gen";
import type { DynamicRealTimePage, HistoryPage, ReadingBatch, WeldingRealTimePage } from "./by_hey_api/types.gen";

const FROM = "2024-05-01T00:00:00Z";
const TO = "2024-05-01T01:00:00Z";
const result: Record<string, unknown> = {};

async function logIn(username: string, password: string): Promise<void> {
  const { data } = await api.issueToken({ body: { grant_type: "password", username, password }, throwOnError: true });
  // A plain string would also be sent as an API key.
  client.setConfig({ auth: (scheme) => (scheme.scheme === "bearer" ? data.access_token : undefined) });
  result.login = data.token_type;
}

async function readPages(): Promise<void> {
  const query = { page_size: 2, freshness: ["live" as const, "never" as const] };
  const welding = await api.listLatest({ query: { ...query, type_code: "welding" }, throwOnError: true });
  const page = welding.data as WeldingRealTimePage;
  result.page = page.items.map((row) => [row.device_code, row.freshness, row.weld_current]);

  const answer = await api.listLatest({ query: { ...query, type_code: "cutting", use_dynamic_fields: true }, throwOnError: true });
  const cutting = answer.data as DynamicRealTimePage;
  result.fields = cutting.fields.map((field) => field.name);
  result.cutting = cutting.items.map((row) => [row.device_code, row.freshness, row.values]);
}

async function write(): Promise<void> {
  const readings = [
    { device_code: "W1", ts: FROM, values: { weld_current: 150.25 } },
    { device_code: "W1", ts: "2024-05-01T00:01:00Z", values: { weld_current: 151.5 } },
    { device_code: "unknown", ts: FROM, values: { weld_current: 1 } },
  ];
  const { data } = await api.appendReadings({ body: { type_code: "welding", readings }, throwOnError: true });
  result.accepted = data.accepted;
  result.rejected = data.results.map((each) => [each.device_code, each.reason]);

  // The generator types a body by the first of its media types.
  const lines = new Blob([readings.map((each) => JSON.stringify(each)).join("\n")]) as unknown as ReadingBatch;
  const headers = { "Content-Type": "application/x-ndjson" };
  const streamed = await api.appendReadings({ body: lines, headers, bodySerializer: null, throwOnError: true });
  if (streamed.data.accepted !== data.accepted) throw new Error("NDJSON and JSON differ");
}

async function readHistory(): Promise<void> {
  const rows: unknown[] = [];
  const query = { device_code: "W1", from: FROM, to: TO, fields: ["weld_current", "device_status"], page_size: 1 };
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: HistoryPage = (await api.listHistory({ query: { ...query, cursor }, throwOnError: true })).data;
    rows.push(...page.items.map((each) => each.values));
    cursor = page.next_cursor;
  }
  result.history = rows;

  const { data } = await api.listWindows({
    query: { device_code: ["W1"], from: FROM, to: TO, fields: ["weld_current"], aggregates: ["max", "count"], interval: "1h" },
    throwOnError: true,
  });
  result.window = data.series[0].windows[0].values.weld_current;
}

async function fail(): Promise<void> {
  const unknown = await api.getDevice({ path: { device_code: "no/such" } });
  result.problem = [unknown.error?.status, unknown.error?.type];
  const invalid = await api.exportHistory({ query: { device_code: "W1", from: FROM, time_zone: "No/Zone" } });
  const first = invalid.error?.errors?.[0];
  result.errors = [invalid.error?.status, first?.location, first?.name];
}

async function exportFiles(): Promise<void> {
  for (const format of ["csv", "ndjson"] as const) {
    const query = { device_code: "W1", from: FROM, to: TO, fields: ["weld_current"], format };
    const { data } = await api.exportHistory({ query, throwOnError: true });
    const text = typeof data === "string" ? data : await data.text();
    result[format] = text.trim().split("\n").length;
  }
}

async function main(url: string, username: string, password: string): Promise<void> {
  client.setConfig({ baseUrl: url });
  await logIn(username, password);
  await readPages();
  await write();
  await readHistory();
  await fail();
  await exportFiles();
  console.log(JSON.stringify(result));
}

const [url, username, password] = process.argv.slice(2);
main(url, username, password).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
